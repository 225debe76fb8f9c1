"""Header lines that the parser of HTTP refuses: taken out of an answer's head, and kept to be judged."""

from __future__ import annotations

import re

from contracts.transport.http2 import is_frame

LARGEST_HEAD = 65_536
"""Bytes of a head that are looked at; the parser refuses much more."""

FIELD = re.compile(rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]+:[ \t]*(?:[^\x00\s]+(?:[ \t]+[^\x00\s]+)*)?[ \t]*")
"""A header line that the parser takes (RFC 9112 section 5)."""

FRAMING = re.compile(rb"[\s\x00]*(?:content-length|transfer-encoding|connection)\b", re.IGNORECASE)
"""The beginning of a line that says where the answer ends: without it the end is unknown."""

END = b"\r\n\r\n"
VERSION = b"HTTP/"
INTERIM = re.compile(rb"HTTP/\S+ 1\d\d\b")


class Head:
    """The head of one answer as its bytes come in; `refused` are the lines that were taken out.

    `is_http2` says whether a frame of HTTP/2 came in place of a head.
    """

    def __init__(self) -> None:
        self.refused: list[bytes] = []
        self.is_http2 = False
        self._begun = b""
        self._is_whole = False

    def feed(self, data: bytes) -> bytes:
        """Return what the parser gets of these bytes: nothing until a head is whole; at their end, what is left."""
        if self._is_whole:
            return data
        self._begun += data
        passed = []
        while not self._is_whole and self._begun:
            head, end, rest = self._begun.partition(END)
            if not end:
                if data and len(self._begun) < LARGEST_HEAD and self._begun.startswith(VERSION[: len(self._begun)]):
                    break
                rest, self._is_whole = self._begun, True
                self.is_http2 = is_frame(self._begun)
            else:
                first, *lines = head.split(b"\r\n")
                self._is_whole = INTERIM.match(first) is None  # after an interim answer comes another head
                passed.append(self._cleaned(first, lines) + END)
            self._begun = rest
        if self._is_whole:
            passed.append(self._begun)
            self._begun = b""
        return b"".join(passed)

    def _cleaned(self, first: bytes, lines: list[bytes]) -> bytes:
        kept = [first]
        for line in lines:
            if line[:1] in {b" ", b"\t"} or FIELD.fullmatch(line) or FRAMING.match(line):
                kept.append(line)
            else:
                self.refused.append(line)
        return b"\r\n".join(kept)

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The lines that were taken out, as names and values; one without a colon has no name."""
        parts = (line.partition(b":") for line in self.refused)
        return [(name, value.strip(b" \t")) if colon else (b"", name) for name, colon, value in parts]
