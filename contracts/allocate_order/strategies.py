"""Hypothesis strategies for whole allocations: what they promise is in their names, and tested."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import strategies as st

from contracts.allocate_order.allocation_object import NO_INTEGERS
from contracts.allocate_order.dates import spell
from contracts.allocate_order.requests import Split

Shares = tuple[int, int]


def shares() -> st.SearchStrategy[Shares]:
    """How a total is cut into three: two percentages, of the whole and of what is left."""
    return st.tuples(st.integers(0, 100), st.integers(0, 100))


def cut(total: int, parts: Shares) -> tuple[int, int, int]:
    """A total cut into three by `shares`: none negative, and they add up to it."""
    last = total * parts[0] // 100
    middle = (total - last) * parts[1] // 100
    return total - last - middle, middle, last


def splits_of_the_ordered_quantity() -> st.SearchStrategy[Split]:
    """Splits that add up to what was ordered."""
    return shares().map(lambda parts: lambda ordered: cut(ordered, parts))


def splits_over_the_ordered_quantity() -> st.SearchStrategy[Split]:
    """Splits that add up to more than was ordered; the smallest is over by one, all of it accepted."""
    excess = st.one_of(st.integers(1, 10), st.integers(1, 2**31 - 2_000))
    return st.tuples(excess, shares()).map(lambda drawn: lambda ordered: cut(ordered + drawn[0], drawn[1]))


def no_integers() -> st.SearchStrategy[Any]:
    """JSON values that no reading takes for an integer."""
    return st.one_of(
        st.sampled_from(list(NO_INTEGERS.values())),
        st.floats(-1e6, 1e6, allow_nan=False).filter(lambda number: not number.is_integer()),
        st.text(st.characters(categories=["L"], max_codepoint=0x2FF), min_size=1, max_size=8),
        st.lists(st.integers(0, 9), max_size=3),
        st.dictionaries(st.sampled_from(["value", "quantity"]), st.integers(0, 9), max_size=2),
    )


def negative_integers() -> st.SearchStrategy[int]:
    """Integers below zero, down to the edge of 64 bits."""
    return st.integers(-(2**63), -1)


def dates_ahead(today: datetime.date, nearest: int = 7, farthest: int = 707) -> st.SearchStrategy[datetime.date]:
    """Days of the calendar from a week after `today` on, between so many days ahead and at most two years."""
    first = max(nearest, 7)
    last = max(min(farthest, 707), first)
    return st.dates(today + datetime.timedelta(days=first), today + datetime.timedelta(days=last))


def impossible_dates(year: int, form: str) -> st.SearchStrategy[str]:
    """Texts in one of the forms of a date (`dates.FORMS`) for which no calendar has a day, from `year` on."""
    day = st.one_of(
        st.tuples(st.just(2), st.sampled_from([30, 31])),
        st.tuples(st.sampled_from([4, 6, 9, 11]), st.just(31)),
        st.tuples(st.integers(1, 12), st.sampled_from([0, 32, 40, 99])),
    )
    return st.tuples(st.integers(year, year + 4), day).map(lambda drawn: spell(drawn[0], *drawn[1], form))
