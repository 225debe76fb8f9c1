"""The reports folder: one run at a time writes there, and replaces only files that a run has made."""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from contracts.reports import words
from contracts.reports.files import FOLDERS, NAMES

MARKER = ".timp-conformance.json"
"""Names the files in its folder that this suite has made."""

LOCK = ".timp-conformance.lock"
"""Is locked as long as a run writes into its folder; the operating system ends that with the process."""

BEFORE = re.compile(
    r"[0-9a-f-]{36}-(?:result\.json|globals\.json|attachment\.[a-z]+)|(?:categories|environment)\.[a-z]+"
)
"""The files in allure-results of a version that wrote no marker."""


class FolderError(ValueError):
    """A reports folder into which this run may not write; the message says why."""


@contextmanager
def held(directory: Path) -> Iterator[None]:
    """Keep other runs out of a folder, and remove from it what a former run has made. Raises FolderError."""
    with _locked(directory):
        with _explained():
            _clear(directory)
        yield


def check(directory: Path) -> None:
    """Raise FolderError unless a run could begin in a folder, which is made if it is missing; nothing is removed."""
    with _locked(directory), _explained(), TemporaryFile(dir=directory):
        _refuse_files_of_others(directory, made(directory))


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    with ExitStack() as stack:
        with _explained():
            directory.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context((directory / LOCK).open("a"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the operating system refuses into a FolderError."""
    try:
        yield
    except BlockingIOError:
        raise FolderError("another run writes there now") from None
    except OSError as error:
        raise FolderError(f"cannot be written: {error.strerror}") from error


def made(directory: Path) -> set[str]:
    """Return the names, relative to a folder, of the files there that this suite has made."""
    marker = _json(directory / MARKER)
    if isinstance(marker, dict) and isinstance(marker.get("files"), list):
        return {name for name in marker["files"] if isinstance(name, str) and _is_inside(name)}
    verdicts = _json(directory / "verdicts.json")
    if not isinstance(verdicts, dict) or verdicts.get("schema") not in {1, 2}:
        return set()
    results = directory / "allure-results"
    inside = results.iterdir() if results.is_dir() and not results.is_symlink() else ()
    return {*NAMES, *(f"allure-results/{path.name}" for path in inside if BEFORE.fullmatch(path.name))}


def note(directory: Path, names: Iterable[str]) -> None:
    """Keep that this suite makes files of these names in a folder, before it does. May raise OSError."""
    files = sorted(made(directory).union(names)) if (directory / MARKER).exists() else sorted(names)
    words.write(directory / MARKER, json.dumps({"schema": 1, "files": files}, indent=1) + "\n")


def _is_inside(name: str) -> bool:
    """Return True for a file of the folder itself, of its allure-results or of its replay."""
    return name in NAMES or bool(re.fullmatch(r"(?:allure-results|replay)/[^/\\]+", name))


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _refuse_files_of_others(directory: Path, ours: set[str]) -> None:
    for name in NAMES:
        path = directory / name
        if name not in {*ours, *FOLDERS} and (path.exists() or path.is_symlink()):
            raise FolderError(f"{name} was not made by this suite, and is not replaced")


def _clear(directory: Path) -> None:
    ours = made(directory)
    _refuse_files_of_others(directory, ours)
    for name in sorted(ours):
        path = directory / name
        if not path.is_dir() or path.is_symlink():
            path.unlink(missing_ok=True)
    if ours:  # what `make report` renders of the former run
        (directory / "allure-report" / "index.html").unlink(missing_ok=True)
    for name in FOLDERS:
        with suppress(OSError):  # files of others are in it, or it is not there
            (directory / name).rmdir()
    words.write(directory / MARKER, json.dumps({"schema": 1, "files": ["exchanges.jsonl"]}) + "\n")
