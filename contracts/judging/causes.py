"""What a maintainer would mend: divergences that one fault explains, as one cause. Pure.

Joining is data where it can be: the `kind` of a clause, and what it `explains`. The rules here are few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from contracts.judging.attempts import SERVER_ERROR
from contracts.judging.conditions import condition
from contracts.judging.failures import error_text, failure
from contracts.model.case import READ_BACK, led_to
from contracts.model.clause import Clause, Level
from contracts.model.exchange import Exchange
from contracts.model.report import Cause, Divergence, Facts, Numbers, Verdict

SCHEMATHESIS = "openapi"
"""The section of clauses that say again, in the words of a specification, what other clauses say."""

CODES = "response-codes"
"""The section of clauses about status codes."""

INTERMEDIARY = "availability.no-intermediary-answers"
INTERMITTENT = ("availability.every-request-is-answered", "availability.no-intermittent-errors")

SHOWN = 300
"""Characters of an answer that are shown."""

REFUSES_NOTHING = ("refuses nothing",)
ENOUGH, MOST = 10, 0.9
"""Of so many clauses about what has to be refused, such a share that fails shows a target that refuses nothing."""

Key = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class FoundDivergence:
    """A divergence with its clause."""

    #: The clause that it breaks.
    clause: Clause
    #: The divergence.
    divergence: Divergence
    #: What divergences of one cause have in common.
    key: Key
    #: The requests that lead to a divergence of that key.
    alike: Numbers


def join(verdicts: Iterable[Verdict]) -> list[list[FoundDivergence]]:
    """Return the divergences of verdicts in groups: those of one cause are together, the one that explains first."""
    judged = list(verdicts)
    found = _found(judged)
    reasons = {id(each): reason for each in found if (reason := _reason(each, found))}
    nothing = _refuses_nothing(judged)
    groups: dict[Key, list[FoundDivergence]] = defaultdict(list)
    for each in sorted(found, key=lambda each: id(each) in reasons):
        root = _root(each, reasons)
        groups[REFUSES_NOTHING if nothing and _is_taken(root) else root.key].append(each)
    return list(groups.values())


def _found(verdicts: Iterable[Verdict]) -> list[FoundDivergence]:
    keyed = [(v.clause, each, _key(v.clause, each)) for v in verdicts for each in v.divergences]
    alike: dict[Key, Numbers] = defaultdict(Numbers)
    for _, divergence, key in keyed:
        alike[key] |= divergence.exchanges
    return [FoundDivergence(clause, divergence, key, alike[key]) for clause, divergence, key in keyed]


def _root(found: FoundDivergence, reasons: Mapping[int, FoundDivergence]) -> FoundDivergence:
    """Return what explains a divergence and is explained by nothing else.

    Of some that explain each other, it is something that was accepted and had to be refused, if one of them is.
    """
    path = [found]
    while (reason := reasons.get(id(path[-1]))) is not None:
        if any(reason is each for each in path):
            circle = path[next(at for at, each in enumerate(path) if each is reason) :]
            return min(circle, key=lambda each: (not _is_taken(each), each.clause.id, each.divergence.signature))
        path.append(reason)
    return path[-1]


def _key(clause: Clause, divergence: Divergence) -> Key:
    """Return what divergences of one cause have in common, as far as each shows it on its own."""
    if clause.pooled:
        return "pooled", clause.id, divergence.label
    status = divergence.exchange.status
    if status is None or status >= SERVER_ERROR:
        return "failure", *failure(divergence.exchange)
    return "kind", clause.kind, _class_of(clause, divergence.exchange)


def _class_of(clause: Clause, exchange: Exchange) -> str:
    """Return the class of an answer, as far as it matters to a clause.

    Clauses about status codes tell them apart, those that expect an answer tell a success from a refusal, and to the
    others a token in a header, say, is the same in all answers.
    """
    if clause.section == CODES:
        return exchange.answer
    if clause.expects is None:
        return ""
    return "refused" if exchange.refused else exchange.answer


def _refuses_nothing(verdicts: Sequence[Verdict]) -> bool:
    """Return True if hardly anything is refused that has to be."""
    due = [verdict for verdict in verdicts if verdict.clause.expects == "refused" and verdict.cases]
    taken = [verdict for verdict in due if any(each.exchange.accepted for each in verdict.divergences)]
    return len(due) >= ENOUGH and len(taken) >= MOST * len(due)


def _is_taken(found: FoundDivergence) -> bool:
    """Return True if the divergence is that something was accepted, and not what was said then."""
    return found.divergence.exchange.accepted and found.clause.expects == "refused"


def _is_of_acceptance(clause: Clause) -> bool:
    """Return True if a clause is about whether a request is accepted, and not about what the answer says."""
    return clause.expects == "refused" or clause.decided_by in {"answer", "label"}


def _reason(found: FoundDivergence, all_found: Sequence[FoundDivergence]) -> FoundDivergence | None:
    """Return the divergence that explains another one: that on most of the same answers and on the fewest others."""
    shown = found.divergence.exchanges
    reasons = [other for other in all_found if _explains(other, found)]
    return max(reasons, key=lambda other: ((other.alike & shown).bit_count(), -other.alike.bit_count()), default=None)


def _explains(reason: FoundDivergence, other: FoundDivergence) -> bool:
    shown, others = reason.alike, other.divergence.exchanges
    if reason is other or not shown & others or reason.clause.section == SCHEMATHESIS:
        return False
    if other.clause.section == SCHEMATHESIS or other.clause.id in reason.clause.explains:
        return True
    if reason.clause.basic:  # that a request was accepted, and what it stored, does not depend on what was answered
        return not (other.clause.basic or _is_of_acceptance(other.clause) or READ_BACK in other.clause.source)
    # What has to be refused was carried out: all that shows on these answers alone comes of that.
    return _is_taken(reason) and _within(others, shown) and (_less(other.alike, shown) or not _is_taken(other))


def _within(part: Numbers, whole: Numbers) -> bool:
    return part & whole == part


def _less(part: Numbers, whole: Numbers) -> bool:
    return part != whole and _within(part, whole)


def causes_of(verdicts: Iterable[Verdict], said: Callable[[Exchange], str]) -> tuple[Cause, ...]:
    """Return what a maintainer would mend, what fails a run and is new first. `said` puts a request in one line."""
    made = [_cause(found, said) for found in join(verdicts)]
    ordered = sorted(made, key=lambda cause: (cause.known, cause.level is not Level.MUST))
    return tuple(replace(cause, id=f"c{number}") for number, cause in enumerate(ordered, 1))


def _cause(found: Sequence[FoundDivergence], said: Callable[[Exchange], str]) -> Cause:
    main = found[0].divergence
    clauses = [each.clause for each in found]
    return Cause(
        id="",
        title=f"{_observed(main)}; expected: {main.expected}",
        level=Level.MUST if any(clause.level is Level.MUST for clause in clauses) else Level.SHOULD,
        divergences=tuple(each.divergence for each in found),
        sent=said(led_to(main.case, main.exchange)[-1]),
        answered=_answer(main.exchange),
        when=_when(found),
        sometimes=main.sometimes or found[0].clause.pooled,
        intermediary=found[0].clause.id == INTERMEDIARY,
        intermittent=found[0].clause.id in INTERMITTENT,
    )


def _observed(divergence: Divergence) -> str:
    """Return what was observed, with the field in which it was if the text does not name it."""
    member = divergence.field.rpartition(".")[2].removesuffix("[]")
    named = not member or member in divergence.observed
    return divergence.observed if named else f"{divergence.observed} in {divergence.field}"


def _when(found: Sequence[FoundDivergence]) -> str | None:
    """Return the condition under which the divergences of the first one's clause show, if there is a pattern."""
    alike = [each.divergence for each in found if each.clause is found[0].clause]
    if any(each.flaky for each in alike):
        return None
    failed = frozenset[Facts]().union(*(each.failed for each in alike))
    return condition(sorted(failed), frozenset[Facts]().union(*(each.passed for each in alike)))


def _answer(exchange: Exchange) -> str:
    """Return the status of an answer with its text: the message of an error, or the beginning of the body."""
    if exchange.response is None:
        return f"no answer: {exchange.trouble or 'no reason is known'}"
    body = exchange.response.body[:SHOWN].decode("utf-8", "replace")
    text = error_text(body) if not exchange.accepted else " ".join(body.split())
    return f"{exchange.status} {text}".rstrip()[:SHOWN]
