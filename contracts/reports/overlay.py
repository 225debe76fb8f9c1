"""`observed-overlay.yaml`: an OpenAPI Overlay 1.0 that turns our specification into what this target does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml

from contracts.endpoint import schema
from contracts.model.clause import Outcome
from contracts.model.report import Divergence, Report, Verdict
from contracts.reports import words

Actions = list[dict[str, Any]]
Known = Mapping[str, Mapping[str, Mapping[str, Actions]]]
"""Actions by clause, then `readings` or `divergences`, then the name of a reading or the label of a divergence."""


def write(report: Report, directory: Path) -> None:
    """Write `observed-overlay.yaml` into the directory, which is there. OSError where that fails."""
    text = yaml.safe_dump(content(report), sort_keys=False, allow_unicode=True, width=120)
    words.write(directory / "observed-overlay.yaml", text)


def content(report: Report) -> dict[str, Any]:
    """The overlay as YAML values: `actions` in the order of the clauses, and `x-not-expressed`, which is the rest."""
    known = load(report.specs / "observed.yaml") if report.specs else {}
    actions: Actions = []
    rest: Actions = []
    for verdict in report.verdicts:
        mine = known.get(verdict.clause.id, {})
        for what, found in _found(verdict, mine):
            if found is None:
                rest.append(what)
            else:
                actions += [{"target": each["target"], "description": verdict.clause.id, **each} for each in found]
    return {
        "overlay": "1.0.0",
        "info": {"title": f"{report.endpoint} as {report.target} does it", "version": "1.0.0"},
        "extends": "specs/allocate_order/openapi.yaml" if report.specs is None else f"{report.specs.name}/openapi.yaml",
        "actions": [*actions, *_statuses(report)],
        "x-not-expressed": rest,
    }


def load(path: Path) -> Known:
    """The actions kept as data; none where there is no file."""
    return schema.load(path) if path.exists() else {}


def _found(
    verdict: Verdict, known: Mapping[str, Mapping[str, Actions]]
) -> Iterator[tuple[dict[str, Any], Actions | None]]:
    """Yield what a run found of one clause, each with its actions, or None where OpenAPI has no words for it."""
    clause = verdict.clause
    if clause.is_question and verdict.reading is not None:
        says = clause.reading(verdict.reading).says
        answer = {"clause": clause.id, "reading": verdict.reading, "says": says}
        yield answer, known.get("readings", {}).get(verdict.reading)
    elif clause.is_question and verdict.outcome is not Outcome.INAPPLICABLE:
        yield {"clause": clause.id, "outcome": str(verdict.outcome), "reason": words.because(verdict)}, None
    for divergence in verdict.divergences:
        yield _divergence(divergence), known.get("divergences", {}).get(divergence.label)


def _divergence(found: Divergence) -> dict[str, Any]:
    return {"clause": found.clause, "divergence": found.signature, "observed": found.observed}


def _statuses(report: Report) -> Iterator[dict[str, Any]]:
    """Codes that the specification does not list."""
    if report.specs is None:
        return
    document = schema.load(report.specs / "openapi.yaml")
    calls = [(path, verb) for path, item in document["paths"].items() for verb in item if verb in schema.VERBS]
    listed = {code for path, verb in calls for code in document["paths"][path][verb]["responses"]}
    for status in report.statuses:
        if str(status) not in listed:
            phrase = {each.value: each.phrase for each in HTTPStatus}.get(status, "no code of HTTP's")
            update = {str(status): {"description": f"Observed: {phrase}."}}
            for path, verb in calls:
                yield {"target": f"$.paths['{path}'].{verb}.responses", "description": f"{status}", "update": update}
