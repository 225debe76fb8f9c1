"""Planned requests as a Markdown table, each as a change of the accepted one that it varies. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.endpoint.example import Step
from contracts.reports.markdown import code, plain, table


def requests(steps: Iterable[Step]) -> list[str]:
    """The lines of a table of planned requests."""
    rows = [
        [
            code(step.label),
            step.base,
            "; ".join(map(code, step.changes)) or "nothing",
            "; ".join(map(code, step.seen)),
            plain("; ".join(step.needs)),
        ]
        for step in steps
    ]
    return table(["case", "varies", "by", "seen in it", "needs"], rows)
