"""The options of a run, as pytest takes them, and what they say of the target."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts import ENDPOINT, HOMES, REPORTS
from contracts.model.definition import DefinitionError
from contracts.model.exits import ExitCode
from contracts.model.spelling import meant
from contracts.reports.words import printed
from contracts.target.targets import Choice, UsageError, choice, option

if TYPE_CHECKING:  # the command line starts without them
    import pytest

    from contracts.endpoint.discovery import Endpoint

NAMES = (
    *(
        "--target",
        "--targets-file",
        "--endpoint",
        "--base-url",
        "--orders",
        "--may-allocate",
        "--may-stress",
        "--plain-http",
        "--ca-bundle",
        "--client-certificate",
        "--client-key",
        "--proxy",
        "--header",
        "--token-command",
        "--wait",
        "--max-seconds",
        "--reports-dir",
        "--pedantic",
        "--plan",
        "--seed",
    ),
    *("--details", "--examples", "--database", "--reading", "--fault", "--collect-only", "--maxfail", "--verbose"),
)
"""The names that a mistyped option may have been meant for."""

PERMISSIONS = ("may_allocate", "may_stress", "plain_http")
STATED = (
    *("orders", *PERMISSIONS, "ca_bundle", "client_certificate", "client_key", "proxy", "token_command"),
    *("wait", "headers", "max_seconds"),
)
"""The keys of a target that options state for a --base-url."""

RANGES = {"--seed": (0, 2**32 - 1), "--examples": (1, 100_000)}
"""The least and the greatest number of each option that takes one."""

IMPLIED = "No target was named: this checks the embedded reference provider. Name one with --target or --base-url."


def add(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("timp", "conformance of a deployment")
    group.addoption("--endpoint", metavar="NAME", default=ENDPOINT, help="the call that is checked")
    group.addoption("--target", metavar="NAME", help="a target by name (default: embedded)")
    group.addoption("--targets-file", metavar="FILE", help="the file of the named targets (default: targets.toml)")
    group.addoption("--base-url", metavar="URL", help="a target by its URL; TIMP_TOKEN holds its token")
    group.addoption("--orders", metavar="FILE", help="the test orders for --base-url")
    group.addoption("--may-allocate", action="store_true", help="permit to allocate the test orders for --base-url")
    group.addoption("--may-stress", action="store_true", help="permit huge requests, and other verbs on test orders")
    group.addoption("--plain-http", action="store_true", help="permit http to a --base-url that is not this machine")
    group.addoption("--ca-bundle", metavar="FILE", help="PEM certificates to verify the --base-url against")
    group.addoption("--client-certificate", metavar="FILE", help="the PEM certificate that the --base-url is shown")
    group.addoption("--client-key", metavar="FILE", help="its key, if that is in another file")
    group.addoption("--proxy", metavar="URL", help="the proxy to the --base-url, or: environment")
    group.addoption("--header", action="append", metavar="NAME:VALUE", help="a header of every request")
    group.addoption("--token-command", metavar="COMMAND", help="prints a token, again if one is no longer accepted")
    group.addoption("--wait", metavar="TIME", help="wait for a --base-url that is not up yet, such as 60s")
    group.addoption("--max-seconds", type=float, metavar="N", help="seconds that an answer may take")
    group.addoption("--reports-dir", metavar="DIR", default=str(REPORTS), help="where reports go")
    group.addoption("--pedantic", action="store_true", help="also fail on `should` and on flagged readings")
    group.addoption("--plan", action="store_true", help="tell what would be sent, and send nothing")
    group.addoption(
        "--details", action="store_true", help="print all that was found; with --plan, each planned request"
    )
    group.addoption("--seed", type=int, default=0, metavar="N", help="seed of all generated requests")
    group.addoption("--examples", type=int, default=40, metavar="N", help="examples of each property")
    group.addoption("--database", metavar="PLACE", help="keep examples here: a directory, or a redis:// URL")
    group.addoption("--reading", action="append", metavar="CLAUSE=NAME", help="how the embedded provider reads")
    group.addoption("--fault", action="append", metavar="NAME", help="a deviation of the embedded provider")


def endpoint_of(name: str) -> Endpoint:
    """Return the endpoint of a name. Raises UsageError if it does not exist, DefinitionError if it cannot be used."""
    from contracts.endpoint.discovery import discover  # noqa: PLC0415 - imports all that judges

    every = discover()
    if name not in every:
        known = meant(name, every) or f"; there are: {', '.join(every)}"
        raise UsageError(f"--endpoint {name}: no such endpoint{known}")
    return every[name]


def asked(config: pytest.Config) -> Choice:
    """Return the target's choice from the options and the environment. Raises UsageError."""
    found = choice(
        target=config.getoption("--target"),
        base_url=config.getoption("--base-url"),
        file=config.getoption("--targets-file"),
        given=_given(config),
        environment=os.environ,
    )
    pairs = [text.partition("=") for text in config.getoption("--reading") or ()]
    faults = tuple(config.getoption("--fault") or ())
    if (pairs or faults) and found.name != "embedded":
        raise UsageError("--reading and --fault shape the embedded provider; another target is as it is")
    return replace(found, readings={key: value for key, _, value in pairs}, faults=faults)


def _given(config: pytest.Config) -> dict[str, Any]:
    """The keys that options state, as a table has them. Raises UsageError."""
    given = {key: value for key in STATED if (value := config.getoption(option(key)))}
    if "token_command" in given:
        try:
            given["token_command"] = shlex.split(given["token_command"])
        except ValueError as error:
            raise UsageError(f"--token-command {given['token_command']}: {error}") from None
    if "headers" in given:
        pairs = [text.partition(":") for text in given["headers"]]
        if not all(colon for _, colon, _ in pairs):
            raise UsageError('--header: write it as "NAME: VALUE"')
        given["headers"] = {name.strip(): value.strip() for name, _, value in pairs}
    return given


def check_words(known: argparse.Namespace, unknown: Sequence[str]) -> None:
    """Raise pytest.UsageError for an option that neither pytest nor the suite has, and for a test that is not there."""
    import pytest  # noqa: PLC0415

    wrong = [word.partition("=")[0] for word in unknown if word.startswith("-")]
    if wrong:
        raise pytest.UsageError(f"{wrong[0]}: no such option{meant(wrong[0], NAMES)}")
    missing = [word for word in known.file_or_dir if not Path(word.partition("::")[0]).exists()]
    if missing:
        raise pytest.UsageError(f"{missing[0]}: no such test; a target is named with --target {missing[0]}")


def check_one_process(config: pytest.Config) -> None:
    """Raise pytest.UsageError if pytest-xdist would distribute conformance items.

    Each worker would be a run of its own, and two runs would use the same test order at the same time.
    """
    import pytest  # noqa: PLC0415

    if getattr(config.option, "dist", "no") == "no":
        return
    paths = [Path(word.partition("::")[0]).resolve() for word in config.args]
    folders = [home / "tests" / "conformance" for home in HOMES]
    if any(path.is_relative_to(folder) or folder.is_relative_to(path) for path in paths for folder in folders):
        raise pytest.UsageError("-n: conformance runs in one process, which sends concurrently; leave pytest-xdist out")


def check_values(config: pytest.Config) -> None:
    """Raise UsageError unless each number is in its range."""
    for name, (least, most) in RANGES.items():
        number = config.getoption(name)
        if not least <= number <= most:
            raise UsageError(f"{name} {number}: write a whole number from {least} to {most}")


def check_definitions(config: pytest.Config) -> None:
    """End pytest with exit code 3 and one line if what the suite is made of cannot be used."""
    import pytest  # noqa: PLC0415

    from contracts.commands.definitions import check  # noqa: PLC0415

    try:
        check(endpoint_of(config.getoption("--endpoint")), faults=bool(config.getoption("--fault")))
    except DefinitionError as error:
        pytest.exit(printed(str(error)), ExitCode.SUITE_FAILED)


def take_allure_results(config: pytest.Config) -> None:
    """Keep what `--alluredir` asks for, and keep it from allure-pytest, which knows nothing of clauses.

    For a session that tests nothing but the conformance of a target.
    """
    config.option.timp_alluredir = getattr(config.option, "allure_report_dir", None)
    config.option.allure_report_dir = None


def allure_results(config: pytest.Config) -> Path | None:
    """Return the folder where `--alluredir` asks for the suite's own Allure results, if it does."""
    folder = getattr(config.option, "timp_alluredir", None)
    return Path(folder) if folder else None
