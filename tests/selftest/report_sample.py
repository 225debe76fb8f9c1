"""A report with one of everything, for the tests of all renderings."""

import datetime
import io
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from markdown_it.token import Token
from rich.console import Console

from contracts.endpoint import catalogue
from contracts.judging.causes import causes_of
from contracts.model.case import Case
from contracts.model.clause import Clause, Defect, Outcome
from contracts.model.exchange import Exchange, Request, Response
from contracts.model.finding import Finding
from contracts.model.report import Divergence, Known, Note, Report, Touched, Verdict
from contracts.reports import words
from contracts.reports.exchange import curl
from contracts.reports.terminal import ending

BASE_URL = "https://api-dev.example.com"
PATH = "/timp/orders/allocation/319bba9f-71b1-4a93-8abf-67a45b8fdd5c/"
CATALOGUE = catalogue.load(Path(__file__).parents[2] / "specs/allocate_order/clauses.toml")
BODY = b'{"line_items": [{"line_item_uuid": "b84ccd3c-88f8-4050-accf-e049163052e3"}]}'
HOSTILE = (
    "]]></failure><script>alert(1)</script> `code` | **bold** [link](http://x.example) &amp;"
    " \x1b[31m\x00\ud800\ufffe\u202e"
)
"""Markup of every kind, a terminal's escape, and characters that XML and UTF-8 do not have."""


def exchange(number: int, answer: bytes = b"[]", status: int = 200, **changes: object) -> Exchange:
    headers = (("Content-Type", "application/json"), ("Accept", "application/json"))
    request = replace(Request("PUT", PATH, headers, BODY), **changes)
    response = Response(status, (("Content-Type", "application/json"),), answer)
    return Exchange(f"c0ffee-{number:05d}", request, response, None, 1_773_000_000.25 + number, 0.012)


def divergence(clause: str, expected: str, observed: str, seen: Exchange, **changes: object) -> Divergence:
    category = str(changes.pop("category", CATALOGUE.clauses[clause].category))
    case = Case(f"{clause}/1", (("base", exchange(1)), ("change", seen)))
    label = str(changes.pop("label", ""))
    finding = Finding(clause, category, expected, observed, seen, case, label, "", seen.answer)
    found = Divergence(
        signature=finding.signature,
        clause=clause,
        category=category,
        field="",
        label=label,
        expected=expected,
        observed=observed,
        seen=3,
        of=12,
        case=case,
        exchange=seen,
        curl=curl(seen.request, BASE_URL),
        reproducible="3/3",
    )
    return replace(found, **changes)


def failed(*divergences: Divergence) -> Verdict:
    return Verdict(clause(divergences[0].clause), Outcome.FAILED, 12, divergences=divergences)


def clause(name: str) -> Clause:
    return CATALOGUE.clauses[name]


ENTRY = Known("0" * 12, "http.no-server-error", "it is being mended", datetime.date(2027, 3, 31), "https://x.example/7")
NEW = failed(
    divergence(
        "response-parameters.quantity-shipped-type",
        "a JSON integer in `quantity_shipped`",
        'the string "2"',
        exchange(7, b'{"line_items": [{"quantity_shipped": "2"}]}'),
        field="line_items/quantity_shipped",
    )
)
KNOWN = failed(
    divergence(
        "http.method-not-allowed-names-allow",
        "Allow with PUT in it",
        "no Allow",
        exchange(8, b"", 405, method="DELETE", body=b""),
        known_as=ENTRY,
    )
)
MIXED = failed(
    divergence("http.no-server-error", "a refusal", "500", exchange(9, b"oops", 500), known_as=ENTRY),
    divergence(
        "http.no-server-error",
        "a refusal",
        "503 for a long string",
        exchange(10, b"", 503, body=b'"' + b"a" * 9_000 + b'"'),
        label="a string of 9,000 characters",
        reproducible="2/3",
        sometimes=True,
    ),
)
MARKUP = failed(
    divergence(
        "http.no-reflection",
        "no markup of the request",
        HOSTILE,
        exchange(
            11,
            HOSTILE.encode("utf-8", "surrogatepass") + b"\xff" * 2 + b"<b>" * 3_000,
            400,
            body=b"\x00\xff'%\\@",
        ),
        reproducible=None,
    )
)
SHOULD = failed(divergence("http.media-type-case", "200 or 201", "415 for APPLICATION/JSON", exchange(12, b"", 415)))
PASSED = Verdict(clause("url-parameters.order-uuid-addresses-the-order"), Outcome.PASSED, 40)
ANSWERED = Verdict(clause("url-parameters.unknown-order"), Outcome.PASSED, 2, "not-found")
FLAGGED = Verdict(clause("allocation-object.quantity-encoding"), Outcome.PASSED, 6, "both")
UNSETTLED = Verdict(clause("url-parameters.final-slash"), Outcome.CANT_TELL, 1, reason="the answers were 429")
CANT_TELL = Verdict(
    clause("allocation-object.sum-exceeds-ordered"),
    Outcome.CANT_TELL,
    3,
    reason="no quantity ordered | is known",
)
INAPPLICABLE = Verdict(
    clause("response-parameters.status-known"),
    Outcome.INAPPLICABLE,
    0,
    reason="the target answers with the object",
)
UNTESTED = Verdict(clause("robustness.deep-json"), Outcome.UNTESTED, 0, reason="`may_stress` is false")


def report(**changes: object) -> Report:
    """The sample, with some of its members replaced."""
    verdicts = (
        PASSED,
        ANSWERED,
        UNSETTLED,
        FLAGGED,
        CANT_TELL,
        NEW,
        INAPPLICABLE,
        KNOWN,
        MIXED,
        MARKUP,
        SHOULD,
        UNTESTED,
    )
    sample = Report(
        endpoint="Allocate Order",
        target="dev",
        base_url=BASE_URL,
        may_allocate=True,
        seed=20,
        complete=True,
        verdicts=verdicts,
        defects=tuple(
            Defect("sample contradicts field list", 10 + n, f"`quantity_{n}` is a string <b>", 'write 5 for "5"')
            for n in range(7)
        ),
        errors=("oracle http.no-internals: KeyError: 'x' ]]>\x0b",),
        troubles=("PUT /timp/: ReadTimeout; again, it went through",),
        requests=640,
        started=1_773_000_000.25,
        seconds=4.125,
        exit_code=1,
        why="3 new divergences at level must",
        sections=CATALOGUE.sections,
        warnings=("certificates are not verified",),
        orders=(Touched("319bba9f-71b1-4a93-8abf-67a45b8fdd5c", 12, exchange(1)), Touched("not-allocated", 1)),
        named=True,
        ledger=(
            Note("healed", "http.no-reflection", f"it has healed {HOSTILE}", "remove the entry", True, "0" * 12),
            Note("absent", "http.no-internals", "it was not seen", "nothing to do"),
        ),
        entries={NEW.divergences[0].signature: "[[dev.known]]\n"},
    )
    changed = replace(sample, **changes)
    return changed if "causes" in changes else replace(changed, causes=causes_of(changed.verdicts, said))


def said(sent: Exchange) -> str:
    """A request in a line."""
    return f"{sent.request.method} {sent.request.path}"


SEEN = words.one_line(HOSTILE)
"""How all renderings write `HOSTILE`."""


def on_terminal(sample: Report, *, width: int = 80, colour: bool = False, details: bool = False) -> str:
    """The ending as a terminal, or a file, gets it."""
    file = io.StringIO()
    system: Literal["truecolor"] | None = "truecolor" if colour else None
    console = Console(file=file, width=width, force_terminal=colour, color_system=system, legacy_windows=False)
    ending(sample, console, Path("reports"), details=details)
    return file.getvalue()


def allure_results(folder: Path) -> list[dict[str, Any]]:
    """The results that were written below a folder."""
    return [json.loads(path.read_text("utf-8")) for path in folder.glob("allure-results/*-result.json")]


def label(result: dict[str, Any], name: str) -> str | None:
    """The value of a label of an Allure result."""
    return next((entry["value"] for entry in result["labels"] if entry["name"] == name), None)


def inline(tokens: Iterable[Token]) -> list[Token]:
    """The tokens of Markdown with those inside them."""
    return [child for token in tokens for child in (token, *inline(token.children or ()))]
