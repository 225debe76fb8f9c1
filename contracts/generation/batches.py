"""Several generated values at a time: what is made of them is sent concurrently."""

from __future__ import annotations

from itertools import chain
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

SIDE = 8
"""The largest batch has so many rows of so many values; Hypothesis makes most lists half as long as they may be."""


def batches(of: st.SearchStrategy[T]) -> st.SearchStrategy[list[T]]:
    """Lists of values that are independent of each other, which shrink to one value."""
    rows = st.lists(of, min_size=1, max_size=SIDE)
    return st.lists(rows, min_size=1, max_size=SIDE).map(lambda drawn: list(chain.from_iterable(drawn)))
