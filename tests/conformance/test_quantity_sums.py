"""The three quantities of a line item against what was ordered of it."""

from hypothesis import given

from contracts.allocate_order import strategies
from contracts.allocate_order.requests import allocated
from contracts.generation.batches import batches

ENDPOINT = "allocate_order"


@given(splits=batches(strategies.splits_of_the_ordered_quantity()))
def test_every_split_of_the_ordered_quantity_is_accepted(answers, splits):
    for answer in answers([allocated(split) for split in splits], units=1):
        assert answer.accepted or answer.excused, answer


@given(splits=batches(strategies.splits_over_the_ordered_quantity()))
def test_no_sum_over_the_ordered_quantity_is_accepted(answers, splits):
    for answer in answers([allocated(split) for split in splits], units=1):
        assert answer.refused, answer


@given(splits=batches(strategies.splits_over_the_ordered_quantity()))
def test_one_line_item_over_its_quantity_spoils_the_whole_request(answers, splits):
    for answer in answers([allocated(split, -1) for split in splits], lines=2, units=1):
        assert answer.refused, answer
