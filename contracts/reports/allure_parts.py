"""The parts that Allure's results are made of, as allure-python-commons writes them."""

from __future__ import annotations

import hashlib
import uuid
from typing import Protocol

import attr
from allure_commons.model2 import (
    Attachment,
    GlobalAttachment,
    Globals,
    Label,
    Parameter,
    StatusDetails,
)

from contracts.reports.words import one_line


class Sink(Protocol):
    """What of the library's file logger is used here, with the types that it leaves out."""

    def report_globals(self, globals_item: Globals) -> None:
        """Write what belongs to the run as a whole."""

    def report_attached_data(self, body: bytes, file_name: str) -> None:
        """Write an attachment."""


@attr.s(auto_attribs=True)
class Details(StatusDetails):
    """With the one member that Allure reads and the library leaves out."""

    muted: bool | None = None


@attr.s(auto_attribs=True)
class OfTarget(GlobalAttachment):
    """With the environment it belongs to, where several targets are in one report."""

    environment: str | None = None


def digest(*parts: str) -> str:
    """A name for these parts, the same in every run."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def times(started: float, seconds: float) -> tuple[int, int]:
    """Start and stop in milliseconds since the epoch."""
    return round(started * 1000), round((started + seconds) * 1000)


def labels(**values: str) -> list[Label]:
    """A label for each."""
    return [Label(name, value) for name, value in values.items()]


def parameters(**values: str | int | None) -> list[Parameter]:
    """Left out of the history: what a run measured is not part of what was tested."""
    return [Parameter(name, one_line(str(v)), excluded=True) for name, v in values.items() if v is not None]


def details(message: str | None, *, known: bool = False, flaky: bool = False) -> StatusDetails | None:
    """The message under a status; None where nothing is to be said."""
    if message is None:
        return None
    return Details(known=known, muted=known, flaky=flaky, message=one_line(message))


def attach(logger: Sink, name: str, text: str) -> Attachment:
    """Give a text to the logger, and what a result says of it."""
    source = f"{uuid.uuid4()}-attachment.txt"
    logger.report_attached_data(text.encode("utf-8", "backslashreplace"), source)
    return Attachment(name, source, "text/plain")
