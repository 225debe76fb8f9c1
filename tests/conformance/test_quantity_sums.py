"""The three quantities of a line item against what was ordered of it."""

from hypothesis import given

from contracts.allocate_order import strategies
from contracts.allocate_order.requests import allocated

ENDPOINT = "allocate_order"


@given(split=strategies.splits_of_the_ordered_quantity())
def test_every_split_of_the_ordered_quantity_is_accepted(attempt, split):
    attempt(allocated(split), units=1)


@given(split=strategies.splits_over_the_ordered_quantity())
def test_no_sum_over_the_ordered_quantity_is_accepted(attempt, split):
    attempt(allocated(split), units=1)


@given(split=strategies.splits_over_the_ordered_quantity())
def test_one_line_item_over_its_quantity_spoils_the_whole_request(attempt, split):
    attempt(allocated(split, -1), lines=2, units=1)
