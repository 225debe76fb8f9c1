"""Faults that come in families: one for each quantity, for each kind of value, for each day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from provider.allocate_order import field_deviations
from provider.allocate_order.deviations import Deviation, Fault
from provider.allocate_order.validation import QUANTITIES

QUANTITY: dict[str, tuple[str, Callable[[str], Deviation], str]] = {
    "accepts-missing-{}": ("A missing {} counts as zero.", field_deviations.take_missing_for_zero, "required"),
    "accepts-negative-{}": ("A negative {} counts as zero.", field_deviations.take_negative_for_zero, "negative"),
    "accepts-true-for-{}": (
        "{} may be true, which counts as one.",
        field_deviations.take_for(value=True, number=1),
        "type",
    ),
    "accepts-false-for-{}": (
        "{} may be false, which counts as zero.",
        field_deviations.take_for(value=False, number=0),
        "type",
    ),
    "accepts-null-for-{}": ("{} may be null, which counts as zero.", field_deviations.take_for(None, 0), "type"),
    "accepts-empty-string-for-{}": ("{} may be an empty string.", field_deviations.take_for("", 0), "type"),
    "accepts-empty-array-for-{}": ("{} may be an empty array.", field_deviations.take_for([], 0), "type"),
    "accepts-empty-object-for-{}": ("{} may be an empty object.", field_deviations.take_for({}, 0), "type"),
    "accepts-word-for-{}": ("{} may be a word, which counts as zero.", field_deviations.take_for("five", 0), "type"),
    "truncates-{}": ("A fraction of {} is cut off.", field_deviations.truncate_fractions, "type"),
    "parses-{}-leniently": ("{} is read as far as its digits go.", field_deviations.read_as_far_as_it_goes, "type"),
    "wraps-{}-at-32-bits": ("{} counts from zero again at 2^32.", field_deviations.wrap_at(2**32), "overflow"),
    "wraps-{}-at-64-bits": ("{} counts from zero again at 2^64.", field_deviations.wrap_at(2**64), "overflow"),
}
"""What is taken for a quantity: the name, the sentence and the deviation for a field; and the clause it breaks."""

CALENDAR = "allocation-object.backorder-date-calendar"
DAYS = {
    "-02-31": (3, 3),
    "-04-31": (5, 1),
    "-06-31": (7, 1),
    "-09-31": (10, 1),
    "-11-31": (12, 1),
    "-13-01": (1, 1),
}
"""Ends of dates that no calendar has, and the month and day they are taken for."""

REFUSED_DAYS = {
    "-02-29": "allocation-object.backorder-date-leap-day",
    "-01-31": "allocation-object.backorder-date-month-ends",
    "-04-30": "allocation-object.backorder-date-month-ends",
    "-12-31": "allocation-object.backorder-date-month-ends",
}
"""Days that are refused, and the clause that breaks."""

SHIPPED, COST = "response-parameters.quantity-shipped", "response-parameters.sku-cost"
ANSWERED: dict[str, tuple[str, Any, str]] = {
    "quantity-shipped-as-true": ("shipped", True, f"{SHIPPED}-type"),
    "quantity-shipped-as-array": ("shipped", [], f"{SHIPPED}-type"),
    "quantity-shipped-as-fraction": ("shipped", 0.5, f"{SHIPPED}-type"),
    "quantity-shipped-as-word": ("shipped", "none", f"{SHIPPED}-type"),
    "quantity-shipped-negative": ("shipped", -1, f"{SHIPPED}-range"),
    "quantity-shipped-beyond-the-order": ("shipped", 100_000, f"{SHIPPED}-range"),
    "cost-as-true": ("cost", True, f"{COST}-type"),
    "cost-as-word": ("cost", "cheap", f"{COST}-type"),
    "cost-as-object": ("cost", {"amount": 13.98}, f"{COST}-type"),
}
"""What is answered in a field: the stage, the value, the clause that breaks."""

SUCCESS: dict[str, tuple[str, Deviation, str, str]] = {
    "success-as-text": (
        "A success is declared text/plain.",
        field_deviations.change_body(bytes, Content_Type="text/plain"),
        "response-parameters.media-type",
        "openapi.content-type",
    ),
    "success-cut-off": (
        "The last character of a success is missing.",
        field_deviations.change_body(lambda body: body[:-1]),
        "response-parameters.json-parses",
        "openapi.body",
    ),
    "success-in-latin-1": (
        "A success has a byte in it that is no UTF-8.",
        field_deviations.change_body(lambda body: body.replace(b'"line_items"', b'"line_items\xe9"', 1)),
        "response-parameters.json-parses",
        "openapi.body",
    ),
    "success-names-a-member-twice": (
        "A success names line_items twice.",
        field_deviations.change_body(lambda body: body[:-1] + b', "line_items": []}'),
        "response-parameters.json-unambiguous",
        "openapi.body",
    ),
    "success-is-202": (
        "A success is answered 202.",
        field_deviations.status_for_success(202),
        "response-codes.success",
        "openapi.status-code",
    ),
    "success-is-206": (
        "A success is answered 206.",
        field_deviations.status_for_success(206),
        "response-codes.success",
        "openapi.status-code",
    ),
}
"""What is wrong with the answer to a request that was carried out; the last is a clause that may see it too."""


def _quantities() -> Iterator[Fault]:
    for field in QUANTITIES:
        slug = field.replace("_", "-")
        for name, (what, deviation, kind) in QUANTITY.items():
            breaks = (f"allocation-object.{slug}-{kind}",)
            yield Fault(name.format(slug), what.format(field), "quantity", deviation(field), breaks)
        last = field_deviations.on_the_last_line_only(field_deviations.take_negative_for_zero(field))
        what = f"A negative {field} counts as zero from the second line item on."
        breaks = (f"allocation-object.{slug}-negative",)
        yield Fault(f"accepts-negative-{slug}-from-the-second-line-on", what, "line", last, breaks)


def _dates() -> Iterator[Fault]:
    for text, day in DAYS.items():
        what = f"A date that ends in {text} is taken for another day."
        yield Fault(f"accepts-date{text}", what, "day", field_deviations.take_day(text, day), (CALENDAR,))
    for text, clause in REFUSED_DAYS.items():
        what = f"A date that ends in {text} is refused."
        yield Fault(f"refuses-date{text}", what, "day", field_deviations.refuse_day(text), (clause,))


def _answers() -> Iterator[Fault]:
    for name, (stage, value, clause) in ANSWERED.items():
        what = f"{name.partition('-as-')[0].replace('-', ' ')}: {value!r} is answered."
        yield Fault(name, what, stage, field_deviations.answer_with(value), (clause,), ("openapi.body",))
    for name, (what, deviation, clause, also) in SUCCESS.items():
        yield Fault(name, what, "carried_out", deviation, (clause,), (also,))


FAULTS = (*_quantities(), *_dates(), *_answers())
