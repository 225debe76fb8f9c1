"""Whole requests: what is documented is carried out, and nothing else than an integer is taken for one."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.allocate_order import strategies
from contracts.allocate_order.parsed import QUANTITIES
from contracts.allocate_order.requests import allocated, with_member
from contracts.generation.batches import batches

FIELDS = st.sampled_from(QUANTITIES)

ENDPOINT = "allocate_order"


@given(splits=batches(strategies.splits_of_the_ordered_quantity()))
def test_documented_requests_with_several_line_items_are_accepted(answers, splits):
    for answer in answers([allocated(split) for split in splits], lines=2, units=1):
        assert answer.accepted or answer.excused, answer


@given(members=batches(st.tuples(FIELDS, strategies.no_integers(), st.sampled_from([0, -1]))))
def test_only_an_integer_is_taken_for_a_quantity(answers, members):
    for answer in answers([with_member(*member) for member in members]):
        assert answer.refused, answer


@given(members=batches(st.tuples(FIELDS, strategies.negative_integers())))
def test_no_negative_quantity_is_accepted(answers, members):
    for answer in answers([with_member(*member) for member in members]):
        assert answer.refused, answer
