"""Status codes: success, refusals that no clause of their own speaks of, and undocumented codes."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.allocate_order.answers import repeats
from contracts.allocate_order.backorder_dates import impossible
from contracts.allocate_order.parsed import MISSING, QUANTITIES
from contracts.allocate_order.redirects import REDIRECTS, to_documented_path
from contracts.allocate_order.requests import every_line, in_place_of, raw_body
from contracts.endpoint.context import Context, Demand
from contracts.endpoint.oracle import HELD, Breach, Held, in_words, judged, oracle, planner
from contracts.endpoint.plan import Change, Kit, Need, PlannedCase
from contracts.model.case import Case, Trait
from contracts.model.exchange import Exchange

TABLE = frozenset({400, 401, 403, 404, 405, 409, 415, 422})
"""The refusals of the code table."""

HTTP = frozenset({406, 408, 411, 413, 414, 417, 421, 426, 428, 429, 431})
"""Further refusals that RFC 9110 and RFC 6585 give for causes of their own."""


NO_CONTENT = 204

SPELLINGS = frozenset(
    f"url-parameters.{slug}" for slug in ("final-slash", "upper-case-uuid", "compact-uuid", "percent-encoded-uuid")
)
"""The clauses about other spellings of the path."""


@oracle("response-codes.success")
def success(case: Case, context: Context) -> Iterator[Breach | Held]:
    """A success is 200 or 201; others cannot carry the documented body. 204 may say that a repeat changed nothing."""
    for exchange in case.all("change", "repeat", "race"):
        if not exchange.accepted or exchange.request.method != "PUT":
            continue
        if exchange.status in {200, 201}:
            yield HELD
        elif exchange.status != NO_CONTENT or not repeats(case, exchange, context):
            yield Breach(exchange, "200 or 201", str(exchange.status), str(exchange.status))


@oracle("response-codes.documented")
def documented(case: Case, context: Context) -> Iterator[Breach | Held]:
    """No code that neither the table nor HTTP has; a redirect only to the documented path of the same order."""
    for exchange in case.all("change", "repeat", "race"):
        status = exchange.status
        if status is None or status >= 500 or exchange.accepted:
            continue
        if status in TABLE | HTTP or to_documented_path(exchange, context.base_url):
            yield HELD
        elif status in REDIRECTS and _about_its_path(exchange, context):
            continue  # where it may lead is said by the clause about that spelling of the path
        else:
            yield Breach(exchange, "a code of the table or of HTTP", str(status), str(status))


@planner
def cases(_kit: Kit) -> Iterator[PlannedCase]:
    """What is refused with one of two codes, sent twice: different values may have different codes, one has one."""
    twice: dict[str, tuple[str, Change]] = {
        "missing-field": ("plain", in_place_of(0, QUANTITIES[1], MISSING)),
        "wrong-type": ("plain", in_place_of(0, QUANTITIES[1], "five")),
        "sum-exceeded": ("plain", every_line(lambda n: (n + 1, 0, 0))),
        "impossible-date": ("dated", impossible),
        "malformed-json": ("plain", raw_body(lambda body: body[:-1])),
    }
    for slug, (base, edit) in twice.items():
        steps = (("change", edit), ("change", edit))
        need = Need(units=1) if slug == "sum-exceeded" else Need()
        yield PlannedCase(f"response-codes.{slug}/the same request twice", base, steps, need)


def _about_its_path(exchange: Exchange, context: Context) -> bool:
    """Return True if the path is spelled in a way of which a clause says where a redirect may lead."""
    return bool(SPELLINGS & {trait.clause for trait in context.view(exchange).traits})


def _about_codes(context: Context) -> list[frozenset[str]]:
    """The sets of causes of which some clause says with which code they are refused."""
    clauses = context.catalogue.clauses.values()
    return [frozenset(c.refusals_of or (c.id,)) for c in clauses if c.refusals_of or c.decided_by == "code"]


@oracle("response-codes.refusal-fits-its-cause")
def refusal_fits_its_cause(case: Case, context: Context) -> Iterator[Breach | Held]:
    """A refusal has a code that one of its possible causes has. What other clauses say of codes is theirs."""
    if context.may_change and case.base is not None and case.base.refused:
        return  # what made the target refuse the base may be the cause here too
    for exchange in judged(case):
        view = context.view(exchange)
        if not exchange.refused or view.unjudged or exchange.status not in TABLE | HTTP:
            continue
        if case.repeats_an_accepted_one(exchange):
            continue  # the state is the cause, and the table gives no code for that
        causes = sorted(_causes(exchange, context), key=lambda trait: (trait.clause, trait.field, trait.label))
        named = {trait.clause for trait in causes}
        spoken = any(named <= about or context.isolates(case, exchange, *about) for about in _about_codes(context))
        if not causes or spoken:
            continue
        allowed = frozenset().union(*(_codes(trait, context) for trait in causes))
        if exchange.status in allowed:
            yield HELD
        elif len(causes) == 1:
            due = " or ".join(str(code) for code in sorted(allowed))
            seen = f"{exchange.status} for {in_words(causes[0])}"
            yield Breach(exchange, due, seen, causes[0].label, causes[0].field, refusal=True)


def _causes(exchange: Exchange, context: Context) -> Iterator[Trait]:
    view = context.view(exchange)
    for trait in view.traits | view.masked:
        if context.demand(trait) is not Demand.ACCEPT:
            yield trait


def _codes(trait: Trait, context: Context) -> frozenset[int]:
    """A clause about codes may speak of this trait's clause: then its codes count too."""
    codes = context.refusal_codes(trait)
    for clause in context.catalogue.clauses.values():
        if trait.clause in clause.refusals_of:
            codes |= frozenset(clause.codes) | frozenset(int(w) for r in clause.readings for w in r.evidence)
    return codes
