"""Clauses explained, as Markdown: the same words for a terminal and for `docs/clauses.md`. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.endpoint.example import Step
from contracts.model.clause import Clause, Status
from contracts.reports import planned
from contracts.reports.markdown import block, code, plain, prose, table

STANDARD = {
    "accepted": "a request with this property, on an accepted one, must be carried out",
    "refused": "a request with this property must not be carried out, whatever else is in it",
    "answer": "the reading is found from whether such a request is carried out or refused",
    "label": "the reading is found from which kinds of such requests are carried out and which are refused",
    "code": "the reading is found from the status code of the refusal",
}
"""What the standard oracles of `contracts/endpoint/oracle.py` do, by the key of `clauses.toml` that chooses them."""


NAMES = 5
"""So many names of what is at one place in the code are shown."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A fault of the reference provider, and what it does."""

    #: Its name.
    name: str
    #: What it does.
    what: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A clause with all that is to be said of it."""

    #: The clause.
    clause: Clause
    #: The title of its section.
    section: str
    #: The lines of the page that state it.
    lines: tuple[int, ...]
    #: Its planned requests.
    steps: tuple[Step, ...]
    #: The docstring of its own oracle; empty for a standard one.
    judged: str
    #: Where the oracle is.
    file: str
    #: Faults that break it.
    breaks: tuple[Proof, ...]
    #: Faults that it may see.
    also: tuple[Proof, ...]
    #: The reading of the reference provider, if it is a question.
    default: str | None
    #: At which file and line it is judged, what is sent for it is made up, and it is proved, with the names there.
    code: tuple[tuple[str, Mapping[str, tuple[str, ...]]], ...] = ()


def table_of(clauses: Iterable[Clause], sections: Mapping[str, str]) -> str:
    """All clauses, a table for each section."""
    clauses = tuple(clauses)
    lines: list[str] = []
    for name, title in sections.items():
        rows = [
            [code(clause.id), str(clause.level), kind(clause), prose(clause.means)]
            for clause in clauses
            if clause.section == name
        ]
        lines += [f"## {plain(title)}", "", *table(["clause", "level", "kind", "means"], rows), ""]
    return "\n".join(lines)


def kind(clause: Clause) -> str:
    """Duty or question, and what makes it a question."""
    if not clause.is_question:
        return "duty"
    return "question: contradicted" if clause.status is Status.CONTRADICTED else "question: silent"


def document(clauses: Sequence[Explained], title: str) -> str:
    """`docs/clauses.md`."""
    lines = [
        f"# The clauses of {plain(title)}",
        "",
        "Written by `make docs`; an edit by hand is lost with the next. `timp-conformance explain CLAUSE` says the",
        "same of one clause, and `timp-conformance explain SIGNATURE` explains a divergence of the last run.",
        "",
        f"There are {len(clauses)}, of which {sum(1 for each in clauses if each.clause.is_question)} are questions.",
        "What is sent is only what is planned for the clause itself: every exchange of a run is judged by all oracles.",
        "",
    ]
    section = None
    for each in clauses:
        if each.section != section:
            section = each.section
            lines += [f"## {plain(section)}", ""]
        lines += [f"### {plain(each.clause.id)}", "", *_body(each), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def alone(each: Explained) -> str:
    """One clause, with how to pin a reading of it and how to accept a divergence from it."""
    sent = [*planned.requests(each.steps), ""] if each.steps else []
    return "\n".join([f"# {plain(each.clause.id)}", "", *_body(each), "", *_code(each), *sent, *_ledger(each)])


def _code(each: Explained) -> Iterator[str]:
    for what, places in each.code:
        for place, names in places.items():
            more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
            yield f"- {what} at {code(place)}{': ' * bool(names)}{', '.join(map(plain, names[:NAMES]))}{more}"
    yield ""


def _body(each: Explained) -> Iterator[str]:
    clause = each.clause
    yield prose(clause.means)
    yield ""
    yield f"- {kind(clause).capitalize()}, level {clause.level}, category {plain(clause.category)}"
    yield f"- Written under {plain(clause.where)}{_lines(each.lines)}; stated by: {plain(', '.join(clause.source))}"
    for question, names in clause.under.items():
        yield f"- Applies where {code(question)} is {plain(' or '.join(names))}"
    yield f"- Sent: {_sent(each)}"
    yield f"- Judged: {_judged(each)} ({code(each.file)})"
    if each.breaks or each.also:
        yield f"- Proved by: {', '.join(code(proof.name) for proof in each.breaks) or 'no fault of its own'}"
    if each.also:
        yield f"- May also be seen here: {', '.join(code(proof.name) for proof in each.also)}"
    if clause.is_question:
        yield ""
        yield from _readings(each)


def _lines(lines: Sequence[int]) -> str:
    return f", line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))} of the page" if lines else ""


def _sent(each: Explained) -> str:
    if each.steps:
        cases = list(dict.fromkeys(step.label for step in each.steps))
        return f"{len(cases)} case{'s' if len(cases) > 1 else ''}: {', '.join(map(code, cases))}"
    if each.clause.refusals_of:
        return f"the cases of {', '.join(map(code, each.clause.refusals_of))}"
    return "nothing of its own: it is looked at in the answers to all that is sent"


def _judged(each: Explained) -> str:
    clause = each.clause
    chosen = clause.expects or clause.decided_by
    said = prose(each.judged.rstrip(".")) or (STANDARD[chosen] if chosen else "the status code of such a refusal")
    if clause.is_question:
        said += "; every answer is then held against the reading found"
    if clause.codes:
        said += f"; refused with {' or '.join(map(str, clause.codes))}"
    return said


def _readings(each: Explained) -> Iterator[str]:
    rows = [
        [
            code(reading.name),
            prose(reading.means),
            plain(reading.departs_from or "") + (" (flagged)" if reading.flagged else ""),
            "yes" if reading.name == each.default else "",
        ]
        for reading in each.clause.readings
    ]
    yield from table(["reading", "means", "departs from", "the default"], rows)


def _ledger(each: Explained) -> Iterator[str]:
    clause = each.clause
    if clause.is_question:
        yield "A target known to follow one reading is pinned to it in `targets.toml`; its own name in place of NAME:"
        yield ""
        yield block(f'[NAME.pinned]\n"{clause.id}" = "{each.default or clause.readings[0].name}"', "toml")
        yield ""
    yield "A divergence that is accepted for a while is written there, after a run that saw it, by"
    yield ""
    yield block('timp-conformance accept SIGNATURE --target NAME --reason "why" --days 90', "sh")


def divergence(verdict: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """A divergence of the last run, as `verdicts.json` has it."""
    lines = [
        f"# Divergence {plain(found['signature'])}",
        "",
        f"- Clause: {code(verdict['clause'])}, level {plain(verdict['level'])}",
        f"- {plain(found['category'].capitalize())}: {plain(found['label'] or 'any')}"
        + (f" in {code(found['field'])}" if found["field"] else ""),
        f"- Expected: {prose(found['expected'])}",
        f"- Observed: {code(found['observed'])}",
        (
            f"- {'Known' if found['known'] else 'New'}, shown {found['reproducible'] or 'once'}, in {found['seen']} of"
            f" {found['of']} cases; the smallest is request {code(found['request_id'])}"
        ),
        "",
        block(found["curl"], "sh"),
        "",
    ]
    return "\n".join(lines)
