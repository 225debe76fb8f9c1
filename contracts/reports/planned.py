"""Planned requests as Markdown, each as a difference from the accepted one that it varies. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from contracts.endpoint.example import ORDER, Step
from contracts.reports.markdown import block, code, plain, table


def document(
    steps: Iterable[Step], variants: Mapping[str, Iterable[Step]], bases: Mapping[str, str], title: str
) -> str:
    """`docs/requests.md`."""
    units = ", ".join(str(item.quantity_ordered) for item in ORDER.line_items)
    lines = [
        f"# What is sent: {plain(title)}",
        "",
        "Written by `make docs`. Each planned request, as it differs from an accepted one: `plain` or `dated`. The",
        f"order of this example has line items with {units} ordered units, and the day is 1 March 2027. Members are",
        "named by their JSON Pointer; a case of several requests has a row for each. What is seen in it are the",
        "properties that clauses speak of and the accepted request has not; those of the case's own clause by label.",
        "",
        *(line for name, body in bases.items() for line in (f"The body of `{name}`:", "", block(body, "json"), "")),
        *_clauses(steps, "##"),
    ]
    for name, others in variants.items():
        lines += [f"## {plain(name)}", "", "What is not sent as above:", "", *_clauses(others, "###")]
    return "\n".join(lines).rstrip("\n") + "\n"


def _clauses(steps: Iterable[Step], heading: str) -> Iterator[str]:
    for clause, own in groupby(sorted(steps, key=lambda step: step.clause), key=lambda step: step.clause):
        yield from (f"{heading} {plain(clause)}", "", *requests(own), "")


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
