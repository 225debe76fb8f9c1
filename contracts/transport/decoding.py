"""Undoes content codings piece by piece, so that a small answer cannot take all the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

PIECE = 65_536
"""Bytes of a body that are decoded at a time."""

CODINGS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
"""The content codings that are undone (RFC 9110 section 8.4.1), with their zlib window. Others stay as they are."""


class CodingError(ValueError):
    """A body is not in the coding that its answer declares."""


def decoded(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Yield a body in pieces, with `coding` undone if it is one of CODINGS. Raises CodingError.

    httpx would turn one chunk of 64 kB into 64 MB at a time.
    """
    coding = coding.strip().lower()
    if coding not in CODINGS:
        yield from chunks
        return
    inflate = None
    for chunk in chunks:
        inflate = inflate or zlib.decompressobj(_window(coding, chunk))
        rest = chunk
        while rest and not inflate.eof:
            try:
                data = inflate.decompress(rest, PIECE)
            except zlib.error as error:
                raise CodingError(f"no {coding}: {error}") from error
            rest = inflate.unconsumed_tail
            yield data
        if inflate.unused_data or (rest and inflate.eof):
            raise CodingError(f"no {coding}: bytes behind its end")
    if inflate is not None and not inflate.eof:
        raise CodingError(f"no {coding}: it ends early")


def _window(coding: str, chunk: bytes) -> int:
    """The window; some servers send `deflate` without the header of zlib, whose first byte ends in 8."""
    bare = coding == "deflate" and chunk[0] & 0x0F != zlib.DEFLATED
    return -zlib.MAX_WBITS if bare else CODINGS[coding]
