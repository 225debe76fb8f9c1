"""Hostile answers and files, each given to the program in a process of its own: time, peak memory and exit code.

`python -m tests.selftest.hostile_table` prints the table, and ends with 1 if a row is not as it has to be.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.measure import PROGRAM, TOKEN, Ran, program
from provider import server
from tests.field.proxies.proxy import Answer, Proxy
from tests.selftest import hostile
from tests.selftest.hostile_files import FILES
from tests.selftest.hostile_servers import SERVERS

OF_ANSWERS, OF_FILES = 250, 300
"""The most megabytes that a run may take on hostile answers, and `judge` on a hostile file."""

NESTED = "[" * 100_000 + "]" * 100_000
FILLER = "x" * 950_000
NEAR = "".join(TOKEN[:9] + chr(97 + number % 26) for number in range(95_000))
"""Almost a megabyte, which is the most that is read, in which the token begins again and again."""


@dataclass(frozen=True)
class Row:
    """What is given, the exit codes that are right, how to run the program on it, and its limit of memory."""

    name: str
    due: frozenset[int]
    run: Callable[[Path], Ran]
    megabytes: int = OF_ANSWERS


# ------------------------------------------------------------------------------------------------- answers

ALIKE = {
    "gzip bomb": 6,
    "JSON 100,000 deep": 1,
    "quantity of half a million digits": 1,
    "ten thousand headers": 6,
    "header of a megabyte": 6,
    "chunk beyond memory": 6,
}
"""Answers of `hostile_servers.py` to every request, with the exit code: 1 for 200 to all, 6 for no answer."""

WAITS = ("9" * 400, "-1", "Fri, 31 Dec 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 +1400", "\u00b2")
"""Values of Retry-After, with 429 to everything."""


def _with_member(value: str) -> Callable:
    """Return a habit that adds a member to each answer that is an object."""

    def habit(message, relay):
        answer = relay(message)
        member = f', "more": {value}}}'.encode()
        body = answer.body.rstrip()[:-1] + member if answer.body.startswith(b"{") else answer.body
        return Answer(answer.status, answer.headers, body)

    return habit


def _with_header(*header: str) -> Callable:
    return lambda message, relay: relay(message).signed(header)


BEHIND = {
    "each answer with a header in Latin-1": ({0}, _with_header("X-Note", "caf\u00e9")),
    "each answer with a cookie": ({0}, _with_header("Set-Cookie", f"session={TOKEN[::-1]}{TOKEN[:4]}; Path=/")),
    "each answer with a member of a megabyte": ({0}, _with_member(json.dumps(FILLER))),
    "each answer with a megabyte of near misses of the token": ({0}, _with_member(json.dumps(NEAR))),
    "each answer with the first two thirds of the token": ({0}, _with_member(json.dumps(TOKEN[:20]))),
    "each answer with a member nested 100,000 deep": ({1, 5}, _with_member(NESTED)),
    "each answer with a number of 10,000 digits": ({0}, _with_member("9" * 10_000)),
    "each answer with 200 headers": (
        {0},
        lambda message, relay: relay(message).signed(*((f"X-{n}", "y" * 100) for n in range(200))),
    ),
}
"""What answers of a correct application are changed to, with the exit codes. Unreadable JSON alone is a breach."""


def _on_server(hostile_server: hostile.Server) -> Callable[[Path], Ran]:
    def run(folder: Path) -> Ran:
        (folder / "orders.toml").write_text(hostile.ORDERS, "utf-8")
        with hostile.running(hostile_server) as target:
            return _program(target.origin, folder)

    return run


def _behind(habit: Callable) -> Callable[[Path], Ran]:
    def run(folder: Path) -> Ran:
        with server.running(server.Settings(token=TOKEN)) as running, ExitStack() as stack:
            running.write_orders(folder / "orders.toml")
            return _program(stack.enter_context(Proxy(running.base_url, habit)).url, folder)

    return run


def _program(url: str, folder: Path) -> Ran:
    place = [
        "--base-url",
        url,
        "--orders",
        str(folder / "orders.toml"),
        "--may-allocate",
        "--may-stress",
        "--reports-dir",
        str(folder / "reports"),
    ]
    return program(PROGRAM, "run", *place, "-k", "clauses")


# --------------------------------------------------------------------------------------------------- files


def _judge(name: str) -> Callable[[Path], Ran]:
    def run(folder: Path) -> Ran:
        path = folder / FILES[name].name
        path.write_bytes(FILES[name].content())
        return program(PROGRAM, "judge", str(path), "--reports-dir", str(folder / "judged"))

    return run


QUICK = ("of 10,000 digits", "half a million", "nesting", "400,001", "9 MB", "20 MB", "NUL", "archive", "gzip", "1e400")
"""What is in the names of files that are in the table; `test_hostile_files.py` has all of them."""


def rows() -> Iterator[Row]:
    """Yield every row."""
    for name, code in ALIKE.items():
        yield Row(f"every answer: {name}", frozenset({code}), _on_server(SERVERS[name]))
    for value in WAITS:
        limited = hostile.answers(b"{}", f"Retry-After: {value}".encode("latin-1"), status=b"429 Too Many Requests")
        yield Row(f"every answer: 429, Retry-After {value[:40]!r}", frozenset({6}), _on_server(hostile.Server(limited)))
    for name, (codes, habit) in BEHIND.items():
        yield Row(name, frozenset(codes), _behind(habit))
    for name, file in FILES.items():
        if any(word in name for word in QUICK):
            yield Row(f"file: {name}", frozenset({file.code}), _judge(name), OF_FILES)


def problem(row: Row, ran: Ran) -> str:
    """Return what is wrong with how the program ended, or nothing."""
    if ran.code not in row.due:
        return f"exit {ran.code}: {ran.said[-500:]}"
    if ran.memory >= row.megabytes << 20:
        return f"{ran.memory >> 20} MB"
    return "a traceback" if "Traceback" in ran.said else ""


def main() -> int:
    """Run all rows, and print a line of the table for each; return 1 if one is wrong."""
    print("| input | exit | seconds | peak, MB |", "| --- | --- | --- | --- |", sep="\n", flush=True)  # noqa: T201 - the table
    wrong = 0
    for row in rows():
        with tempfile.TemporaryDirectory() as folder:
            ran = row.run(Path(folder))
        row_text = f"| {row.name} | {ran.code} | {ran.seconds:.1f} | {ran.memory >> 20} |"
        print(row_text, flush=True)  # noqa: T201 - the table
        if found := problem(row, ran):
            wrong = 1
            print(f"{row.name}: {found}", file=sys.stderr, flush=True)  # noqa: T201 - what is wrong with it
    return wrong


if __name__ == "__main__":
    sys.exit(main())
