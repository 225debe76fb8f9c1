"""A run's own journal, read back: `exchanges.jsonl`, also of a run that was killed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TextIO

from contracts.recording import bounded, checked
from contracts.recording.files import Source
from contracts.recording.recorded import Facts, RecordingError
from contracts.recording.store import Store

BEGIN: Final = b'{"kind":"'
"""How each line of a journal begins, and nothing else that is judged."""

WRONG: Final = (LookupError, TypeError, ValueError, AttributeError, OverflowError)


def read(source: Source, store: Store) -> Facts | None:
    """Keep the exchanges and the cases of a journal. Return the facts of its run, the last ones that it has.

    Raises RecordingError, and OSError. A last line that is cut is left out: the run was killed while it wrote it.
    """
    facts = None
    with source.text() as file:
        for number, line in _lines(source.name, file):
            try:
                kind = line["kind"]
                if kind == "exchange":
                    store.add_exchange(checked.exchange(line))
                elif kind == "case":
                    store.add_case(checked.case(line))
                elif kind == "run":
                    facts = checked.facts(line)
            except WRONG as error:
                raise RecordingError(
                    f"{source.name}: line {number}: is not a line of a journal: {said(error)}"
                ) from None
    return facts


def _lines(name: str, file: TextIO) -> Iterator[tuple[int, Any]]:
    number = 0
    while text := file.readline(bounded.LARGEST + 1):
        number += 1
        try:
            yield number, bounded.loads(text)
        except ValueError as error:
            if not text.endswith("\n") and len(text) <= bounded.LARGEST:
                return
            raise RecordingError(f"{name}: line {number}: {error}") from None


def said(error: Exception) -> str:
    """Return what is wrong in a few words: a missing key has none of its own."""
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)[:200]
