"""The options of a run, once: the command line and pytest declare them from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from contracts import ENDPOINT, REPORTS

if TYPE_CHECKING:  # the command line starts without it
    import pytest

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Option:
    """An option of a run."""

    #: As it is written, with its two hyphens.
    name: str
    #: What it does, in one sentence.
    help: str
    #: What represents its value in a list of options; None for an option without a value.
    metavar: str | None = None
    #: Whether it may be given several times.
    multiple: bool = False
    #: The type of its value.
    type: type[Any] = str
    #: Its value if it is not given.
    default: Any = None
    #: The least and the greatest value of a number.
    bounds: tuple[int, int] | None = None


OPTIONS = (
    Option("--endpoint", f"The call that is checked (default: {ENDPOINT}).", "NAME", default=ENDPOINT),
    Option("--target", "A target by name (default: embedded).", "NAME"),
    Option("--targets-file", "The file of the named targets (default: targets.toml).", "FILE"),
    Option("--base-url", "A target by its URL; TIMP_TOKEN holds its token.", "URL"),
    Option("--orders", "The test orders for --base-url.", "FILE"),
    Option("--may-allocate", "Permit to allocate the test orders of --base-url."),
    Option("--may-stress", "Permit huge requests, and other verbs on test orders."),
    Option("--plain-http", "Permit http to a --base-url that is not this machine."),
    Option("--ca-bundle", "PEM certificates to verify the --base-url against.", "FILE"),
    Option("--client-certificate", "The PEM certificate that the --base-url is shown.", "FILE"),
    Option("--client-key", "Its key, if that is in another file.", "FILE"),
    Option("--proxy", "The proxy to the --base-url, or: environment.", "URL"),
    Option("--header", "A header of every request.", "NAME:VALUE", multiple=True),
    Option("--token-command", "Prints a token, again if one is no longer accepted.", "COMMAND"),
    Option("--wait", "Wait for a --base-url that is not up yet, such as 60s.", "TIME"),
    Option("--max-seconds", "Seconds that an answer may take.", "N", type=float),
    Option("--reports-dir", f"Where reports go (default: {REPORTS}/).", "DIR", default=str(REPORTS)),
    Option("--pedantic", "Also fail on `should` and on flagged readings."),
    Option("--plan", "Tell what would be sent, and send nothing."),
    Option("--details", "Print all that was found; with --plan, each planned request."),
    Option("--seed", "Seed of all generated requests (default: 0).", "N", type=int, default=0, bounds=(0, 2**32 - 1)),
    Option("--examples", "Examples of each property (default: 35).", "N", type=int, default=35, bounds=(1, 100_000)),
    Option("--database", "Keep examples in a directory, or behind a redis:// URL.", "PLACE"),
    Option("--reading", "How the embedded provider reads.", "CLAUSE=NAME", multiple=True),
    Option("--fault", "A deviation of the embedded provider.", "NAME", multiple=True),
)


def of_the_command(function: _F) -> _F:
    """Declare all options for a command of click. One that is not given is None there, and left to pytest."""
    for each in reversed(OPTIONS):
        if each.metavar is None:
            function = click.option(each.name, help=each.help, is_flag=True)(function)
            continue
        kind = click.IntRange(*each.bounds) if each.bounds else each.type
        function = click.option(each.name, help=each.help, metavar=each.metavar, multiple=each.multiple, type=kind)(
            function
        )
    return function


def of_pytest(parser: pytest.Parser) -> None:
    """Declare all options for pytest."""
    group = parser.getgroup("timp", "conformance of a deployment")
    for each in OPTIONS:
        if each.metavar is None:
            group.addoption(each.name, action="store_true", help=each.help)
        else:
            action = "append" if each.multiple else "store"
            group.addoption(
                each.name, action=action, metavar=each.metavar, type=each.type, default=each.default, help=each.help
            )
