"""Standard output whose reader may leave: `timp-conformance … | head` is not an error."""

from __future__ import annotations

import io
import os
import sys


class Patient(io.TextIOWrapper):
    """A text stream that discards what is written after its reader closed the pipe."""

    def write(self, text: str) -> int:
        """Write `text`, or nothing if no one reads; returns its length."""
        try:
            return super().write(text)
        except BrokenPipeError:
            return self._discarded(text)

    def flush(self) -> None:
        """Send what is buffered, or discard it if no one reads."""
        try:
            super().flush()
        except BrokenPipeError:
            self._discarded("")

    def _discarded(self, text: str) -> int:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())  # what is buffered goes there too, so that it is not tried again at the end
        os.close(nowhere)
        return len(text)


def outlast_readers() -> None:
    """Make standard output a stream that outlasts its reader."""
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper):
        sys.stdout = Patient(out.buffer, out.encoding, out.errors, line_buffering=out.line_buffering)
