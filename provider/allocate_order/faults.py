"""Single, named faults as data: at which stage of the honest call, what stands in its place, which clauses that breaks.

A stage is a method of `AllocateOrder`; what stands in its place is a function of `deviations.py`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from provider.allocate_order import deviations, field_faults
from provider.allocate_order.deviations import Fault
from provider.allocate_order.handler import AllocateOrder

_ALL = (
    Fault(
        "quantity-shipped-as-string",
        "quantity_shipped is a string of digits.",
        stage="shipped",
        deviation=deviations.as_text,
        breaks=("response-parameters.quantity-shipped-type",),
        also=("openapi.body",),
    ),
    Fault(
        "cost-with-three-decimals",
        "supplier_provided_sku_cost has three decimal places.",
        stage="cost",
        deviation=deviations.three_decimals,
        breaks=("response-parameters.sku-cost-two-places",),
    ),
    Fault(
        "answers-only-first-line",
        "Of several line items only the first is answered.",
        stage="answered",
        deviation=deviations.first_line_only,
        breaks=("response-parameters.every-line-item-answered",),
    ),
    Fault(
        "answers-204",
        "A success is answered 204, without a body.",
        stage="carried_out",
        deviation=deviations.no_content,
        breaks=("response-codes.success",),
    ),
    Fault(
        "accepts-30-february",
        "30 February is taken for 1 March.",
        stage="day",
        deviation=deviations.thirtieth_of_february,
        breaks=("allocation-object.backorder-date-calendar",),
    ),
    Fault(
        "sum-exceeds-by-one",
        "The sum may exceed what was ordered by one.",
        stage="check_sum",
        deviation=deviations.sum_exceeds_by_one,
        breaks=("allocation-object.sum-exceeds-ordered", "allocation-object.sum-checked-per-line-item"),
    ),
    Fault(
        "sum-exceeds-by-one-every-other-time",
        "Every other time, the sum may exceed what was ordered by one.",
        stage="check_sum",
        deviation=deviations.sum_exceeds_by_one_every_other_time,
        breaks=("allocation-object.sum-exceeds-ordered",),
        also=("allocation-object.sum-checked-per-line-item", "state.repeat"),
    ),
    Fault(
        "accepts-token-prefix",
        "The token without its last character will do.",
        stage="is_valid",
        deviation=deviations.token_prefix,
        breaks=("authentication.near-miss",),
    ),
    Fault(
        "echoes-credentials-in-a-header",
        "Every answer repeats the Authorization header in one of its own.",
        stage="answer",
        deviation=deviations.echo_credentials_in_a_header,
        breaks=("authentication.token-not-echoed",),
    ),
    Fault(
        "echoes-credentials-in-refusals",
        "A refusal repeats the Authorization header, in every spelling.",
        stage="refuse",
        deviation=deviations.echo_credentials_in_refusals,
        breaks=("authentication.token-not-echoed",),
    ),
    Fault(
        "missing-www-authenticate",
        "A 401 does not say how to authenticate.",
        stage="unauthenticated",
        deviation=deviations.leave_out_header("WWW-Authenticate"),
        breaks=("authentication.challenge",),
        also=("openapi.headers",),
    ),
    Fault(
        "missing-allow",
        "A 405 does not say what the path answers to.",
        stage="wrong_verb",
        deviation=deviations.leave_out_header("Allow"),
        breaks=("http.method-not-allowed-names-allow",),
    ),
    Fault(
        "html-error-pages",
        "A refusal is an HTML page.",
        stage="refuse",
        deviation=deviations.html_page,
        breaks=("http.error-media-type",),
        also=("openapi.content-type",),
    ),
    Fault(
        "leaks-stack-trace",
        "The refusal of a quantity shows where in the code it was raised.",
        stage="refuse",
        deviation=deviations.stack_trace,
        breaks=("http.no-internals",),
    ),
    Fault(
        "fails-on-deep-json",
        "JSON nested deeper than the parser goes is answered 500.",
        stage="parse",
        deviation=deviations.fails_on_deep_json,
        breaks=("robustness.deep-json",),
    ),
    Fault(
        "fails-on-long-strings",
        f"A string of {deviations.LONG:,} characters or more is answered 500.",
        stage="parse",
        deviation=deviations.fails_on_long_strings,
        breaks=("robustness.long-strings",),
    ),
    Fault(
        "adds-instead-of-replacing",
        "A further allocation adds to the one that stood there.",
        stage="store",
        deviation=deviations.adds_instead_of_replacing,
        breaks=("state.replaced", "state.repeat", "state.read-back"),
        also=("state.concurrent",),
    ),
    Fault(
        "stores-despite-refusal",
        "The lines before the one at fault are stored.",
        stage="validate",
        deviation=deviations.stores_despite_refusal,
        breaks=("state.all-or-nothing",),
    ),
)
FAULTS = {fault.name: fault for fault in (*_ALL, *field_faults.FAULTS)}


def with_faults(names: tuple[str, ...]) -> type[AllocateOrder]:
    """The call with some faults, one around the other where they share a stage.

    Raises ValueError for a name there is not.
    """
    call = AllocateOrder
    for name in names:
        if name not in FAULTS:
            raise ValueError(f"fault {name}: no such deviation; known: {', '.join(FAULTS)}")
        call = _with(FAULTS[name], call)
    return call


def _with(fault: Fault, call: type[AllocateOrder]) -> type[AllocateOrder]:
    honest = getattr(call, fault.stage)

    def stage(self: AllocateOrder, *seen: Any, **named: Any) -> Any:
        return fault.deviation(self, partial(honest, self), *seen, **named)

    return type(call.__name__, (call,), {fault.stage: stage})
