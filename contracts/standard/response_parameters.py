"""The answer to a request that was carried out: its media type, and its JSON."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.endpoint.context import Context
from contracts.endpoint.judges import HELD, Breach, Held, oracle
from contracts.model.case import VARYING, Case
from contracts.model.exchange import Exchange
from contracts.standard.texts import NO_END, parse_json


def successes(case: Case, context: Context) -> Iterator[Exchange]:
    """Every accepted request of the call whose answer can carry the documented body."""
    for exchange in case.all(*VARYING):
        if exchange.status in {200, 201} and exchange.request.method == context.call.method:
            yield exchange


@oracle("response-parameters.media-type")
def media_type(case: Case, context: Context) -> Iterator[Breach | Held]:
    """A success is application/json."""
    for exchange in successes(case, context):
        declared = exchange.response.header("Content-Type") if exchange.response else None
        if (declared or "").partition(";")[0].strip().lower() == "application/json":
            yield HELD
        else:
            yield Breach(exchange, "application/json", declared or "no Content-Type", "success")


@oracle("response-parameters.json-parses")
def json_parses(case: Case, context: Context) -> Iterator[Breach | Held]:
    """A success has one JSON text in UTF-8 for a body."""
    for exchange in successes(case, context):
        if exchange.response is None or not exchange.response.complete:
            yield Breach(exchange, "a JSON text in UTF-8", NO_END, "success without an end")
            continue
        parsed = parse_json(exchange.response.body)
        if parsed.error is not None:
            seen = parsed.error if exchange.response.body else "no body"
            yield Breach(exchange, "a JSON text in UTF-8", seen, "success")
        elif parsed.constants:
            yield Breach(exchange, "JSON numbers", parsed.constants[0], "not a JSON number")
        else:
            yield HELD


@oracle("response-parameters.json-unambiguous")
def json_unambiguous(case: Case, context: Context) -> Iterator[Breach | Held]:
    """No object names a member twice."""
    for exchange in successes(case, context):
        if exchange.response is None or not exchange.response.complete:
            continue
        parsed = parse_json(exchange.response.body)
        for name in parsed.repeated:
            yield Breach(exchange, "each member once", f"{name} more than once", "repeated member")
        if parsed.error is None and not parsed.repeated:
            yield HELD
