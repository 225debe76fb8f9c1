"""The command `page`: what a page's clauses no longer cite rightly, what they leave out, and the page's defects."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import tomlkit
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from contracts import HOMES, PACKAGE
from contracts.endpoint import catalogue
from contracts.model.exits import ExitCode
from contracts.page.defects import find_defects, write_defects
from contracts.page.facts import Cite, check, statements, states, uncovered, write_places
from contracts.page.kept import load_noticed
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
        defects = find_defects(read_page, load_noticed(clauses.with_name("noticed.toml")))
        if write:
            kept = _next_to(clauses) if write == _NEXT_TO_CLAUSES else Path(write)
            write_defects(read_page, defects, kept)
            write_places(read_page, cited, kept.with_name("places.toml"))
    except (PageError, catalogue.CatalogueError) as error:
        raise Unreadable(one_line(str(error))) from error
    except OSError as error:
        raise Unreadable(one_line(f"{error.filename}: {error.strerror}")) from error
    broken, left = check(read_page, cited), uncovered(read_page, cited)
    said, cites = len(statements(read_page)), sum(len(clause.cites) for clause in cited)
    found = f"{cites - len(broken)} of {cites} cited facts are found"
    _say(f"clauses: {_shown(clauses)} ({why})")
    _say(_call(read_page), "bold")
    _say(f"{found}; {said - len(left)} of {said} statements are cited; {len(defects)} defects")
    _list("Defects of the page", ((f"line {each.line}  {each.kind}", each.what, each.suggestion) for each in defects))
    fallen = ((f"{each.clause}{_in_file(each.line)}: {_toml(each.cite)}",) for each in broken)
    _list("Cited facts that are no longer found", fallen)
    _list("Statements no clause covers", ((f"line {each.line}: {_toml(each.cite)}",) for each in left))
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
    if of_both:
        return of_both[0], f"those of {_call(read_page)}"
    fits = min(of_path or found, key=lambda path: len(check(read_page, found[path])))
    return fits, f"none are of {_call(read_page)}: these fit best; --clauses names others"


def _call(read_page: Page) -> str:
    return f"{(read_page.method or 'no method').upper()} {read_page.path or 'no path'}"


def _shown(path: Path) -> str:
    """Return a path from the working directory, if it is below that."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _next_to(clauses: Path) -> Path:
    """Where defects are kept unless one says where. Raises PageError where an installed package lies."""
    if clauses.resolve().is_relative_to(PACKAGE):
        raise PageError("--write: the clauses are part of an installed package: name a file, as --write defects.toml")
    return clauses.with_name("defects.toml")


def _list(title: str, entries: Iterable[tuple[str, ...]]) -> None:
    """Print entries below their title, the lines of each after its first one deeper; nothing without any."""
    for number, (first, *rest) in enumerate(entries):
        if number == 0:
            click.echo()
            _say(title, "bold")
        _say(first, "bold" if rest else "", 2)
        for line in rest:
            _say(line, indent=4)


def _say(text: str, style: str = "", indent: int = 0) -> None:
    Console(highlight=False).print(Padding(Text(one_line(text), style=style), (0, 0, 0, indent), expand=False))


def _in_file(line: int) -> str:
    """Return where a clause is in the file; nothing for one that the file includes or makes of a field."""
    return f" (line {line} of the clauses)" if line else ""


def _toml(cite: Cite) -> str:
    """A cite as it is in `clauses.toml`."""
    table: Any = tomlkit.inline_table()
    table.update(cite)
    text: str = table.as_string()
    return text
