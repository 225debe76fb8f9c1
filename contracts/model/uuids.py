"""UUIDs of nothing that exists: they are known again by a checksum."""

from __future__ import annotations

import hashlib
import uuid


def invented(*names: object) -> str:
    """A UUID of nothing that exists: of version 4, the same for the same names.

    Its last 48 bits are a digest of the others, so that `is_invented` knows it again without a list; of a
    deployment's own UUIDs one in 2^48 looks the same.
    """
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    return invented_like(str(uuid.UUID(bytes=digest[:16], version=4)))


def invented_like(name: str) -> str:
    """An invented UUID that begins as another one does: only its last twelve digits are others."""
    head = uuid.UUID(name).bytes[:10]
    return str(uuid.UUID(bytes=head + _tail(head)))


def is_invented(name: str) -> bool:
    """Return whether a UUID, as 32 hexadecimal digits with or without hyphens, was made by `invented`."""
    raw = uuid.UUID(name).bytes
    return raw[10:] == _tail(raw[:10])


def _tail(head: bytes) -> bytes:
    return hashlib.sha256(b"timp-conformance invented" + head).digest()[:6]


def compact(name: str) -> str:
    """A UUID as 32 hexadecimal digits in lower case. ValueError where it is none."""
    return uuid.UUID(name).hex
