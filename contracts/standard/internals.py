"""What gives a server's insides away in a text: traces, errors and paths of the common kinds. Judges nothing.

Each pattern asks for what only a machine writes, as sentences and links of an error may look much like it: a frame
has a file with its extension and a line, an error of PHP a file too, a path is not behind the host of a URL.
"""

from __future__ import annotations

import re

from contracts.standard.texts import remembered

SOURCE = (
    rb"[^\s\"'<>():]{1,300}\.(?:py|[cm]?[jt]sx?|rb|php|java|go|cs|sql|conf|ini|env|log|db|sqlite3?|sock|so|jar|pem)\b"
)
"""A path that ends in a file as servers have them."""

COLUMN = rb"[\w.*\"`\[\]()]{1,80}(?:\s+AS\s+\S{1,80})?"

INTERNALS = {
    "a Python traceback": re.compile(
        rb"Traceback \(most recent call last\)|File \"(?:[^\"]{1,300}\.pyc?|<\w[^\">]{0,80}>)\", line \d"
    ),
    "a Java stack trace": re.compile(rb"\bat [\w$.]+\([\w$]+\.(?:java|kt|scala):\d|Exception in thread \""),
    "a Node.js stack trace": re.compile(
        rb"\bat (?:[\w.<>$\[\] ]{1,100} )?\(?(?:node:[\w/]{1,80}|(?:file://)?/[^\s():]{1,300}\.[cm]?[jt]sx?):\d{1,7}:\d"
    ),
    "a Ruby backtrace": re.compile(rb"[\w/]\.rb:\d{1,7}:in [`']"),
    "a Go stack trace": re.compile(rb"goroutine \d+ \[running\]"),
    "a .NET stack trace": re.compile(rb"\) in .{1,300}\.(?:cs|vb|fs):line \d"),
    "a PHP error": re.compile(
        rb"(?:Fatal error|Parse error|Warning|Notice|Deprecated)(?:</b>)?:.{1,300} in (?:<b>)?"
        rb"[^\s<>]{1,300}\.(?:php|phtml|inc)(?:</b>)? on line (?:<b>)?\d"
    ),
    "an SQL error": re.compile(
        rb"SQLSTATE\[|\bORA-\d{5}:|\bsqlite3?\.\w*Error|\bpsycopg2?\.(?:errors\.)?[A-Z]\w+|syntax error at or near \"",
        re.IGNORECASE,
    ),
    "an SQL query": re.compile(
        rb"\bSELECT\s+(?:DISTINCT\s+)?" + COLUMN + rb"(?:\s*,\s*" + COLUMN + rb"){0,40}\s+FROM\s+[\w\"`\[]"
        rb"|\bINSERT INTO\s+[\w.\"`\[\]]{1,80}\s*(?:\(|VALUES\b)"
        rb"|\bUPDATE\s+[\w.\"`\[\]]{1,80}\s+SET\s+[\w.\"`\[\]]{1,80}\s*="
    ),
    "a path of the server": re.compile(
        rb"(?<![\w.-])(?:(?:/usr/(?:local/)?(?:lib|share)|/var/www)/[\w.-]+/|(?:/opt|/home|/srv|/app)/" + SOURCE + rb")"
        rb"|\b[A-Z]:\\\w[\w .-]{0,80}\\"
    ),
}
"""What gives a server's insides away. What can begin anywhere is bounded: there are megabytes of near misses."""

URL = re.compile(rb"\b(?!file:)[a-z][a-z0-9+.-]{1,20}://[^\s\"'<>]{0,2000}", re.IGNORECASE)
"""A path behind a host is one of the web."""

PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b'"': b'"', b"/": b"/", b"\\": b"\\"}
ESCAPE = re.compile(rb'\\([nrt"/\\])')
"""What a JSON string writes otherwise: a stack trace in one has no line ends of its own."""


@remembered(small=512)
def insides(text: bytes) -> list[str]:
    """Return in words what of a server's insides a text shows."""
    written = URL.sub(b" ", ESCAPE.sub(lambda found: PLAIN[found[1]], text))
    return [what for what, pattern in INTERNALS.items() if pattern.search(written)]
