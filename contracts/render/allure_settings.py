"""What lies beside Allure's results: how it groups them, and the environment they were found in."""

from __future__ import annotations

import importlib.metadata
import re
from typing import Any

from allure_commons.model2 import Status

from contracts.model import Outcome
from contracts.render import words
from contracts.render.words import one_line
from contracts.report import Report

STATUSES = {
    Outcome.PASSED: Status.PASSED,
    Outcome.FAILED: Status.FAILED,
    Outcome.CANT_TELL: Status.UNKNOWN,
    Outcome.INAPPLICABLE: Status.SKIPPED,
    Outcome.UNTESTED: Status.SKIPPED,
}
"""Allure's word for each outcome."""

KNOWN, FLAGGED, LEDGER, ERROR = "known divergence", "flagged reading", "ledger", "suite error"
"""How the message of such a result begins; the categories go by it."""


def categories(report: Report) -> list[dict[str, Any]]:
    """Allure's categories, by status and by how a message begins: one for each category of the findings."""
    found = dict.fromkeys(divergence.category for divergence in report.divergences if not divergence.known)
    return [
        *(_category(name, Status.FAILED, name) for name in found),
        _category("known divergences", Status.SKIPPED, KNOWN),
        _category("ledger", Status.FAILED, LEDGER),
        _category("flagged readings", Status.UNKNOWN, FLAGGED),
        *(_category(outcome.value, STATUSES[outcome], outcome.value) for outcome in words.UNDECIDED),
        _category("errors in the suite", Status.BROKEN, ERROR),
    ]


def _category(name: str, status: str, beginning: str) -> dict[str, Any]:
    return {"name": name, "matchedStatuses": [status], "messageRegex": f"{re.escape(beginning)}(:.*)?"}


def environment(report: Report) -> str:
    """What Allure shows of the run, as Java properties."""
    values = {
        "target": report.target,
        "base_url": report.base_url,
        "may_allocate": str(report.may_allocate).lower(),
        "seed": str(report.seed),
        "requests": str(report.requests),
        "seconds": f"{report.seconds:.1f}",
        **({"warnings": "; ".join(report.warnings)} if report.warnings else {}),
        "complete": str(report.complete).lower(),
        "exit_code": str(report.exit_code),
        "why": report.why,
        "suite_version": importlib.metadata.version("timp-conformance"),
    }
    return "".join(f"{name}={one_line(value).replace(chr(92), chr(92) * 2)}\n" for name, value in values.items())
