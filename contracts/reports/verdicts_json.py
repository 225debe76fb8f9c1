"""`verdicts.json`: the run's result for machines, in the form of `contracts/reports/verdicts.schema.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contracts.model.clause import Defect
from contracts.model.report import Cause, Divergence, Known, Note, Report, Touched, Verdict
from contracts.reports import words

SCHEMA = Path(__file__).with_name("verdicts.schema.json")
"""The JSON Schema (draft 2020-12) of what `write` writes."""

ALLOCATION = 2_000
"""Characters of a last allocation that are shown; `exchanges.jsonl` has all of it."""


def write(report: Report, directory: Path) -> None:
    """Write `verdicts.json` into the directory, which is there. OSError where that fails."""
    # A lone surrogate, which UTF-8 has no bytes for, becomes the escape that JSON has for it.
    text = json.dumps(content(report), indent=1, ensure_ascii=False, allow_nan=False)
    words.write(directory / "verdicts.json", f"{text}\n")


def content(report: Report) -> dict[str, Any]:
    """The report as JSON values; `started` and `seconds` are seconds, the former since the epoch (UTC)."""
    known = sum(1 for divergence in report.divergences if divergence.known)
    return {
        "schema": 2,
        "endpoint": report.endpoint,
        "endpoint_name": report.endpoint_name,
        "target": {"name": report.target, "base_url": report.base_url, "may_allocate": report.may_allocate},
        "seed": report.seed,
        "pedantic": report.pedantic,
        "complete": report.complete,
        "summary": words.tally(report.verdicts)
        | {"new": len(report.divergences) - known, "known": known, "causes": len(report.causes)},
        "causes": [_cause(cause) for cause in report.causes],
        "verdicts": [_verdict(verdict, report) for verdict in report.verdicts],
        "flagged": [_flagged(verdict) for verdict in report.flagged],
        "questions": [_question(verdict) for verdict in words.questions(report)],
        "defects": [_defect(defect) for defect in report.defects],
        "ledger": [_note(note) for note in report.ledger],
        "orders": [_touched(touched) for touched in report.orders],
        "warnings": list(report.warnings),
        "troubles": list(report.troubles),
        "errors": list(report.errors),
        "requests": report.requests,
        "started": report.started,
        "seconds": report.seconds,
        "exit_code": report.exit_code,
        "why": report.why,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "id": cause.id,
        "title": cause.title,
        "level": cause.level.value,
        "known": cause.known,
        "seen": cause.seen,
        "of": cause.of,
        "when": cause.when,
        "sometimes": cause.sometimes,
        "intermediary": cause.intermediary,
        "intermittent": cause.intermittent,
        "signatures": [divergence.signature for divergence in cause.divergences],
        "sent": cause.sent,
        "answered": cause.answered,
    }


def _verdict(verdict: Verdict, report: Report) -> dict[str, Any]:
    clause = verdict.clause
    causes = {each.signature: cause.id for cause in report.causes for each in cause.divergences}
    return {
        "clause": clause.id,
        "section": clause.section,
        "level": clause.level.value,
        "status": clause.status.value,
        "outcome": verdict.outcome.value,
        "reading": verdict.reading,
        "cases": verdict.cases,
        "reason": verdict.reason,
        "divergences": [_divergence(each, causes[each.signature]) for each in verdict.divergences],
    }


def _divergence(divergence: Divergence, cause: str) -> dict[str, Any]:
    return {
        "signature": divergence.signature,
        "cause": cause,
        "category": divergence.category,
        "field": divergence.field,
        "label": divergence.label,
        "expected": divergence.expected,
        "observed": divergence.observed,
        "seen": divergence.seen,
        "of": divergence.of,
        "sometimes": divergence.sometimes,
        "by_chance": divergence.by_chance,
        "known": divergence.known,
        "known_as": _known(divergence.known_as),
        "reproducible": divergence.reproducible,
        "request_id": divergence.exchange.id,
        "curl": divergence.curl,
    }


def _known(entry: Known | None) -> dict[str, Any] | None:
    return None if entry is None else {"reason": entry.reason, "link": entry.link, "expires": entry.expires.isoformat()}


def _flagged(verdict: Verdict) -> dict[str, Any]:
    reading = verdict.flagged
    return {
        "clause": verdict.clause.id,
        "reading": verdict.reading,
        "departs_from": reading.departs_from if reading else None,
    }


def _question(verdict: Verdict) -> dict[str, Any]:
    return {
        "clause": verdict.clause.id,
        "reading": verdict.reading,
        "readings": [reading.name for reading in verdict.clause.readings],
        "outcome": verdict.outcome.value,
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "kind": note.kind,
        "clause": note.clause,
        "signature": note.signature,
        "text": note.text,
        "fix": note.fix,
        "fails": note.fails,
    }


def _touched(touched: Touched) -> dict[str, Any]:
    last = touched.last
    body = last.request.body.decode("utf-8", "replace") if last else None
    return {
        "order": touched.order,
        "requests": touched.requests,
        "last_accepted": last.id if last else None,
        "last_allocation": None if body is None else words.one_line(body, ALLOCATION),
    }


def _defect(defect: Defect) -> dict[str, Any]:
    return {
        "kind": defect.kind,
        "line": defect.line,
        "what": defect.what,
        "suggestion": defect.suggestion,
    }
