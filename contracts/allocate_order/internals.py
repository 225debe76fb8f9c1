"""What gives a server's insides away in a text: traces, errors and paths of the common kinds. Judges nothing."""

from __future__ import annotations

import re

INTERNALS = {
    "a Python traceback": re.compile(rb"Traceback \(most recent call last\)|File \"[^\"]{1,300}\", line \d"),
    "a Java stack trace": re.compile(rb"\bat [\w$.]+\([\w$]+\.(?:java|kt|scala):\d|Exception in thread"),
    "a Node.js stack trace": re.compile(rb"\bat (?:[\w.<>$\[\] ]{1,100} )?\(?(?:node:|/)[^\s():]{1,300}:\d{1,7}:\d"),
    "a Ruby backtrace": re.compile(rb"[\w/]\.rb:\d{1,7}:in [`']"),
    "a Go stack trace": re.compile(rb"goroutine \d+ \[running\]"),
    "a .NET stack trace": re.compile(rb"\) in .{1,300}\.(?:cs|vb|fs):line \d"),
    "a PHP error": re.compile(rb"(?:Fatal error|Warning|Notice):.{1,300} on line \d"),
    "an SQL error": re.compile(
        rb"SQLSTATE\[|ORA-\d{5}|sqlite3?\.\w*Error|psycopg2?\.|syntax error at or near", re.IGNORECASE
    ),
    "an SQL query": re.compile(rb"\bSELECT\b.{1,300}\bFROM\b|\bINSERT INTO\b|\bUPDATE\b.{1,300}\bSET\b"),
    "a path of the server": re.compile(
        rb"(?:/usr/(?:local/)?(?:lib|share)|/var/www|/opt|/home)/[\w.-]+/|[A-Z]:\\\\?\w+\\"
    ),
}
"""What gives a server's insides away. What can begin anywhere is bounded: there are megabytes of near misses."""


PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b'"': b'"', b"/": b"/", b"\\": b"\\"}
ESCAPE = re.compile(rb'\\([nrt"/\\])')
"""What a JSON string writes otherwise: a stack trace in one has no line ends of its own."""


def insides(text: bytes) -> list[str]:
    """What of a server's insides stands in a text, in words."""
    written = ESCAPE.sub(lambda found: PLAIN[found[1]], text)
    return [what for what, pattern in INTERNALS.items() if pattern.search(written)]
