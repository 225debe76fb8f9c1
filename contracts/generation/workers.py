"""The suite under pytest-xdist: the exit code comes from the worker that made the run."""

from __future__ import annotations

from typing import Any

import pytest


class Workers:
    """What pytest-xdist's controller hears of the run, which one of its workers makes."""

    def __init__(self) -> None:
        self._code = 0

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker has ended. One that was killed is trouble in the suite, though another has taken its place."""
        self._code = self._code or getattr(node, "workeroutput", {}).get("conformance", 0)
        if error:
            self._code = 3

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """The exit code is the gate's, as without workers."""
        session.exitstatus = self._code or session.exitstatus
