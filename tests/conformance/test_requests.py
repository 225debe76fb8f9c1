"""Whole requests: what is documented is carried out, and nothing else than an integer is taken for one."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.allocate_order import strategies
from contracts.allocate_order.parsed import QUANTITIES
from contracts.allocate_order.requests import allocated, with_member

ENDPOINT = "allocate_order"


@given(split=strategies.splits_of_the_ordered_quantity())
def test_documented_requests_with_several_line_items_are_accepted(attempt, split):
    attempt(allocated(split), lines=2, units=1)


@given(field=st.sampled_from(QUANTITIES), value=strategies.no_integers(), line=st.sampled_from([0, -1]))
def test_only_an_integer_is_taken_for_a_quantity(attempt, field, value, line):
    attempt(with_member(field, value, line))


@given(field=st.sampled_from(QUANTITIES), value=strategies.negative_integers())
def test_no_negative_quantity_is_accepted(attempt, field, value):
    attempt(with_member(field, value))
