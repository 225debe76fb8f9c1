"""Falsifying examples as Hypothesis prints them, also while Schemathesis is loaded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Falsifying examples as Hypothesis prints them.

    Schemathesis' plugin blanks them for the whole session, so that its cases, which hold the whole
    specification, are not printed; its own tests are left to it.
    """
    import hypothesis.core  # noqa: PLC0415
    from hypothesis.vendor import pretty  # noqa: PLC0415

    blank = hypothesis.core.RepresentationPrinter  # type: ignore[attr-defined]
    function = getattr(item, "function", None)
    if not any(name.startswith("_schemathesis") for name in getattr(function, "__dict__", ())):
        hypothesis.core.RepresentationPrinter = pretty.RepresentationPrinter  # type: ignore[attr-defined]
    try:
        yield
    finally:
        hypothesis.core.RepresentationPrinter = blank  # type: ignore[attr-defined]
