"""Whole packages: what is documented is added, and nothing else than an integer is taken for a quantity."""

from contracts.tracking.packages import QUANTITY
from hypothesis import given
from hypothesis import strategies as st

from contracts.generation.batches import batches
from contracts.standard.requests import with_value

ENDPOINT = "tracking"


@given(names=batches(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)))
def test_any_carrier_is_accepted(answers, names):
    for answer in answers([with_value("supplier_provided_carrier", name) for name in names]):
        assert answer.accepted or answer.excused, answer


@given(numbers=batches(st.integers(-(2**63), -1)))
def test_no_negative_quantity_is_accepted(answers, numbers):
    for answer in answers([with_value(QUANTITY, number) for number in numbers]):
        assert answer.refused, answer
