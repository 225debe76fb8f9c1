"""Text made safe for Markdown (CommonMark with tables), for the summary and for Allure's descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from contracts.reports.words import one_line, visible

_MEANT = re.compile(r"[\\`*_\[\]<>|~&$]")
_SPAN = re.compile(r"(`[^`\n]+`)")


def plain(text: str) -> str:
    """One line in which nothing is markup."""
    return _MEANT.sub(r"\\\g<0>", one_line(text))


def prose(text: str) -> str:
    """One line of our own words: `spans of code` stay code, all else is not markup."""
    return "".join(code(part[1:-1]) if _SPAN.fullmatch(part) else plain(part) for part in _SPAN.split(text))


def code(text: str) -> str:
    """One line as a span of code: for all that a target had a hand in, since not even links arise there."""
    line = one_line(text) or " "
    fence = "`" * (_longest_run(line) + 1)
    # CommonMark takes a space off both ends, unless there is nothing else.
    bare = line.strip(" ") and {line[0], line[-1]}.isdisjoint("` ")
    edge = "" if bare or not line.strip(" ") else " "
    return f"{fence}{edge}{line}{edge}{fence}"


def cell(text: str) -> str:
    """Markdown in a table, which takes a backslash off each bar before it reads anything else."""
    return text.replace("|", "\\|")


def block(text: str, language: str = "") -> str:
    """A block of code that ends where it is meant to end, whatever it contains."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{visible(text)}\n{fence}"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """The lines of a table; the cells are Markdown."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(cell(part) for part in row) + " |" for row in lines]


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
