"""Which origins may use an answer together with credentials, as browsers ask."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, oracle, planner
from contracts.endpoint.plan import Kit, PlannedCase, change
from contracts.model.case import Case, Role
from contracts.standard.requests import with_header

CLAUSE = "http.any-origin-with-credentials"
STRANGER = "https://origin.invalid"


@oracle(CLAUSE)
def any_origin_with_credentials(case: Case, _context: Context) -> Iterator[Breach | Held]:
    """No answer lets any origin, or an unknown one, use it with credentials."""
    for exchange in case.all(Role.CHANGE):
        if exchange.response is None:
            continue
        allowed = (exchange.response.header("Access-Control-Allow-Origin") or "").strip()
        credentials = (exchange.response.header("Access-Control-Allow-Credentials") or "").strip() == "true"
        stranger = exchange.request.header("Origin") == STRANGER
        if credentials and (allowed == "*" or (stranger and allowed == STRANGER)):
            who = "any origin" if allowed == "*" else "the origin that asked"
            yield Breach(exchange, "no credentials for any origin", f"credentials for {who}", who)
        elif stranger:
            yield HELD


@planner
def cases(_kit: Kit) -> Iterator[PlannedCase]:
    """The accepted request as a browser would send it from a page of another origin."""
    yield change(f"{CLAUSE}/a page of a stranger", with_header("Origin", STRANGER))
