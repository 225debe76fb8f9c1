"""What the suite noticed of deviations that were put there, as data and as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.render.markdown import code, plain, table


@dataclass(frozen=True)
class Trial:
    """A provider to run the suite on: one with a fault that `breaks` clauses, or a lawful one that breaks none.

    `kind` is fault, reading, pairs or variation. `also` are clauses that may see a fault, and need not; `invisible`
    says why none can. `orders` is how many are lent, if not as many as usual.
    """

    name: str
    what: str
    kind: str
    faults: tuple[str, ...]
    readings: Mapping[str, str]
    breaks: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    severity: str | None = None
    invisible: str = ""
    orders: int | None = None

    @property
    def lawful(self) -> bool:
        """Whether nothing may be found."""
        return self.kind != "fault"


@dataclass(frozen=True)
class Result:
    """What a run found: the clauses that failed, and what else was wrong with it, such as a reading misread."""

    trial: Trial
    failed: frozenset[str]
    wrong: tuple[str, ...]
    requests: int
    seconds: float

    @property
    def missed(self) -> frozenset[str]:
        """The clauses that were broken, and passed."""
        return self.trial.breaks - self.failed

    @property
    def alarms(self) -> frozenset[str]:
        """The clauses that failed, and were kept."""
        return self.failed - self.trial.breaks - self.trial.also

    @property
    def holds(self) -> bool:
        """Whether the suite found what was there, and nothing else."""
        return not (self.missed or self.alarms or self.wrong)


def content(results: Sequence[Result], seconds: float) -> dict[str, Any]:
    """The proof as JSON values; `seconds` is the wall's time of all runs, those of a run its own."""
    faults = [result for result in results if not result.trial.lawful]
    lawful = [result for result in results if result.trial.lawful]
    return {
        "schema": 1,
        "summary": {
            "faults": len(faults),
            "seen": sum(not result.missed for result in faults),
            "lawful": len(lawful),
            "read_right": sum(not result.wrong and not result.failed for result in lawful),
            "alarms": sum(bool(result.alarms) for result in results),
            "seconds": round(seconds, 1),
        },
        "faults": [_row(result) for result in faults],
        "lawful": [_row(result) for result in lawful],
        "only_by": dict(sorted(_only_by(faults).items())),
        "twins": [sorted(names) for names in _twins(faults)],
    }


def _row(result: Result) -> dict[str, Any]:
    return {
        "name": result.trial.name,
        "what": result.trial.what,
        "breaks": sorted(result.trial.breaks),
        "failed": sorted(result.failed),
        "missed": sorted(result.missed),
        "alarms": sorted(result.alarms),
        "wrong": list(result.wrong),
        "requests": result.requests,
        "seconds": round(result.seconds, 2),
    }


def _only_by(faults: Iterable[Result]) -> dict[str, list[str]]:
    """The faults that one clause alone sees, by the clause."""
    found: dict[str, list[str]] = {}
    for result in faults:
        if len(result.failed) == 1:
            found.setdefault(next(iter(result.failed)), []).append(result.trial.name)
    return found


def _twins(faults: Iterable[Result]) -> list[list[str]]:
    """Faults that fail exactly the same clauses, so that a report cannot tell them apart by clauses."""
    groups: dict[frozenset[str], list[str]] = {}
    for result in faults:
        groups.setdefault(result.failed, []).append(result.trial.name)
    return [names for names in groups.values() if len(names) > 1]


def markdown(results: Sequence[Result], seconds: float) -> str:
    """The proof for people."""
    return "\n".join(_lines(results, content(results, seconds))) + "\n"


def _lines(results: Sequence[Result], told: Mapping[str, Any]) -> Iterator[str]:
    counts = told["summary"]
    yield "# What the suite notices"
    yield ""
    yield f"Of {counts['faults']} faults, each put into the reference provider alone, {counts['seen']} were seen at"
    yield f"every clause they break. {counts['read_right']} of {counts['lawful']} lawful deployments were read right."
    yield f"{counts['alarms']} runs raised a false alarm. It took {counts['seconds']} s."
    yield ""
    wrong = [result for result in results if not result.holds]
    if wrong:
        yield "## Where it does not hold"
        yield ""
        rows = [
            [code(r.trial.name), _names(r.missed), _names(r.alarms), plain("; ".join(r.wrong)) or "none"] for r in wrong
        ]
        yield from table(["trial", "missed", "false alarms", "else"], rows)
        yield ""
    yield "## Faults"
    yield ""
    faults = [result for result in results if not result.trial.lawful]
    rows = [[code(r.trial.name), plain(r.trial.what), _names(r.failed), str(r.requests)] for r in faults]
    yield from table(["fault", "what it does", "seen by", "requests"], rows)


def _names(clauses: Iterable[str]) -> str:
    return ", ".join(code(clause) for clause in sorted(clauses)) or "none"
