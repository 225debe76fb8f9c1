"""Causes in Markdown: what is wrong, with the values, and the two ways out. For the summary and for Allure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from contracts.model.clause import Clause
from contracts.model.report import Cause, Report
from contracts.model.spelling import table_name
from contracts.page.kept import Places, load_places
from contracts.reports import replay, words
from contracts.reports.exchange import as_text
from contracts.reports.markdown import block, code, plain, prose

LIMIT = 600
"""Characters of a request and of a response that are shown."""

CURL_LIMIT = 2_000
"""Characters of a command that is shown; a cut one would send something else."""


def open_part(cause: Cause, report: Report) -> Iterator[str]:
    """Yield the lines of a cause that a reader sees first: what is wrong, when, with which values, and the ways out."""
    clause = report.verdict(cause.main.clause).clause
    yield f"{words.rank(cause)}; shows {plain(words.how_often(cause))}. {words.lead(clause)}: {prose(clause.means)}"
    yield ""
    yield f"- Sent: {code(cause.sent)}"
    yield f"- Answered: {code(cause.answered)}"
    yield f"- Expected: {prose(cause.main.expected)}"
    for known in dict.fromkeys(each.known_as for each in cause.divergences if each.known_as):
        link = f" ({plain(known.link)})" if known.link else ""
        yield f"- Known until {known.expires}: {prose(known.reason)}{link}"
    yield f"- To do: {_ways_out(clause, report)}"
    yield ""


def _ways_out(clause: Clause, report: Report) -> str:
    change = "change the API to do what is expected"
    if clause.pooled and clause.level.value == "should":
        return "look at what is between this suite and the application"
    if "page" not in clause.source:
        return f"{change}; {plain(' and '.join(clause.source))} asks for it whatever a page says"
    lines = _places(report.specs).of(clause) if report.specs else ()
    at = f", line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}" if lines else ""
    return f"{change}, or the page ({plain(clause.where)}{at}) to say what is observed"


@cache
def _places(specs: Path) -> Places:
    """Return where the clauses of an endpoint are stated in the page; read once, for all causes."""
    return load_places(specs / "places.toml")


def members(cause: Cause) -> Iterator[str]:
    """Yield a line for each divergence that the cause explains."""
    for each in cause.divergences:
        seen = f"expected {prose(each.expected)}; observed {code(each.observed)}"
        yield f"- {plain(each.clause)}: {seen} ({words.new_or_known(each)}; {each.seen} of {each.of} cases)"


def evidence(cause: Cause, report: Report) -> Iterator[str]:
    """Yield all that a cause explains, its smallest exchange, how to send it again, and how to accept it."""
    yield from members(cause)
    yield ""
    yield block(as_text(cause.main.exchange, LIMIT), "http")
    yield ""
    if len(cause.main.curl) <= CURL_LIMIT:
        yield block(cause.main.curl, "sh")
    else:
        yield f"The command is too long for here: see {code(str(replay.script(Path(), cause)))}."
    yield ""
    yield from _entries(cause, report)


def _entries(cause: Cause, report: Report) -> Iterator[str]:
    signatures = [each.signature for each in cause.divergences]
    entries = [report.entries[each].rstrip() for each in signatures if each in report.entries]
    if not entries:
        return
    if report.named:
        yield f"To accept this for a while: `timp-conformance accept --target {report.target}` writes it down:"
    else:
        name = table_name(report.target)
        entries.insert(0, f"[{name}]\nbase_url = {json.dumps(report.base_url)}")
        yield f"To accept this for a while, give the target a table in `targets.toml` and run with `--target {name}`:"
    yield ""
    yield block("\n\n".join(entries), "toml")
    yield ""
