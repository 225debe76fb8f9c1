"""What the options of a run say of the target, and what is wrong with them."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts import HOMES
from contracts.commands.option_table import OPTIONS
from contracts.model.definition import DefinitionError
from contracts.model.exits import ExitCode
from contracts.model.spelling import meant
from contracts.reports.words import printed
from contracts.target.targets import Choice, UsageError, choice, option

if TYPE_CHECKING:  # the command line starts without them
    import pytest

    from contracts.endpoint.discovery import Endpoint

NAMES = (*(each.name for each in OPTIONS), "--collect-only", "--maxfail", "--verbose")
"""The names that a mistyped option may have been meant for."""

PERMISSIONS = ("may_allocate", "may_stress", "plain_http")
STATED = (
    *("orders", *PERMISSIONS, "ca_bundle", "client_certificate", "client_key", "proxy", "token_command"),
    *("wait", "headers", "max_seconds"),
)
"""The keys of a target that options state for a --base-url."""

IMPLIED = "No target was named: this checks the embedded reference provider. Name one with --target or --base-url."


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
    for each in OPTIONS:
        number = config.getoption(each.name)
        if each.bounds and not each.bounds[0] <= number <= each.bounds[1]:
            raise UsageError(f"{each.name} {number}: write a whole number from {each.bounds[0]} to {each.bounds[1]}")


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
