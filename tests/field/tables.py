"""Tables of what was tried, a row each, with what is not as expected below."""

import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table


def tabulate(names, known, columns, tried):
    """Try those of `known` called `names` (all, if empty), and print a table of them; return the exit code.

    Args:
        names: as they were given on the command line.
        known: what can be tried, by name.
        columns: the titles; the first column has the names.
        tried: takes one of them and a folder; returns the texts of the other columns, lines with what is to be known
            of it, and whether it is as expected.
    """
    console, table, remarks, right = Console(width=150, highlight=False), Table(*columns), [], True
    if unknown := set(names) - set(known):
        console.print(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}", markup=False)
        return 4
    for name in names or known:
        with tempfile.TemporaryDirectory(prefix="field-") as folder:
            texts, lines, expected = tried(known[name], Path(folder))
        table.add_row(name, *texts)
        remarks += [f"{name}: {line}" for line in lines]
        right = right and expected
    console.print(table)
    for remark in remarks:
        console.print(remark, markup=False)
    return 0 if right else 1
