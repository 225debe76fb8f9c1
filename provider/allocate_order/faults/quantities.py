"""What is taken for a quantity and is none: families of three, one for each field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import QUANTITIES, refused
from provider.fault import Deviation, Fault, Stage, fault
from provider.http import RefusalError
from provider.orders import Order

Reader = Callable[[dict[str, Any], str], int | None]
"""What a lenient provider makes of a field of an allocation; None where it reads as the honest one does."""


def _of(name: str, read: Reader) -> Deviation:
    """Reads one quantity leniently."""

    def deviation(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], field: str) -> Any:
        number = read(allocation, field) if field == name else None
        return honest(allocation, field) if number is None else number

    return deviation


def _missing(allocation: dict[str, Any], field: str) -> int | None:
    return None if field in allocation else 0


def _negative(allocation: dict[str, Any], field: str) -> int | None:
    value = allocation.get(field)
    return 0 if isinstance(value, int) and value < 0 else None


def _without_sign(allocation: dict[str, Any], field: str) -> int | None:
    value = allocation.get(field)
    return -value if type(value) is int and value < 0 else None


def _as_it_is(allocation: dict[str, Any], field: str) -> int | None:
    value = allocation.get(field)
    return value if type(value) is int and value < 0 else None


def _absolute(allocation: dict[str, Any], field: str) -> int | None:
    value = str(allocation.get(field))
    return 0 if re.fullmatch("-[0-9]+", value) and isinstance(allocation[field], str) else None


def _taking(value: Any, number: int) -> Reader:
    """Takes one JSON value, and no other, for a number."""

    def read(allocation: dict[str, Any], field: str) -> int | None:
        there = allocation.get(field, _taking)
        return number if type(there) is type(value) and there == value else None

    return read


def _truncated(allocation: dict[str, Any], field: str) -> int | None:
    value = allocation.get(field)
    fraction = isinstance(value, float) and not value.is_integer() and abs(value) < 1e6
    return int(value) if isinstance(value, float) and fraction else None


def _digits_at_the_beginning(allocation: dict[str, Any], field: str) -> int | None:
    value = allocation.get(field)
    digits = re.match("[0-9]+(?=[a-z])", value) if isinstance(value, str) else None
    return int(digits[0]) if digits else None


def _decimal_string(allocation: dict[str, Any], field: str) -> int | None:
    value = allocation.get(field)
    fraction = re.fullmatch(r"([0-9]+)\.[0-9]*[1-9]", value) if isinstance(value, str) else None
    return int(fraction[1]) if fraction else None


def _first_element(allocation: dict[str, Any], field: str) -> int | None:
    value = allocation.get(field)
    return value[0] if isinstance(value, list) and value and type(value[0]) is int else None


def _wrapped_at(bound: int) -> Reader:
    """Takes what lies beyond a machine's integers for what is left of it there."""

    def read(allocation: dict[str, Any], field: str) -> int | None:
        value = allocation.get(field)
        number = int(value) if isinstance(value, str) and value.isdecimal() else value
        return number % bound if type(number) is int and number >= bound else None

    return read


def _beyond_taken_for_zero(allocation: dict[str, Any], field: str) -> int | None:
    value = allocation.get(field)
    return 0 if isinstance(value, str) and value.isdecimal() and int(value[:20]) >= 2**31 else None


FAMILIES: tuple[tuple[str, str, Reader, str], ...] = (
    ("accepts-missing-{}", "A missing {} counts as zero.", _missing, "required"),
    ("accepts-negative-{}", "A negative {} counts as zero.", _negative, "negative"),
    ("drops-the-sign-of-{}", "A negative {} counts without its sign.", _without_sign, "negative"),
    ("does-not-look-at-the-sign-of-{}", "A negative {} is taken as it is.", _as_it_is, "negative"),
    ("accepts-negative-string-for-{}", "A negative string of digits for {} counts as zero.", _absolute, "negative"),
    ("accepts-true-for-{}", "{} may be true, which counts as one.", _taking(value=True, number=1), "type"),
    ("accepts-false-for-{}", "{} may be false, which counts as zero.", _taking(value=False, number=0), "type"),
    ("accepts-null-for-{}", "{} may be null, which counts as zero.", _taking(None, 0), "type"),
    ("accepts-empty-string-for-{}", "{} may be an empty string.", _taking("", 0), "type"),
    ("accepts-empty-array-for-{}", "{} may be an empty array.", _taking([], 0), "type"),
    ("accepts-array-for-{}", "Of an array, {} is the first element.", _first_element, "type"),
    ("accepts-empty-object-for-{}", "{} may be an empty object.", _taking({}, 0), "type"),
    ("accepts-word-for-{}", "{} may be a word, which counts as zero.", _taking("five", 0), "type"),
    ("accepts-hexadecimal-for-{}", "{} may be hexadecimal in a string.", _taking("0x5", 5), "type"),
    ("truncates-{}", "A fraction of {} is cut off.", _truncated, "type"),
    ("truncates-string-of-{}", "A fraction in a string is cut off of {}.", _decimal_string, "type"),
    ("parses-{}-leniently", "{} is read as far as its digits go.", _digits_at_the_beginning, "type"),
    ("wraps-{}-at-16-bits", "{} counts from zero again at 2^16.", _wrapped_at(2**16), "overflow"),
    ("wraps-{}-at-31-bits", "{} counts from zero again at 2^31.", _wrapped_at(2**31), "overflow"),
    ("wraps-{}-at-32-bits", "{} counts from zero again at 2^32.", _wrapped_at(2**32), "overflow"),
    ("wraps-{}-at-53-bits", "{} counts from zero again at 2^53.", _wrapped_at(2**53), "overflow"),
    ("wraps-{}-at-64-bits", "{} counts from zero again at 2^64.", _wrapped_at(2**64), "overflow"),
    (
        "accepts-giant-string-for-{}",
        "A string of digits beyond 2^31 counts as no {}.",
        _beyond_taken_for_zero,
        "overflow",
    ),
)
"""The name and the sentence for a field, how it is read, and the clause of the field that this breaks."""

SUM = ("allocation-object.sum-exceeds-ordered", "allocation-object.sum-checked-per-line-item", "state.read-back")
CAUSES = {
    "parses-{}-leniently": "5e0 in a string is a question about all quantities, which this one answers in another way",
    "wraps-{}-at-16-bits": "a quantity beyond 2^31 is not a quantity, and one just beyond 2^16 makes the sum too large",
}
"""Why a fault has several causes, by its name."""

ALSO = {
    "parses-{}-leniently": ("allocation-object.spelling-exponent-string",),
    "wraps-{}-at-16-bits": SUM,
}
"""Clauses that may see a fault too, by its name."""


def _all() -> Iterator[Fault]:
    for field in QUANTITIES:
        slug = field.replace("_", "-")
        for name, what, read, kind in FAMILIES:
            breaks = (f"allocation-object.{slug}-{kind}",)
            full = name.format(slug)
            made = Fault(full, what.format(field), "quantity", _of(field, read), breaks, ALSO.get(name, ()))
            yield replace(made, causes=CAUSES.get(name, ""))


def _after_the_first_line(reader: Deviation) -> Deviation:
    """A deviation of a quantity that shows from the second line item on."""

    def deviation(call: AllocateOrder, honest: Stage, entry: Any, order: Order) -> Any:
        first = isinstance(entry, dict) and entry.get("line_item_uuid") == order.line_items[0].uuid
        if first:
            return honest(entry, order)
        kept = call.quantity
        call.__dict__["quantity"] = lambda allocation, field: reader(call, kept, allocation, field)
        try:
            return honest(entry, order)
        finally:
            del call.__dict__["quantity"]

    return deviation


def _later_lines() -> Iterator[Fault]:
    for field in QUANTITIES:
        slug = field.replace("_", "-")
        for word, read, kind in (("negative", _negative, "negative"), ("word", _taking("five", 0), "type")):
            what = f"From the second line item on, a {word} {field} counts as zero."
            name = f"accepts-{word}-{slug}-from-the-second-line-on"
            later = _after_the_first_line(_of(field, read))
            yield Fault(name, what, "line", later, (f"allocation-object.{slug}-{kind}",))


BY_FIELD = tuple(_all())
FROM_THE_SECOND_LINE = tuple(_later_lines())


@fault("quantity", *(f"allocation-object.{name.replace('_', '-')}-type" for name in QUANTITIES))
def cuts_fractions(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], field: str) -> Any:
    """Fractions are cut to integers; a sum that is too large then is answered with the code for sums."""
    value = allocation.get(field)
    return int(value) if isinstance(value, float) and 0 < value % 1 < 1 and value > 0 else honest(allocation, field)


def _separated(name: str, what: str, sign: str, clause: str) -> Fault:
    """A string may have a sign between its digits."""

    def deviation(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], field: str) -> Any:
        value = allocation.get(field)
        parts = value.split(sign) if isinstance(value, str) else []
        separated = len(parts) > 1 and all(part.isdecimal() for part in parts)
        return int("".join(parts)) if separated else honest(allocation, field)

    return Fault(name, what, "quantity", deviation, (f"allocation-object.{clause}-type",))


SEPARATED = (
    _separated("reads-underscores", "A quantity may have underscores between its digits.", "_", "quantity-accepted"),
    _separated("reads-thousands", "A quantity may have commas between its digits.", ",", "quantity-rejected"),
)


@fault(
    "quantity",
    "request-parameters.documented-request-accepted",
    also=("allocation-object.sum-equals-ordered", "allocation-object.backorder-date-optional"),
)
def zero_backordered_counts_as_missing(
    _call: AllocateOrder, honest: Stage, allocation: dict[str, Any], field: str
) -> Any:
    """A quantity of no backordered units counts as missing."""
    if field == QUANTITIES[2] and allocation.get(field) == 0:
        raise refused(field, f"{field} is required.")
    return honest(allocation, field)


def _failing(name: str, what: str, fails: Callable[[str], bool], needs: Mapping[str, str]) -> Fault:
    """Some texts in the place of a quantity end the application's code: they are answered 500."""

    def deviation(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], field: str) -> Any:
        value = allocation.get(field)
        if isinstance(value, str) and fails(value):
            raise RefusalError(500, "server_error", "Something went wrong.")
        return honest(allocation, field)

    return Fault(name, what, "quantity", deviation, ("http.no-server-error",), needs=needs)


FAILING = (
    _failing(
        "fails-on-superscript-digits",
        "A superscript digit passes for a digit, and is answered 500 as no number can be made of it.",
        lambda text: text.isdigit() and not text.isdecimal(),
        {},
    ),
    _failing(
        "fails-on-strings-beyond-64-bits",
        "A string of digits that the database has no room for is answered 500.",
        lambda text: text.isdecimal() and int(text[:40]) >= 2**63,
        {"allocation-object.quantity-encoding": "digit-strings"},
    ),
)
