"""Recognises a target that speaks HTTP/2 only, to which this suite, which speaks HTTP/1.1, cannot talk."""

from __future__ import annotations

ONLY = "the target speaks HTTP/2 only, and the suite speaks HTTP/1.1: enable HTTP/1.1 for it"

HEADER = 9
"""Bytes before the payload of a frame (RFC 9113 section 4.1)."""

SETTINGS, GOAWAY = 4, 7
"""The types of the frames with which a server begins, or refuses what is not HTTP/2."""

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, SETTINGS, 0, 0, 0, 0, 0))
"""What a client begins with (RFC 9113 section 3.4), and settings that change nothing. It requests nothing."""

NO_COMMON_PROTOCOL = "alert no application protocol"
"""What OpenSSL says if the server refuses HTTP/1.1 in the handshake (RFC 7301)."""


def is_frame(data: bytes) -> bool:
    """Return True if `data` begins with a frame of a whole connection, as HTTP/2 does."""
    return len(data) >= HEADER and data[3] in {SETTINGS, GOAWAY} and data[5:HEADER] == bytes(4)


def refuses_http1(error: Exception) -> bool:
    """Return True if an error of a connection says that the server refuses HTTP/1.1 in the handshake."""
    return NO_COMMON_PROTOCOL in str(error)
