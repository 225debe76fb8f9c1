"""Bodies as recordings have them: in clear, in base64, still compressed, in a file next to it, or left out.

What cannot be known is None, which is not the same as an empty body.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from contracts.recording import bounded

LARGEST: Final = 1_000_000
"""Bytes of a body: as many as a run reads of an answer."""

Attached = Callable[[str], bytes | None]
"""Return the bytes of a file that came with the recording, by its name, or None."""

_PLAIN: Final = frozenset({"", "utf-8", "utf8", "text", "plain", "none", "identity"})
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_GZIP: Final = b"\x1f\x8b"
_UNCODED: Final = frozenset({"", "identity"})
_CUT: Final = re.compile(rb"(?:\.{3}|\xe2\x80\xa6|\btruncated\b[^\"{}\[\]]{0,40}[\])>]?)\s*\Z", re.IGNORECASE)
"""What logs write in place of the rest of a body that is too long for them."""
LAST: Final = 100
"""Bytes at the end of a body in which that is."""


def body_of(
    content: Any, sizes: Iterable[Any], coding: str | None, chunked: str | None, attached: Attached
) -> bytes | None:
    """Return a body, or None if the recording does not contain it.

    Args:
        content: HAR's `content` or `postData`.
        sizes: what the recording says of its length, in any form; what is not a length counts for nothing.
        coding: the value of Content-Encoding.
        chunked: the value of Transfer-Encoding.
        attached: finds the file that `content` may name.
    """
    held = content if isinstance(content, Mapping) else {}
    lengths = [length for length in map(_length, sizes) if length is not None]
    uncoded = (coding or "").strip().lower() in _UNCODED
    if isinstance(name := held.get("_file"), str):
        raw = attached(name)
    elif isinstance(text := held.get("text"), str) and text:
        raw = _raw(text, held.get("encoding") or held.get("_encoding"))
    else:
        empty = not any(lengths) and bool(lengths) and not chunked and not held.get("params")
        return b"" if empty else None
    if raw is None:
        return None
    body = _decoded(raw, coding)
    if body is None or len(body) > LARGEST:
        return None
    cut = body.lstrip().startswith((b"{", b"[")) and _CUT.search(body[-LAST:]) is not None
    cut = cut or (uncoded and any(length > len(body) for length in lengths))
    return None if cut and not _is_json(body) else body


def _length(value: Any) -> int | None:
    """Return a length that was stated as a number or as digits; None for -1, which HAR uses for unknown."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 16:
        return int(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**53:
        return int(value)
    return None


def _raw(text: str, encoding: Any) -> bytes | None:
    """Return the bytes that a text encodes, or None if its encoding is unknown or it lost something."""
    plain = text.encode("utf-8", "surrogatepass")
    name = encoding.strip().lower() if isinstance(encoding, str) else ""
    if name in {"base64", "base64url"}:
        found = _from_base64(plain)
        return found if found is not None else plain if _is_json(plain) else None
    if "\ufffd" in text or name not in _PLAIN:
        return plain if name not in _PLAIN and _is_json(plain) else None
    unlabelled = None if _is_json(plain) else _from_base64(plain)
    return unlabelled if unlabelled is not None and _is_json(unlabelled) else plain


def _from_base64(text: bytes) -> bytes | None:
    packed = b"".join(text.split()).translate(_URL_SAFE)
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _decoded(raw: bytes, coding: str | None) -> bytes | None:
    """Return the body with its content coding undone, where the recording did not; None if that is impossible."""
    codings = [each.strip().lower() for each in (coding or "").split(",") if each.strip().lower() not in _UNCODED]
    if raw.startswith(_GZIP):
        return _inflated(raw, zlib.MAX_WBITS | 16)
    if not codings or _is_text(raw):
        return raw
    if codings == ["deflate"]:
        whole = _inflated(raw, zlib.MAX_WBITS)
        return whole if whole is not None else _inflated(raw, -zlib.MAX_WBITS)
    return None


def _inflated(raw: bytes, window: int) -> bytes | None:
    inflate = zlib.decompressobj(window)
    try:
        body = inflate.decompress(raw, LARGEST + 1)
    except zlib.error:
        return None
    return body if inflate.eof or len(body) > LARGEST else None


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_json(raw: bytes) -> bool:
    try:
        bounded.loads(raw.decode("utf-8"))
    except ValueError:
        return False
    return True
