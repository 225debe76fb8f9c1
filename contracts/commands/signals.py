"""Signals to a run, which is reported also if it is interrupted."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupted_once() -> Iterator[None]:
    """Let the first SIGINT or SIGTERM interrupt a run. Those that follow are ignored, so that it is reported.

    A CI system sends several to a job that it gives up.
    """

    def interrupt(_number: int, _frame: object) -> None:
        handle(lambda _number, _frame: None)
        raise KeyboardInterrupt

    def handle(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
        for number in heeded:
            signal.signal(number, handler)

    # A program that a shell started in the background ignores SIGINT already.
    heeded = [n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) is not signal.SIG_IGN]
    handle(interrupt)
    try:
        yield
    finally:
        handle(signal.SIG_IGN)  # any other handler is undone while Python ends
