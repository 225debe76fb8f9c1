"""The command `page`: what a page's clauses no longer cite rightly, what they leave out, and the page's defects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import tomlkit
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from contracts import HOMES, PACKAGE
from contracts.endpoint import catalogue
from contracts.model.clause import Clause, Defect
from contracts.model.exits import ExitCode
from contracts.page.defects import find_defects, write_defects
from contracts.page.facts import BrokenCite, Cite, Statement, check, statements, states, uncovered, write_places
from contracts.page.reader import read
from contracts.page.values import Page, PageError
from contracts.reports.words import one_line

_NEXT_TO_CLAUSES = "next to the clauses"


class Unreadable(click.ClickException):
    """A file that cannot be read, in one line."""

    exit_code = ExitCode.REFUSED


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--clauses", type=click.Path(path_type=Path), metavar="PATH", help="The clauses that cite the page.")
@click.option(
    "--write",
    is_flag=False,
    flag_value=_NEXT_TO_CLAUSES,
    metavar="[PATH]",
    help="Keep the defects in PATH (default: defects.toml next to the clauses), and next to it where clauses are.",
)
@click.pass_context
def page(ctx: click.Context, file: Path, clauses: Path | None, write: str | None) -> None:
    """Read the published page in FILE.

    Prints its defects, the facts that clauses cite and that are no longer found, and what it says that no clause cites.

    Exit codes: 0 all cited facts are found and all statements are cited, whatever the defects;
    1 otherwise; 4 a file cannot be read.
    """
    try:
        read_page = read(file)
        clauses, why = (clauses, "named with --clauses") if clauses else _the_clauses(read_page)
        cited = tuple(catalogue.load(clauses).clauses.values())
        if write:
            kept = _next_to(clauses) if write == _NEXT_TO_CLAUSES else Path(write)
            write_defects(read_page, kept)
            write_places(read_page, cited, kept.with_name("places.toml"))
    except (PageError, catalogue.CatalogueError) as error:
        raise Unreadable(one_line(str(error))) from error
    except OSError as error:
        raise Unreadable(one_line(f"{error.filename}: {error.strerror}")) from error
    broken, left = check(read_page, cited), uncovered(read_page, cited)
    _say(Console(highlight=False), f"clauses: {_shown(clauses)} ({why})")
    _print(Console(highlight=False), read_page, cited, broken, left)
    ctx.exit(ExitCode.DIVERGES if broken or left else ExitCode.NOTHING_NEW)


def _the_clauses(read_page: Page) -> tuple[Path, str]:
    """Return the file of the clauses that belong to the page, and why it is that one.

    It is the one that cites the method and the path of the page, else its path. Of a page with another path, it is the
    one that fits best: the page may have changed.
    """
    files = sorted(path for home in HOMES for path in home.glob("specs/*/clauses.toml"))
    found = {path: catalogue.load(path).clauses.values() for path in files}
    if not found:
        raise PageError(f"{HOMES[0] / 'specs'}: holds no clauses.toml; name one with --clauses")
    of_path = {path: clauses for path, clauses in found.items() if states(read_page, clauses, "path")}
    of_both = [path for path, clauses in of_path.items() if states(read_page, clauses, "method")]
    call = f"{(read_page.method or 'no method').upper()} {read_page.path or 'no path'}"
    if of_both:
        return of_both[0], f"those of {call}"
    fits = min(of_path or found, key=lambda path: len(check(read_page, found[path])))
    return fits, f"none are of {call}: these fit best; --clauses names others"


def _shown(path: Path) -> str:
    """Return a path from the working directory, if it is below that."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _next_to(clauses: Path) -> Path:
    """Where defects are kept unless one says where. Raises PageError where an installed package lies."""
    if clauses.resolve().is_relative_to(PACKAGE):
        raise PageError("--write: the clauses are part of an installed package: name a file, as --write defects.toml")
    return clauses.with_name("defects.toml")


def _print(
    console: Console,
    read_page: Page,
    clauses: tuple[Clause, ...],
    broken: tuple[BrokenCite, ...],
    left: tuple[Statement, ...],
) -> None:
    defects = find_defects(read_page)
    said, cites = len(statements(read_page)), sum(len(clause.cites) for clause in clauses)
    call = f"{(read_page.method or 'no method').upper()} {read_page.path or 'no path'}"
    _say(console, call, "bold")
    _say(
        console,
        f"{cites - len(broken)} of {cites} cited facts are found; {said - len(left)} of {said} statements are cited; "
        f"{len(defects)} defects",
    )
    if defects:
        _title(console, "Defects of the page")
    for defect in defects:
        _defect(console, defect)
    if broken:
        _title(console, "Cited facts that are no longer found")
    for cite in broken:
        _say(console, f"{cite.clause} (line {cite.line} of the clauses): {_toml(cite.cite)}", "red", 2)
    if left:
        _title(console, "Statements no clause covers")
    for statement in left:
        _say(console, f"line {statement.line}: {_toml(statement.cite)}", "yellow", 2)


def _defect(console: Console, defect: Defect) -> None:
    _say(console, f"line {defect.line}  {defect.kind}", "bold", 2)
    _say(console, defect.what, indent=4)
    _say(console, defect.suggestion, "dim", 4)


def _title(console: Console, title: str) -> None:
    console.print()
    _say(console, title, "bold")


def _say(console: Console, text: str, style: str = "", indent: int = 0) -> None:
    console.print(Padding(Text(one_line(text), style=style), (0, 0, 0, indent), expand=False))


def _toml(cite: Cite) -> str:
    """A cite as it is in `clauses.toml`."""
    table: Any = tomlkit.inline_table()
    table.update(cite)
    text: str = table.as_string()
    return text
