"""Files that hold recordings: one file, an archive with its attachments, or a folder of files."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TextIO, cast

from contracts.recording.bodies import LARGEST, Attached
from contracts.recording.recorded import RecordingError

RECORDINGS: Final = (".har", ".har.gz", ".zip", ".jsonl")
JOURNAL: Final = "exchanges.jsonl"
LARGEST_MEMBER: Final = 2_000_000_000
"""Bytes of a member of an archive, unpacked."""

GZIP: Final = b"\x1f\x8b"
ZIP: Final = b"PK\x03\x04"
BROKEN: Final = (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, RuntimeError, NotImplementedError)
"""What the standard library raises for an archive that is broken, encrypted, or packed in another way."""


@dataclass(frozen=True)
class Source:
    """One recording."""

    #: What messages call it.
    name: str
    #: Opens its bytes.
    opened: Callable[[ExitStack], BinaryIO]
    #: Finds files that came with it.
    attached: Attached

    @contextmanager
    def text(self) -> Iterator[TextIO]:
        """Open its text, in any encoding of JSON. Raises RecordingError for a broken archive, and OSError."""
        with ExitStack() as stack:
            try:
                raw = io.BufferedReader(cast("io.RawIOBase", self.opened(stack)))
                encoding = json.detect_encoding(raw.peek(4)[:4])
                yield stack.enter_context(io.TextIOWrapper(raw, encoding, "replace"))
            except BROKEN as error:
                raise RecordingError(f"{self.name}: cannot be unpacked: {error}") from None

    def begins(self) -> bytes:
        """Return its first bytes."""
        with ExitStack() as stack:
            try:
                return self.opened(stack).read(16)
            except BROKEN as error:
                raise RecordingError(f"{self.name}: cannot be unpacked: {error}") from None


def sources(path: Path) -> Iterator[Source]:
    """Yield each recording in a file, an archive or a folder. Raises RecordingError if none is found, and OSError."""
    if path.is_dir():
        yield from _in_folder(path)
        return
    with path.open("rb") as file:
        begin = file.read(4)
    if begin == ZIP:
        yield from _in_archive(path)
    else:
        yield Source(str(path), _opener(path), lambda name: _attached(path, name))


def _in_folder(path: Path) -> Iterator[Source]:
    """A run's folder holds the same exchanges twice: its journal is the one that is read."""
    journal = path / JOURNAL
    found = [journal] if journal.is_file() else sorted(p for p in path.iterdir() if p.name.endswith(RECORDINGS))
    if not found:
        raise RecordingError(f"{path}: holds no recording: no file ends in {', '.join(RECORDINGS)}")
    for each in found:
        if each.is_file():
            yield from sources(each)


def _in_archive(path: Path) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if each.filename.endswith(".har")]
    except BROKEN as error:
        raise RecordingError(f"{path}: cannot be unpacked: {error}") from None
    if not members:
        raise RecordingError(f"{path}: holds no file that ends in .har")
    for member in members:
        if member.file_size > LARGEST_MEMBER:
            raise RecordingError(f"{path}: {member.filename[:100]}: has more than {LARGEST_MEMBER:,} bytes")
        folder = member.filename.rpartition("/")[0]
        yield Source(f"{path}: {member.filename[:100]}", _member(path, member), _attachments(path, folder))


def _opener(path: Path) -> Callable[[ExitStack], BinaryIO]:
    def opened(stack: ExitStack) -> BinaryIO:
        file = stack.enter_context(path.open("rb"))
        if file.peek(2)[:2] == GZIP:
            return cast("BinaryIO", stack.enter_context(gzip.GzipFile(fileobj=file)))
        return file

    return opened


def _member(path: Path, member: zipfile.ZipInfo) -> Callable[[ExitStack], BinaryIO]:
    def opened(stack: ExitStack) -> BinaryIO:
        archive = stack.enter_context(zipfile.ZipFile(path))
        return cast("BinaryIO", stack.enter_context(archive.open(member)))

    return opened


def _attachments(path: Path, folder: str) -> Attached:
    """Return what reads a file next to a recording in an archive."""

    def attached(name: str) -> bytes | None:
        try:
            with zipfile.ZipFile(path) as archive, archive.open(f"{folder}/{name}" if folder else name) as file:
                return file.read(LARGEST + 1)
        except (KeyError, OSError, ValueError, *BROKEN):
            return None

    return attached


def _attached(path: Path, name: str) -> bytes | None:
    """Return what a file holds that lies next to a recording; None for a name that leads elsewhere."""
    if not name or "\0" in name or Path(name).name != name or "\\" in name:
        return None
    file = path.parent / name
    try:
        if file.is_symlink() or not file.is_file():
            return None
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except (OSError, ValueError):
        return None
