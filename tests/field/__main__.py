"""`python -m tests.field [NAME…]`: run the suite on the servers of the field and print a table.

Exit 1 if a fault is missed or something is reported that is not a fault. A server whose framework is not installed is
listed as not run.
"""

import sys

from tests.field.harness import examine, servers
from tests.field.tables import tabulate

COLUMNS = ("server", "faults", "found", "missed", "false alarms", "still open", "tested", "requests")


def tried(server, folder):
    """Examine a server: the columns of its table, what is missed, false or still open, and whether all is right."""
    if need := server.missing():
        return (f"not run: {need} is not installed",), [], True
    result = examine(server, folder)
    parts = {"missed": result.missed, "false alarm": result.false, "still open": result.open}
    counts = [len(server.faults), len(result.found), *map(len, parts.values()), result.tested, result.requests]
    lines = [f"{word}: {what}" for word, entries in parts.items() for what in entries]
    return tuple(map(str, counts)), lines, result.right


sys.exit(tabulate(sys.argv[1:], servers(), COLUMNS, tried))
