"""The text of a file that people write, whatever their editor puts before it."""

from __future__ import annotations

import codecs

OTHERS = {
    codecs.BOM_UTF32_LE: "UTF-32",  # before UTF-16, whose mark is the beginning of this one
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
"""Byte order marks of encodings that are not read, with their names."""


def text_of(raw: bytes) -> str:
    """Return the text of a file in UTF-8, without a byte order mark.

    Raises ValueError, which says what to do if the file is in another encoding.
    """
    for mark, name in OTHERS.items():
        if raw.startswith(mark):
            raise ValueError(f"is {name}: save it as UTF-8")
    if b"\0" in raw[:2]:
        raise ValueError("is UTF-16 without a byte order mark: save it as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8 at byte {error.start}: save it as UTF-8") from None
