"""`python -m tests.field [NAME…]`: run the suite on the servers of the field and print a table.

Exit 1 if a fault is missed or something is reported that is not a fault. A server whose framework is not installed is
listed as not run.
"""

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.field.harness import examine, servers

COLUMNS = ("server", "faults", "found", "missed", "false alarms", "still open", "tested", "requests")


def main(names):
    """Examine the servers called `names` (all, if empty); return the exit code."""
    console, known = Console(width=150, highlight=False), servers()
    if unknown := set(names) - set(known):
        console.print(f"no such server: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
        return 4
    table, remarks, right = Table(*COLUMNS), [], True
    for name in names or known:
        need = known[name].missing()
        if need:
            table.add_row(name, f"not run: {need} is not installed")
            continue
        with tempfile.TemporaryDirectory(prefix=f"field-{name}-") as folder:
            result = examine(known[name], Path(folder))
        right = right and result.right
        parts = {"missed": result.missed, "false alarm": result.false, "still open": result.open}
        counts = [len(known[name].faults), len(result.found), *map(len, parts.values()), result.tested, result.requests]
        table.add_row(name, *map(str, counts))
        remarks += [f"{name}: {word}: {what}" for word, entries in parts.items() for what in entries]
    console.print(table)
    for remark in remarks:
        console.print(remark, markup=False)
    return 0 if right else 1


sys.exit(main(sys.argv[1:]))
