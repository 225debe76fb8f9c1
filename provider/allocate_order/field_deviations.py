"""What faults of families do: each function makes a deviation for one field, value or day."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from provider.allocate_order.deviations import Deviation, Stage
from provider.allocate_order.handler import AllocateOrder
from provider.allocate_order.validation import Line
from provider.http import Answer, RefusalError
from provider.orders import Order


def take_missing_for_zero(name: str) -> Deviation:
    """Takes one quantity for zero where it is missing."""

    def deviation(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], field: str) -> Any:
        return 0 if field == name and field not in allocation else honest(allocation, field)

    return deviation


def take_negative_for_zero(name: str) -> Deviation:
    """Takes one quantity for zero where it is a negative integer."""

    def deviation(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], field: str) -> Any:
        value = allocation.get(field)
        return 0 if field == name and isinstance(value, int) and value < 0 else honest(allocation, field)

    return deviation


def take_for(value: Any, number: int) -> Callable[[str], Deviation]:
    """Takes one JSON value, and no other, for a number, in one quantity field."""

    def of(name: str) -> Deviation:
        def deviation(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], field: str) -> Any:
            there = allocation.get(field, honest)
            same = type(there) is type(value) and there == value
            return number if field == name and same else honest(allocation, field)

        return deviation

    return of


def truncate_fractions(name: str) -> Deviation:
    """Takes a number with a fraction for the whole number below it."""

    def deviation(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], field: str) -> Any:
        value = allocation.get(field)
        if field == name and isinstance(value, float) and not value.is_integer() and abs(value) < 1e6:
            return int(value)
        return honest(allocation, field)

    return deviation


def read_as_far_as_it_goes(name: str) -> Deviation:
    """Takes the digits at the beginning of a string, as a lenient parser of integers does."""

    def deviation(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], field: str) -> Any:
        value = allocation.get(field)
        digits = re.match("[0-9]+(?=[a-z])", value) if field == name and isinstance(value, str) else None
        return int(digits[0]) if digits else honest(allocation, field)

    return deviation


def wrap_at(bound: int) -> Callable[[str], Deviation]:
    """Takes what lies beyond a machine's integers for what is left of it there."""

    def of(name: str) -> Deviation:
        def deviation(_call: AllocateOrder, honest: Stage, allocation: dict[str, Any], field: str) -> Any:
            value = allocation.get(field)
            if field == name and type(value) is int and value >= bound:
                return value % bound
            return honest(allocation, field)

        return deviation

    return of


def on_the_last_line_only(honest_fields: Deviation) -> Deviation:
    """A deviation of a quantity that shows from the second line item on."""

    def deviation(call: AllocateOrder, honest: Stage, entry: Any, order: Order) -> Any:
        first = isinstance(entry, dict) and entry.get("line_item_uuid") == order.line_items[0].uuid
        if first:
            return honest(entry, order)
        kept = call.quantity
        call.__dict__["quantity"] = lambda allocation, field: honest_fields(call, kept, allocation, field)
        try:
            return honest(entry, order)
        finally:
            del call.__dict__["quantity"]

    return deviation


def take_day(text: str, day: tuple[int, int]) -> Deviation:
    """Takes an end of a date that no calendar has for another month and day of its year."""

    def deviation(_call: AllocateOrder, honest: Stage, given: str) -> Any:
        return datetime.date(int(given[:4]), *day) if given[4:] == text and given[:4] != "0000" else honest(given)

    return deviation


def refuse_day(text: str) -> Deviation:
    """Refuses a month and day that every year, or a leap year, has."""

    def deviation(_call: AllocateOrder, honest: Stage, given: str) -> Any:
        day = honest(given)
        if given[4:] == text:
            raise RefusalError(400, "invalid_backorder_date", "No calendar has this day.", field="backorder_date")
        return day

    return deviation


def answer_with(value: Any) -> Deviation:
    """Answers a field with a value of our own."""
    return lambda _call, _honest, *_seen: value


def change_body(edit: Callable[[bytes], bytes], **headers: str) -> Deviation:
    """Changes the bytes of a success, and its headers."""

    def deviation(_call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> Answer:
        answer: Answer = honest(order, lines)
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return Answer(answer.status, edit(answer.body), {**answer.headers, **named})

    return deviation


def status_for_success(status: int) -> Deviation:
    """Answers a success with another status code."""

    def deviation(_call: AllocateOrder, honest: Stage, order: Order, lines: list[Line]) -> Answer:
        answer: Answer = honest(order, lines)
        return replace(answer, status=status)

    return deviation
