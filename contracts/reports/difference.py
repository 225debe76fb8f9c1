"""The difference of two runs for people: on a terminal, and as Markdown."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.reports.markdown import block, code, plain, prose
from contracts.reports.markdown import table as markdown_table
from contracts.reports.words import one_line, printed

Found = Mapping[str, Any]
"""In the form of `contracts/commands/diff.schema.json`."""

NONE = "not there"
TITLES = {"outcomes": "Outcomes", "readings": "Readings"}


def _run(run: Found) -> str:
    when = datetime.datetime.fromtimestamp(run["started"], datetime.UTC)
    return f"{run['target']} ({run['base_url']}), {when:%Y-%m-%d %H:%M} UTC, exit {run['exit_code']}"


def _last(found: Found) -> str:
    if not found["differs"]:
        return f"Nothing differs; {found['both']} divergences are in both."
    counts = (
        f"{len(found['only_a'])} divergences in A alone, {len(found['only_b'])} in B alone, {found['both']} in both"
    )
    return f"{counts}; {len(found['outcomes'])} outcomes and {len(found['readings'])} readings differ."


def show(found: Found, console: Console | None = None) -> None:
    """Print the difference."""
    console = console or Console()
    for name in ("a", "b"):
        console.print(Text(printed(f"{name.upper()}  {one_line(_run(found[name]))}")))
    for warning in found["warnings"]:
        console.print(Text(printed(f"Not the same cases: {one_line(warning)}"), style="yellow"))
    for key, title in TITLES.items():
        if found[key]:
            rows = Table("clause", "A", "B", title=f"{title} ({len(found[key])})", title_justify="left", box=None)
            for row in found[key]:
                rows.add_row(row["clause"], *(Text(one_line(row[name] or NONE)) for name in ("a", "b")))
            console.print()
            console.print(rows)
    for name in ("a", "b"):
        for divergence in found[f"only_{name}"]:
            console.print()
            console.print(Text(printed(f"In {name.upper()} alone: {divergence['clause']}"), style="bold"))
            console.print(Text(printed(f"  expected  {one_line(divergence['expected'], 300)}")))
            console.print(Text(printed(f"  observed  {one_line(divergence['observed'], 300)}")))
    console.print()
    console.print(Text(printed(_last(found))))


def markdown(found: Found) -> str:
    """The difference as Markdown."""
    return "\n".join(_lines(found))


def _lines(found: Found) -> Iterator[str]:
    yield "# What differs"
    yield ""
    for name in ("a", "b"):
        yield f"- {name.upper()}: {plain(_run(found[name]))}"
    yield from (f"- **Not the same cases:** {plain(warning)}" for warning in found["warnings"])
    yield ""
    yield _last(found)
    yield ""
    for key, title in TITLES.items():
        if found[key]:
            yield f"## {title} ({len(found[key])})"
            yield ""
            rows = [[code(row["clause"]), plain(row["a"] or NONE), plain(row["b"] or NONE)] for row in found[key]]
            yield from markdown_table(["clause", "A", "B"], rows)
            yield ""
    for name in ("a", "b"):
        for divergence in found[f"only_{name}"]:
            yield f"## In {name.upper()} alone: {plain(divergence['clause'])}"
            yield ""
            yield f"- Expected: {prose(divergence['expected'])}"
            yield f"- Observed: {code(divergence['observed'])}"
            yield ""
            yield block(one_line(divergence["curl"], 2000), "sh")
            yield ""
