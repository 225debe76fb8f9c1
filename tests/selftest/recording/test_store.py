"""A recording of any length: read back as it was kept, and never all in memory."""

import gc
import sys
import tracemalloc
from contextlib import closing
from dataclasses import replace
from types import FunctionType, ModuleType

import pytest

from contracts.judging.judgement import judge_all
from contracts.model.case import View
from contracts.model.exchange import Exchange, Response
from contracts.recording.recorded import Recording, Sent
from contracts.recording.store import AT_HAND, Store, alone
from contracts.target.targets import Target

LONG = 1_000


@pytest.fixture
def store():
    with closing(Store()) as store:
        yield store


def live():
    """How many exchanges, and how many requests taken apart, are in memory."""
    return sum(isinstance(each, Exchange | View) for each in gc.get_objects())


def recording_of(bench, store):
    """What is in the store, to be judged."""
    target = Target("recording", "", {}, (bench.order,), may_allocate=True, may_stress=False)
    return Recording(bench.endpoint, [bench.order], store=store, target=target, transport=Sent(store.exchanges))


def size(root):
    """The bytes of an object and of all that it refers to, without code."""
    seen, left = {}, [root]
    while left:
        each = left.pop()
        if id(each) not in seen and not isinstance(each, type | ModuleType | FunctionType):
            seen[id(each)] = sys.getsizeof(each)
            left.extend(gc.get_referents(each))
    return sum(seen.values())


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
    recording = recording_of(bench, store)
    before, most, exercised = live(), 0, 0
    for number, case in enumerate(recording.each(), 1):
        recording.evident(case)
        exercised += bool(recording.said(case))
        if number % 500 == 0:
            most = max(most, live() - before)

    assert exercised == LONG
    assert 0 < most <= 2 * AT_HAND


DISTINCT = {
    "each-diverges": b'{"number": %d}',
    "each-fails": b"<html><head><title>403 Forbidden</title></head><hr><center>nginx</center>%d",
}


@pytest.mark.parametrize("body", DISTINCT.values(), ids=DISTINCT)
def test_what_is_kept_of_distinct_answers_does_not_grow_with_their_number(bench, body):
    kept, found = [], []
    for count in (100, 500):
        with closing(Store()) as store:
            for number in range(count):
                answered = Response(200, (("Content-Type", "application/json"),), body % number)
                exchange = replace(bench.success(bench.base()), id=f"long-{number:05}", response=answered)
                store.add_exchange(exchange)
                store.add_case(alone(exchange))
            recording = recording_of(bench, store)
            recording.settle()
            judgement = judge_all(recording)
            kept.append(size(judgement))
            found.append(max(group.seen for each in judgement.clauses.values() for group in each.groups.values()))

    assert found == [100, 500]
    assert kept[1] < kept[0] * 1.1


def test_lines_are_saved_one_at_a_time(bench, store, tmp_path):
    pattern = bench.success(bench.base())
    for number in range(LONG):
        store.add_exchange(replace(pattern, id=f"long-{number}"))
    tracemalloc.start()
    try:
        store.save(tmp_path / "journal", ["head"])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    saved = (tmp_path / "journal").read_text("utf-8").splitlines()
    assert (saved[0], len(saved)) == ("head", LONG + 1)
    assert most < (tmp_path / "journal").stat().st_size / 5
