"""From cases to one frozen report: verdicts, divergences, the gate. Sends nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from contracts.endpoint.plan import NOT_PERMITTED
from contracts.engine.run import Run
from contracts.judging import availability
from contracts.judging.causes import causes_of
from contracts.judging.gate import counted, gate
from contracts.judging.judgement import CHANGES, Group, Judged, Judgement, judge_all
from contracts.model.case import ELSEWHERE, READ_BACK, Role, clause_of
from contracts.model.clause import Clause, Defect, Outcome
from contracts.model.exchange import Exchange
from contracts.model.exits import ExitCode
from contracts.model.finding import Finding
from contracts.model.report import Divergence, Report, Verdict, is_flaky
from contracts.recording.recorded import Recording
from contracts.reports.exchange import curl
from contracts.target.ledger import compare, entry_for
from contracts.transport.interlock import RefusedToSendError
from contracts.transport.limits import CeilingReachedError, TargetLostError

Judgeable = Run | Recording
"""Cases that were just sent, or long ago."""

CONFIRMATIONS = 2
"""How often the smallest case of a divergence is sent again."""


def _divergence(run: Judgeable, judged: Judged, group: Group, *, confirmed: bool) -> Divergence:
    smallest = group.smallest
    if confirmed and isinstance(run, Run):
        run.note_confirmed(smallest.signature, confirm(run, smallest))
    again = run.confirmed.get(smallest.signature)
    sometimes = is_flaky(again) or judged.sometimes(group)
    signature = smallest.signature_when(sometimes=sometimes)
    return Divergence(
        signature=signature,
        clause=smallest.clause,
        category=smallest.category,
        field=smallest.field,
        label=smallest.label,
        expected=smallest.expected,
        observed=smallest.observed,
        seen=group.seen,
        of=judged.cases,
        exchanges=group.exchanges,
        sometimes=sometimes,
        by_chance=not group.planned or (sometimes and (again is None or is_flaky(again))),
        failed=frozenset(group.facts),
        passed=frozenset(judged.could_show(group)),
        known_as=run.target.ledger.known_as(signature, smallest.clause, smallest.category, sometimes=sometimes),
        reproducible=again,
        case=smallest.case,
        exchange=smallest.exchange,
        curl="\n".join(curl(e.request, run.target.base_url, e.id) for e in _to_replay(smallest)),
    )


def _to_replay(finding: Finding) -> list[Exchange]:
    """What to send again to see it: the exchange alone, or where it is a read-back or a repeat, what led to it."""
    steps = [(role, exchange) for role, exchange in finding.case.steps if role != Role.BEFORE]
    roles = {role for role, exchange in steps if exchange.id == finding.exchange.id}
    if not roles & {Role.READ, Role.REPEAT}:
        return [finding.exchange]
    last = max(index for index, (_, exchange) in enumerate(steps) if exchange.id == finding.exchange.id)
    return [exchange for _, exchange in steps[: last + 1]]


def confirm(run: Run, finding: Finding) -> str | None:
    """Send the case of a finding twice more: how often of three it showed, as `k/3`.

    None where it cannot be sent again, or not to the same effect: on an order that is changed once.
    """
    changes = finding.case.all(*CHANGES)
    if not all(exchange.refused for exchange in changes) and not run.stock.repeats(changes):
        return None
    shown = 1
    for _ in range(CONFIRMATIONS):
        try:
            again = run.replay(finding.case)
        except (RefusedToSendError, TargetLostError, CeilingReachedError):
            return None
        shown += any(each.signature == finding.signature for each in run.judge(again))
    return f"{shown}/{CONFIRMATIONS + 1}"


def report(
    run: Judgeable,
    *,
    defects: Sequence[Defect],
    complete: bool,
    pedantic: bool,
    stopped: tuple[ExitCode, str] | None = None,
    confirmed: bool = True,
) -> Report:
    """The frozen report of a run. `stopped`: an exit code and a reason that no verdict can change."""
    judgement = judge_all(run)
    verdicts = tuple(_verdict(run, clause, judgement, confirmed) for clause in _clauses(run))
    causes = causes_of(verdicts, lambda sent: run.endpoint.definition.said(sent, run.context))
    ledger = run.target.ledger
    today = datetime.datetime.fromtimestamp(run.started, datetime.UTC).date()
    whole = complete and stopped is None and not run.errors
    notes = compare(ledger, verdicts, today, run.target.name) if whole else ()
    code, why = stopped or gate(
        verdicts, causes, errors=run.errors, complete=complete, pedantic=pedantic, notes=notes, pinned=ledger.pinned
    )
    new = [divergence for verdict in verdicts for divergence in verdict.divergences if not divergence.known]
    return Report(
        endpoint=run.endpoint.definition.title,
        target=run.target.name,
        base_url=run.target.base_url,
        may_allocate=run.target.may_allocate,
        seed=run.seed,
        complete=complete,
        verdicts=verdicts,
        defects=tuple(defects),
        errors=tuple(run.errors),
        troubles=tuple(availability.notes(run.way)),
        requests=run.transport.requests,
        started=run.started,
        seconds=run.seconds,
        exit_code=code,
        why=why,
        pedantic=pedantic,
        warnings=(
            *run.target.warnings,
            *ledger.remarks(run.target.name),
            *_noted(run),
            *_unsent(run),
            *run.endpoint.definition.remarks(run.each()),
        ),
        orders=run.transport.touched,
        named=run.target.name not in {"embedded", run.target.base_url},
        ledger=notes,
        entries={}
        if run.target.name == "embedded"
        else {d.signature: entry_for(d, run.target.name, run.endpoint.name, today) for d in new},
        sections=run.endpoint.catalogue.sections,
        statuses=tuple(sorted(judgement.statuses)),
        specs=run.endpoint.specs,
        recorded=run.transport.requests if isinstance(run, Recording) else None,
        causes=causes,
        times=availability.times(run.way),
        endpoint_name=run.endpoint.name,
    )


def _noted(run: Judgeable) -> tuple[str, ...]:
    """Return what a recording lacks, or holds in addition to the calls that were judged."""
    return run.notes if isinstance(run, Recording) else ()


def _unsent(run: Judgeable) -> Iterator[str]:
    if run.unsent:
        yield f"{counted(len(run.unsent), 'generated request')} may not leave, such as: {run.unsent[0]}"


def _clauses(run: Judgeable) -> tuple[Clause, ...]:
    return tuple(run.endpoint.catalogue.clauses.values())


def _verdict(run: Judgeable, clause: Clause, judgement: Judgement, confirmed: bool) -> Verdict:
    judged = judgement.clauses[clause.id]
    confirmed = confirmed and not clause.pooled
    found = tuple(_divergence(run, judged, group, confirmed=confirmed) for group in judged.groups.values())
    if found:
        return Verdict(clause, Outcome.FAILED, judged.cases, _reading(run, clause), None, found, judged.seconds)
    untold = run.skipped.get(f"{clause.id}/{ELSEWHERE}")
    if untold is not None:
        reading = _reading(run, clause)
        return Verdict(clause, Outcome.CANT_TELL, judged.cases, reading, untold.reason, seconds=judged.seconds)
    if judged.cases:
        return Verdict(clause, Outcome.PASSED, judged.cases, _reading(run, clause), seconds=judged.seconds)
    if clause.id in judgement.hidden:
        return Verdict(clause, Outcome.CANT_TELL, 0, None, judgement.hidden[clause.id].value, seconds=judged.seconds)
    outcome, reason = _why_not(run, clause)
    return Verdict(clause, outcome, 0, None, reason, seconds=judged.seconds)


def _reading(run: Judgeable, clause: Clause) -> str | None:
    """The reading found; none where the target follows none throughout."""
    return None if clause.id in run.context.undecided else run.context.readings.get(clause.id)


def _why_not(run: Judgeable, clause: Clause) -> tuple[Outcome, str]:
    """Return the outcome and the reason of a clause that no case exercised."""
    if clause.pooled and run.way.requests:
        return Outcome.INAPPLICABLE, "the table of the target has no max_seconds"
    for question, names in clause.under.items():
        found = run.context.readings.get(question)
        if found is not None and found not in names:
            return Outcome.INAPPLICABLE, f"the target's reading of {question} is {found}"
    skipped = [reason for case, reason in run.skipped.items() if clause_of(case) == clause.id]
    if NOT_PERMITTED in skipped:
        return Outcome.UNTESTED, NOT_PERMITTED.reason
    if not run.may_change:
        return (
            Outcome.CANT_TELL if clause.is_question else Outcome.UNTESTED
        ), "no permission to allocate (may_allocate)"
    if skipped:
        return skipped[0].outcome, skipped[0].reason
    if READ_BACK in clause.source and not run.reads_back:
        return Outcome.UNTESTED, run.unread
    if clause.is_question:
        return Outcome.CANT_TELL, "nothing the target answered settles it"
    return Outcome.UNTESTED, "no case exercised it"
