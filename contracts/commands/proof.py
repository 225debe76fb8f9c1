"""What the suite noticed of deviations that were put there, as data and as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.reports.markdown import code, plain, table


@dataclass(frozen=True)
class Trial:
    """A provider to run the suite on."""

    #: Unique among the trials.
    name: str
    #: What the provider does, in words.
    what: str
    #: fault, two (faults of different kinds), triple (a fault behind two allowed choices), reading, pairs or variation.
    kind: str
    #: The faults and variations that are switched on.
    faults: tuple[str, ...]
    #: How the provider reads, by question.
    readings: Mapping[str, str]
    #: Clauses that have to fail; none for an allowed provider.
    breaks: frozenset[str] = frozenset()
    #: Clauses that may see the fault, and need not.
    also: frozenset[str] = frozenset()
    #: The level that the report has to give; None if it does not matter.
    severity: str | None = None
    #: Why no clause can see it, if so.
    invisible: str = ""
    #: How many test orders there are; None for as many as usual.
    orders: int | None = None
    #: The condition that the report has to state.
    when: str | None = None
    #: Why the report has more than one cause, if so.
    several: str = ""

    @property
    def correct(self) -> bool:
        """Return whether nothing may be found."""
        return self.kind not in {"fault", "two", "triple"}


@dataclass(frozen=True)
class Result:
    """What a run found."""

    #: What it was run on.
    trial: Trial
    #: The clauses that failed.
    failed: frozenset[str]
    #: The signatures of the divergences of each cause.
    causes: tuple[frozenset[str], ...]
    #: What is wrong with the run, such as a reading that was misread.
    wrong: tuple[str, ...]
    #: How many were sent.
    requests: int
    #: How long the run took.
    seconds: float

    @property
    def signatures(self) -> frozenset[str]:
        """The signatures of all divergences."""
        return frozenset[str]().union(*self.causes)

    @property
    def missed(self) -> frozenset[str]:
        """Return the clauses that were broken, and passed. Behind other choices, one that failed suffices."""
        if self.trial.kind == "two" or (self.trial.kind == "triple" and self.trial.breaks & self.failed):
            return frozenset()  # of two faults, one may keep the other from being seen
        return self.trial.breaks - self.failed

    @property
    def seen(self) -> bool:
        """Return whether all that was broken failed, and something did."""
        return bool(self.failed) and not self.missed

    @property
    def alarms(self) -> frozenset[str]:
        """The clauses that failed, and were kept."""
        if self.trial.kind == "two":
            return frozenset()
        return self.failed - self.trial.breaks - self.trial.also

    @property
    def holds(self) -> bool:
        """Return whether the suite found what was there, as far as it can be seen, and nothing else."""
        as_due = self.trial.correct or self.trial.kind == "two" or self.seen or bool(self.trial.invisible)
        return as_due and not (self.alarms or self.wrong)


def content(results: Sequence[Result], clauses: Sequence[str], seconds: float) -> dict[str, Any]:
    """The proof as JSON values; `clauses` are all there are, `seconds` is the wall's time of all runs."""
    faults = [result for result in results if result.trial.kind == "fault"]
    triples = [result for result in results if result.trial.kind == "triple"]
    correct = [result for result in results if result.trial.correct]
    alone = {next(iter(result.failed)) for result in faults if len(result.failed) == 1}
    failed = {clause for result in faults for clause in result.failed}
    sees = {
        clause: frozenset(r.trial.name for r in faults if clause in r.failed) for clause in clauses if clause in failed
    }
    return {
        "schema": 1,
        "summary": {
            "faults": len(faults),
            "seen": sum(result.seen for result in faults),
            "invisible": sum(bool(result.trial.invisible) for result in faults),
            "triples": len(triples),
            "triples_seen": sum(result.seen for result in triples),
            "correct": len(correct),
            "read_right": sum(result.holds for result in correct),
            "twos": sum(result.trial.kind == "two" for result in results),
            "mixed": len(mixed(results)),
            "alarms": sum(bool(result.alarms) for result in results),
            "clauses": len(clauses),
            "proven": len(failed),
            "alone": len(alone),
            "requests": sum(result.requests for result in results),
            "seconds": round(seconds, 1),
        },
        "faults": [_row(result) for result in faults],
        "triples": [_row(result) for result in triples],
        "correct": [_row(result) for result in correct],
        "mixed": mixed(results),
        "unproven": [clause for clause in clauses if clause not in failed],
        "never_alone": [clause for clause in clauses if clause in failed - alone],
        "clauses_alike": _alike(sees),
        "faults_alike": _alike({result.trial.name: result.failed for result in faults}),
        "divergences_alike": _alike({result.trial.name: result.signatures for result in faults}),
    }


def mixed(results: Sequence[Result]) -> list[str]:
    """Return the pairs of faults of which a cause holds divergences that each of the two alone shows."""
    alone = {result.trial.name: result.signatures for result in results if result.trial.kind == "fault"}
    found = []
    for result in results:
        if result.trial.kind == "two" and alone.keys() >= set(result.trial.faults):
            first, second = (alone[name] for name in result.trial.faults)
            if any(cause & (first - second) and cause & (second - first) for cause in result.causes):
                found.append(result.trial.name)
    return found


def _row(result: Result) -> dict[str, Any]:
    trial = result.trial
    return {
        "name": trial.name,
        "kind": trial.kind,
        "what": trial.what,
        "severity": trial.severity,
        "readings": dict(trial.readings),
        "breaks": sorted(trial.breaks),
        "failed": sorted(result.failed),
        "missed": sorted(result.missed),
        "invisible": trial.invisible or None,
        "alarms": sorted(result.alarms),
        "wrong": list(result.wrong),
        "requests": result.requests,
        "seconds": round(result.seconds, 2),
    }


def _alike(found: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """The names of those of which the same was found, something at all: nothing tells them apart."""
    groups: dict[frozenset[str], list[str]] = {}
    for name, what in found.items():
        if what:
            groups.setdefault(what, []).append(name)
    return [names for names in groups.values() if len(names) > 1]


def markdown(results: Sequence[Result], clauses: Sequence[str], seconds: float) -> str:
    """The proof for people."""
    return "\n".join(_lines(results, content(results, clauses, seconds))) + "\n"


def _lines(results: Sequence[Result], matrix: Mapping[str, Any]) -> Iterator[str]:
    counts = matrix["summary"]
    yield "# What the suite notices"
    yield ""
    yield f"Of {counts['faults']} faults, each put into the reference provider alone, {counts['seen']} were seen at"
    yield f"every clause they break; {counts['invisible']} cannot be seen."
    yield f"{counts['read_right']} of {counts['correct']} correct deployments were read right."
    yield f"Of {counts['triples']} faults behind two allowed choices,"
    yield f"{counts['triples_seen']} were seen. In {counts['mixed']} of {counts['twos']} pairs of faults of different"
    yield "kinds, a cause holds divergences of both."
    yield f"{counts['alarms']} runs raised a false alarm. {counts['proven']} of"
    yield f"{counts['clauses']} clauses failed on some fault, {counts['alone']} of them alone."
    yield f"It took {counts['seconds']} s and {counts['requests']:,} requests."
    yield ""
    yield from _where_it_does_not_hold(results)
    yield from _list("Clauses that no fault here makes fail", matrix["unproven"])
    yield from _list("Clauses that never fail alone", matrix["never_alone"])
    yield from _groups("Clauses that fail on the same faults", matrix["clauses_alike"])
    yield from _groups("Faults that fail the same clauses", matrix["faults_alike"])
    yield from _groups("Faults that show as the same divergences", matrix["divergences_alike"])
    faults = [result for result in results if result.trial.kind == "fault"]
    yield "## Faults"
    yield ""
    rows = [
        [
            code(r.trial.name),
            plain(r.trial.what),
            str(r.trial.severity),
            _names(r.failed) or plain(r.trial.invisible),
            str(r.requests),
            f"{r.seconds:.1f}",
        ]
        for r in faults
    ]
    yield from table(["fault", "what it does", "severity", "seen by", "requests", "seconds"], rows)


def _where_it_does_not_hold(results: Sequence[Result]) -> Iterator[str]:
    rows = [
        [
            code(r.trial.name),
            _names(r.missed) or "none",
            _names(r.alarms) or "none",
            plain("; ".join(r.wrong)) or "none",
        ]
        for r in results
        if not r.holds
    ]
    if rows:
        yield "## Where it does not hold"
        yield ""
        yield from table(["trial", "missed", "false alarms", "else"], rows)
        yield ""


def _list(title: str, clauses: Sequence[str]) -> Iterator[str]:
    yield f"## {title}: {len(clauses)}"
    yield ""
    yield _names(clauses) or "None."
    yield ""


def _groups(title: str, groups: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"## {title}: {len(groups)} groups"
    yield ""
    yield from ([f"- {_names(names)}" for names in groups] or ["None."])
    yield ""


def _names(clauses: Iterable[str]) -> str:
    return ", ".join(code(clause) for clause in sorted(clauses))
