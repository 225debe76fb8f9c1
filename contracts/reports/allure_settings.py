"""Files next to Allure's results: how it groups them, and the environment they were found in."""

from __future__ import annotations

import importlib.metadata
import re
from typing import Any

from allure_commons.model2 import Status

from contracts.model.clause import Outcome
from contracts.model.report import Report
from contracts.reports import words
from contracts.reports.words import one_line

STATUSES = {
    Outcome.PASSED: Status.PASSED,
    Outcome.FAILED: Status.FAILED,
    Outcome.CANT_TELL: Status.UNKNOWN,
    Outcome.INAPPLICABLE: Status.SKIPPED,
    Outcome.UNTESTED: Status.SKIPPED,
}
"""Allure's word for each outcome."""

KNOWN, FLAGGED, LEDGER, ERROR = "known divergence", "flagged reading", "ledger", "suite error"
DEFECT, FAILED, RUN, CAUSES = "page defect", "failed clause", "The run", "What to mend"
"""How the message of such a result begins; the categories go by it."""


def categories(report: Report) -> list[dict[str, Any]]:
    """Allure's categories, by status and by how a message begins: one for each category of the causes.

    Allure 2 reads them as they are, and report/render.mjs hands them to Allure 3.
    """
    found = dict.fromkeys(cause.main.category for cause in report.causes if not cause.known)
    return [
        *(_category(name, name, Status.FAILED) for name in found),
        _category("known divergences", KNOWN, Status.SKIPPED),
        _category("ledger", LEDGER, Status.FAILED),
        _category("flagged readings", FLAGGED, Status.UNKNOWN),
        *(_category(outcome.value, outcome.value, STATUSES[outcome]) for outcome in words.UNDECIDED),
        _category("errors in the suite", ERROR, Status.BROKEN),
        _category("page defects", DEFECT, Status.UNKNOWN),
        # What is repeated comes last: a clause that failed has its causes above, and the run all of them.
        _category("failed clauses", FAILED, Status.FAILED, Status.SKIPPED),
        _category("the run", RUN, Status.FAILED, Status.BROKEN),
    ]


def _category(name: str, beginning: str, *statuses: str) -> dict[str, Any]:
    # Allure 2 matches the whole message, Allure 3 looks for the expression anywhere in it.
    return {"name": name, "matchedStatuses": list(statuses), "messageRegex": f"^{re.escape(beginning)}(:.*)?$"}


def environment(report: Report) -> str:
    """Return what Allure shows of the run, as Java properties."""
    values = {
        "endpoint": report.endpoint,
        "target": report.target,
        "release": words.headline(report).removeprefix("Release: "),
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
