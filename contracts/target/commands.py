"""Commands that the owner of a target names: what they print, within limits of time and size."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress

from contracts.target.targets import UsageError

SECONDS = 60
"""How long a command may take. What it started is ended with it."""

BYTES = 65_536
"""How much a command may print: the manifest of one order, or a token, is far smaller."""


def printed(command: Sequence[str], place: str) -> bytes:
    """Return what a command prints; all that it started is ended afterwards. Raises UsageError, which names `place`.

    What it prints on standard error is not repeated, for it may hold secrets.
    """
    deadline = time.monotonic() + SECONDS
    try:
        process = subprocess.Popen(  # noqa: S603 - the owner of the target names it
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UsageError(f"{place}: cannot be run: {error.strerror}") from None
    try:
        found = _read(process, deadline, place)
        code = process.wait(max(deadline - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        raise UsageError(f"{place}: has not ended after {SECONDS} s") from None
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    if code:
        raise UsageError(f"{place}: ended with {code}; run it by hand to see why")
    return found


def _read(process: subprocess.Popen[bytes], deadline: float, place: str) -> bytes:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    found = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise subprocess.TimeoutExpired(place, SECONDS)
            piece = os.read(process.stdout.fileno(), BYTES)
            found += piece
            if not piece:
                return bytes(found)
            if len(found) > BYTES:
                raise UsageError(f"{place}: prints more than {BYTES} bytes; let it print only what is asked for")
