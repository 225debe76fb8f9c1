"""A recording of any length: read back as it was kept, and never all in memory."""

import gc
from contextlib import closing
from dataclasses import replace

import pytest

from contracts.model.case import View
from contracts.model.exchange import Exchange
from contracts.recording.recorded import Recording, Sent
from contracts.recording.store import AT_HAND, Store, alone
from contracts.target.targets import Target

LONG = 1_500


@pytest.fixture
def store():
    with closing(Store()) as store:
        yield store


def live():
    """How many exchanges, and how many requests taken apart, are in memory."""
    return sum(isinstance(each, Exchange | View) for each in gc.get_objects())


def test_cases_are_read_as_they_were_kept(bench, store):
    base, change = bench.success(bench.base()), bench.refusal(bench.base(), 400)
    for exchange in (base, change):
        store.add_exchange(exchange)
    store.add_case({"id": "x/y", "origin": "plan", "steps": [["base", base.id], ["change", change.id]]})
    store.add_case(alone(change))

    together, apart = store.each()
    assert together.steps == (("base", base), ("change", change))
    assert (apart.id, apart.steps) == (f"recording/{change.id}", (("change", change),))
    assert (store.exchanges, store.cases) == (2, 2)
    assert len(list(store.lines())) == 4


def test_a_case_names_only_what_was_kept(store):
    with pytest.raises(KeyError, match="no-one"):
        store.add_case({"id": "x/y", "origin": "plan", "steps": [["base", "no-one"]]})


def test_of_a_long_recording_little_is_in_memory_while_it_is_judged(bench, store):
    pattern = bench.success(bench.base())
    for number in range(LONG):
        exchange = replace(pattern, id=f"long-{number}")
        store.add_exchange(exchange)
        store.add_case(alone(exchange))
    target = Target("recording", "", {}, (bench.order,), may_allocate=True, may_stress=False)
    recording = Recording(bench.endpoint, [bench.order], store=store, target=target, transport=Sent(LONG))
    before, most, exercised = live(), 0, 0
    for number, case in enumerate(recording.each(), 1):
        recording.evident(case)
        exercised += bool(recording.said(case))
        if number % 500 == 0:
            most = max(most, live() - before)

    assert exercised == LONG
    assert 0 < most <= 2 * AT_HAND
