"""What pytest reports of items that send requests, without secrets, whatever wrote or raised it."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from contracts.engine.run import Run
from contracts.transport.redaction import Redactor


class Messages:
    """Cleans each report before anything shows or writes it: its traceback with local values, and captured output."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Return the report of an item, as text where a secret was in it."""
        report = yield
        redactor = _redactor(item)
        if redactor is None:
            return report
        said = str(report.longrepr or "")
        if (clean := redactor.clean_text(said)) != said:
            report.longrepr = clean
        report.sections = [(name, redactor.clean_text(text)) for name, text in report.sections]
        return report


def _redactor(item: pytest.Item) -> Redactor | None:
    """The redactor of the run that an item uses; None for an item without a run."""
    for value in getattr(item, "funcargs", {}).values():
        run = value if isinstance(value, Run) else getattr(value, "run", None)
        if isinstance(run, Run):
            return run.transport.redactor
    return None
