"""The command line: `timp-conformance` runs the suite; its other commands are next to it."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts import CONFORMANCE, ELSEWHERE, ENDPOINT
from contracts.commands.option_table import of_the_command
from contracts.commands.options import endpoint_of
from contracts.commands.pipes import outlast_readers
from contracts.commands.signals import interrupted_once
from contracts.model.definition import DefinitionError, in_a_line
from contracts.model.exits import ExitCode
from contracts.model.spelling import meant
from contracts.target.targets import UsageError

if TYPE_CHECKING:
    import pytest

CONTEXT = {"help_option_names": ["-h", "--help"], "ignore_unknown_options": True, "allow_extra_args": True}
COMMANDS = {
    "explain": ("contracts.commands.explain", "explain"),
    "faults": ("contracts.commands.faults", "faults"),
    "prove": ("contracts.commands.prove", "prove"),
    "accept": ("contracts.commands.accept", "accept"),
    "diff": ("contracts.commands.diff", "diff"),
    "judge": ("contracts.commands.judge", "judge"),
    "page": ("contracts.commands.page", "page"),
    "serve": ("provider.__main__", "serve"),
}


class Commands(click.Group):
    """The commands, each imported when it is called; without one of their names, `run` is meant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All of them, by name."""
        return sorted(["run", *COMMANDS])

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Import what holds the command."""
        if name == "run":
            return run
        if name not in COMMANDS:
            raise click.UsageError(f"{name}: no such command{meant(name, ['run', *COMMANDS])}")
        module, attribute = COMMANDS[name]
        from importlib import import_module  # noqa: PLC0415

        command: click.Command = getattr(import_module(module), attribute)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`run` is what one gets without naming a command."""
        if not args or (args[0].startswith("-") and args[0] not in {"-h", "--help", "--version"}):
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="timp-conformance")
def cli() -> None:
    """Checks a deployment of Allocate Order, or of another call, clause by clause, against its published page.

    Without a command, `run`: calibrate, send, judge, and write the reports.

    Exit codes: 0 nothing new; 1 something diverges; 2 interrupted; 3 the suite itself failed;
    4 usage, or refused for safety; 5 nothing was tested; 6 the target was not reached, or refuses the token.
    """


@click.command(context_settings=CONTEXT)
@of_the_command
@click.pass_context
def run(ctx: click.Context, /, **options: object) -> None:
    """Run the suite against a target. Further options are those of pytest, such as -k, -x and -v.

    Exit codes: 0 nothing new; 1 something diverges; 2 interrupted; 3 the suite itself failed;
    4 usage, or refused for safety; 5 nothing was tested; 6 the target was not reached, or refuses the token.
    """
    import pytest  # noqa: PLC0415 - the other commands start without it

    from contracts.commands.definitions import check  # noqa: PLC0415
    from contracts.reports.words import printed  # noqa: PLC0415 - needs what Windows lacks

    check(endpoint_of(str(options["endpoint"] or ENDPOINT)), faults=bool(options["fault"]))
    quiet = ["-qq", "--tb=no", "-rN", "--no-header", "--disable-warnings", "--assert=plain", "-p", "no:anyio"]
    quiet += ["-p", "no:unraisableexception", "-p", "no:threadexception"]  # they collect garbage five times at the end
    more = [home / "tests" / "conformance" for home in ELSEWHERE]
    place = ["-c", str(CONFORMANCE / "pytest.toml"), *map(str, (CONFORMANCE, *filter(Path.is_dir, more)))]
    session = Session()
    collect_seldom()
    try:
        with interrupted_once():
            code = int(pytest.main([*place, *quiet, *_passed_on(options), *ctx.args], plugins=[session]))
    except Exception as error:  # noqa: BLE001 - pytest lets some errors of its options and plugins through
        click.echo(printed(f"ERROR: pytest failed: {in_a_line(error)}"), err=True)
        code = ExitCode.REFUSED if session.config is None else ExitCode.SUITE_FAILED
    if code in {ExitCode.NOTHING_NEW, ExitCode.NOTHING_TESTED} and not session.has_result:
        click.echo("ERROR: nothing was tested: an option, or PYTEST_ADDOPTS, left nothing to run", err=True)
        code = ExitCode.NOTHING_TESTED
    sys.exit(code)


def collect_seldom() -> None:
    """Look for cycles among objects less often, and not among those of the imports: a run keeps nearly all it makes."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


class Session:
    """Notices whether pytest came to a result: some of its options end it with 0 before anything runs."""

    config: pytest.Config | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Keep where the plugins of this session are found."""
        self.config = config

    @property
    def has_result(self) -> bool:
        """Return whether there are verdicts, or a plan that was asked for."""
        conformance = self.config and self.config.pluginmanager.getplugin("conformance")
        return conformance is not None and bool(conformance.has_result)


def _passed_on(options: dict[str, object]) -> list[str]:
    """The options in pytest's spelling."""
    words: list[str] = []
    for name, value in options.items():
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            words.append(flag)
        elif isinstance(value, tuple):
            words += [f"{flag}={each}" for each in value]
        elif value not in (None, False):
            words.append(f"{flag}={value}")
    return words


def main() -> None:
    """Enter here. What cannot be carried out as asked ends with exit 4, whichever command was asked."""
    if sys.platform == "win32":
        sys.exit("timp-conformance runs on Linux and macOS; on Windows, use the Windows Subsystem for Linux")
    outlast_readers()
    from contracts.reports.words import printed, program  # noqa: PLC0415 - needs what Windows lacks

    try:
        sys.exit(cli.main(prog_name=program(), standalone_mode=False))
    except click.ClickException as error:
        click.echo(printed(f"ERROR: {error.format_message()}"), err=True)
        sys.exit(ExitCode.REFUSED)
    except UsageError as error:
        click.echo(printed(f"ERROR: {error}"), err=True)
        sys.exit(ExitCode.REFUSED)
    except DefinitionError as error:
        click.echo(printed(f"ERROR: {error}"), err=True)
        sys.exit(ExitCode.SUITE_FAILED)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(ExitCode.INTERRUPTED)
    finally:
        gc.freeze()  # at its end Python looks for cycles among all objects, and a run has made very many
