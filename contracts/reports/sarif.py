"""`results.sarif`: SARIF 2.1.0, one rule for each clause, one result for each divergence, at the clause's line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from contracts import ROOT
from contracts.model.clause import Clause, Level
from contracts.model.report import Divergence, Report, Verdict
from contracts.reports import words
from contracts.reports.words import one_line

LIMIT = 1_000
"""Characters of a message: code scanning shows few."""

FINGERPRINT = "divergence/v1"


def write(report: Report, directory: Path) -> None:
    """Write `results.sarif` into the directory, which is there. OSError where that fails."""
    words.write(directory / "results.sarif", json.dumps(content(report), indent=1, ensure_ascii=False) + "\n")


def content(report: Report) -> dict[str, Any]:
    """The report as JSON values (SARIF 2.1.0, section 3.13)."""
    clauses = [verdict.clause for verdict in report.verdicts]
    driver = {
        "name": "timp-conformance",
        "version": version("timp-conformance"),
        "rules": [_rule(clause) for clause in clauses],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": f"{one_line(report.target)}/"},
                "invocations": [{"executionSuccessful": report.exit_code in {0, 1}, "exitCode": report.exit_code}],
                "results": [
                    _result(report, index, verdict, divergence)
                    for index, verdict in enumerate(report.verdicts)
                    for divergence in verdict.divergences
                ],
                "columnKind": "unicodeCodePoints",
            }
        ],
    }


def _level(clause: Clause) -> str:
    return "error" if clause.level is Level.MUST else "warning"


def _rule(clause: Clause) -> dict[str, Any]:
    place = f"{clause.where}; {', '.join(clause.source)}"
    return {
        "id": clause.id,
        "shortDescription": {"text": one_line(clause.means)},
        "help": {"text": f"{words.lead(clause)}: {one_line(clause.means)} ({one_line(place)})"},
        "defaultConfiguration": {"level": _level(clause)},
        "properties": {"tags": [clause.section, clause.category]},
    }


def _result(report: Report, index: int, verdict: Verdict, found: Divergence) -> dict[str, Any]:
    expected, observed = one_line(found.expected, LIMIT), one_line(found.observed, LIMIT)
    return {
        "ruleId": found.clause,
        "ruleIndex": index,
        "level": _level(verdict.clause),
        "message": {"text": f"Expected {expected}; observed {observed}. {words.standing(found)}."},
        "locations": [_location(report, verdict.clause)],
        "partialFingerprints": {FINGERPRINT: found.signature},
        "suppressions": list(_suppressions(found)),
        "properties": {"category": found.category, "field": found.field, "request_id": found.exchange.id},
    }


def _location(report: Report, clause: Clause) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": clauses_file(report), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": max(clause.line, 1)},
        }
    }


def clauses_file(report: Report) -> str:
    """Where the clauses stand, from the root of the project, with slashes."""
    place = (report.specs or ROOT / "specs") / "clauses.toml"
    return place.relative_to(ROOT).as_posix() if place.is_relative_to(ROOT) else place.name


def _suppressions(found: Divergence) -> Iterator[dict[str, str]]:
    """A known divergence is one that somebody has accepted outside of the code."""
    if found.known_as is not None:
        until = f"until {found.known_as.expires.isoformat()}"
        yield {"kind": "external", "justification": f"{one_line(found.known_as.reason)} ({until})"}
