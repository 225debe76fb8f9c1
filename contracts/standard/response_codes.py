"""Status codes: success, refusals that no clause of their own speaks of, and undocumented codes."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.endpoint.context import Context, Demand
from contracts.endpoint.judges import HELD, Breach, Held, oracle
from contracts.endpoint.oracle import accepted_or_refused, in_words, judged
from contracts.model.case import VARYING, Case, Trait
from contracts.model.exchange import Exchange
from contracts.standard.redirects import REDIRECTS, to_documented_path

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
    for exchange in case.all(*VARYING):
        if not exchange.accepted or exchange.request.method != context.call.method:
            continue
        if exchange.status in {200, 201}:
            yield HELD
        elif exchange.status != NO_CONTENT or not context.call.repeats(case, exchange, context):
            yield Breach(exchange, "200 or 201", str(exchange.status), str(exchange.status))


@oracle("response-codes.documented")
def documented(case: Case, context: Context) -> Iterator[Breach | Held]:
    """No code that neither the table nor HTTP has; a redirect only to the documented path of the same order."""
    for exchange in case.all(*VARYING):
        status = exchange.status
        if status is None or status >= 500 or exchange.accepted:
            continue
        if status in TABLE | HTTP or to_documented_path(exchange, context):
            yield HELD
        elif status in REDIRECTS and _about_its_path(exchange, context):
            continue  # where it may lead is said by the clause about that spelling of the path
        else:
            yield Breach(exchange, "a code of the table or of HTTP", str(status), str(status))


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


PAGE_SAMPLE = "request-parameters.page-sample"
"""A clause that says itself whether its cases are carried out."""


@oracle("request-parameters.documented-request-accepted")
def documented_request_accepted(case: Case, context: Context) -> Iterator[Breach | Held]:
    """A request in which nothing is wrong is carried out; a refusal that another clause explains is its own."""
    for exchange in judged(case) if case.clause != PAGE_SAMPLE else ():
        view = context.view(exchange)
        demands = {context.demand(trait) for trait in view.traits | view.masked}
        if view.unjudged or demands - {Demand.ACCEPT}:
            continue
        if exchange.accepted:
            yield HELD
        elif exchange.refused and not _explained(case, exchange, context):
            seen = f"{accepted_or_refused(exchange)}: a documented request"
            yield Breach(exchange, "200 or 201", seen, "documented request", refusal=True)


def _explained(case: Case, exchange: Exchange, context: Context) -> bool:
    """Return True if another clause speaks of the refusal.

    It is the one that alone sets the request apart from an accepted one, or `state.repeat`. A limit or a rule of this
    target may be why, too.
    """
    fresh = context.fresh(case, exchange) or frozenset()
    apart = {trait.clause for trait in fresh}
    denied = context.view(exchange).traits & context.denied
    # Of several that this target never accepts, none of their clauses says that it is the one.
    between = (
        len(apart) > 1 and fresh <= denied and not any(context.isolates(case, exchange, clause) for clause in apart)
    )
    explained = (bool(denied) and not between) or len(apart) == 1 or case.repeats_an_accepted_one(exchange)
    return explained or context.call.left_open(case, exchange, context)
