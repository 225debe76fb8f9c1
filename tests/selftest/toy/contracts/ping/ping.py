"""The one section of the toy endpoint's page."""

from dataclasses import replace

from contracts.endpoint.oracle import HELD, Breach, oracle, planner
from contracts.endpoint.plan import change


@oracle("ping.answer")
def answers(case, _context):
    """A ping is answered 200."""
    for exchange in case.all("change"):
        if exchange.request.body == b"":
            yield HELD if exchange.status == 200 else Breach(exchange, "200", str(exchange.status))


@planner
def cases(_kit):
    """A ping, and a ping with a body."""
    yield change("ping.answer/plain", lambda base, _order, _kit: base)
    yield change("ping.body/one", lambda base, _order, _kit: replace(base, body=b"pong"))
