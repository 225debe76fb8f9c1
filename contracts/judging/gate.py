"""The exit code of a run, and why, in one sentence. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from contracts.model.clause import Level
from contracts.model.exits import ExitCode
from contracts.model.report import Cause, Divergence, Note, Verdict

FAILING = {
    "healed": ("known divergence", "that healed"),
    "expired": ("known divergence", "that expired"),
    "drifted": ("pinned reading", "that drifted"),
    "lost": ("clause", "without the coverage of before"),
}
"""How a note of the ledger that fails a run is counted."""


def gate(
    verdicts: Sequence[Verdict],
    causes: Sequence[Cause],
    *,
    errors: Sequence[str],
    complete: bool,
    pedantic: bool,
    notes: Sequence[Note] = (),
    pinned: Mapping[str, str] | None = None,
) -> tuple[ExitCode, str]:
    """Return the exit code, and why in one sentence. A reading that is `pinned` does not fail a pedantic run."""
    if errors:
        return ExitCode.SUITE_FAILED, f"the suite itself failed: {errors[0]}"
    if not complete:
        return ExitCode.INTERRUPTED, "interrupted; what was judged so far is reported"
    if not any(verdict.cases for verdict in verdicts if not verdict.clause.pooled):
        return ExitCode.NOTHING_TESTED, "nothing was tested"
    binding = [v for v in verdicts if pedantic or v.clause.level is Level.MUST]
    new = [d for verdict in binding for d in verdict.divergences if not d.known]
    reasons = [_new(new, causes)] if new else []
    failing = Counter(note.kind for note in notes if note.fails)
    reasons += [counted(number, *FAILING[kind]) for kind, number in failing.items()]
    flagged = [v for v in verdicts if v.flagged]
    unpinned = [v for v in flagged if v.clause.id not in (pinned or {})]
    if pedantic and unpinned:
        reasons.append(f"{counted(len(unpinned), 'flagged reading')}, and the run is pedantic")
    if reasons:
        return ExitCode.DIVERGES, "; ".join(reasons)
    shown = [
        (_count_causes(causes, known=False), "new cause", "at level should"),
        (_count_causes(causes, known=True), "known cause", ""),
        (len(flagged), "flagged reading", ""),
    ]
    rest = [counted(number, *words) for number, *words in shown if number]
    why = f"nothing that fails the run; {', '.join(rest)}" if rest else "nothing diverges from the page"
    return ExitCode.NOTHING_NEW, why


def _new(new: Sequence[Divergence], causes: Iterable[Cause]) -> str:
    signatures = {divergence.signature for divergence in new}
    number = sum(any(each.signature in signatures for each in cause.divergences) for cause in causes)
    clauses = len({divergence.clause for divergence in new})
    return f"{counted(number, 'new cause')} ({counted(len(new), 'divergence')} on {counted(clauses, 'clause')})"


def _count_causes(causes: Iterable[Cause], *, known: bool) -> int:
    return sum(cause.known is known for cause in causes)


def counted(number: int, what: str, rest: str = "") -> str:
    """Return a number with what it counts, in the plural if it is not 1, and the `rest`: `2 clauses that changed`."""
    return f"{number} {what}{'' if number == 1 else 's'} {rest}".rstrip()
