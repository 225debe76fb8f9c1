"""Large bodies of answers: kept on the disk, read back as they were, and judged without all of them in memory."""

import gc
import tracemalloc
from contextlib import closing

from contracts.model.exchange import Response
from contracts.transport.journal import Journal
from contracts.transport.shelf import LARGE

MEGABYTE = 1_000_000
MANY = 40


def large(bench, number):
    """A correct answer of a megabyte, unlike all others."""
    lines = bench.lines(bench.base())
    return bench.exchange(bench.base(), 200, {"line_items": lines, "note": f"{number:06}" + "x" * MEGABYTE})


def test_a_body_is_read_back_as_it_was_whatever_its_size(bench, tmp_path):
    with closing(Journal(tmp_path / "exchanges.jsonl")) as journal:
        for size in (0, 1, LARGE - 1, LARGE, LARGE + 1, MEGABYTE):
            exchange = bench.exchange(bench.base(), 200, bytes(number % 251 for number in range(size)))
            kept = journal.exchange(exchange)

            assert kept.response.body == exchange.response.body
            assert (kept.id, kept.status, kept.request) == (exchange.id, exchange.status, exchange.request)
            assert kept.response.headers == exchange.response.headers
            assert isinstance(kept.response, Response)
            assert len(kept.response.body) == size
            assert (kept is exchange) is (size < 16_384)


def test_the_four_bodies_that_were_read_last_are_in_memory(bench, tmp_path):
    with closing(Journal(tmp_path / "exchanges.jsonl")) as journal:
        kept = [journal.exchange(bench.exchange(bench.base(), 200, b"%d" % n * LARGE)) for n in range(5)]
        first = [exchange.response.body for exchange in kept]

        assert [each.response.body is body for each, body in zip(kept[1:], first[1:], strict=True)] == [True] * 4
        assert kept[0].response.body is not first[0]


def test_the_disk_has_no_file_of_bodies_that_outlives_the_run(bench, tmp_path):
    with closing(Journal(tmp_path / "exchanges.jsonl")) as journal:
        journal.exchange(large(bench, 1))

    assert [path.name for path in tmp_path.iterdir()] == ["exchanges.jsonl"]


def test_many_large_answers_are_judged_in_little_memory(bench, tmp_path):
    gc.collect()
    tracemalloc.start()
    try:
        with closing(Journal(tmp_path / "exchanges.jsonl")) as journal:
            cases = [bench.one(journal.exchange(large(bench, number))) for number in range(MANY)]
            held = 0
            for case in cases:
                said = [bench.said(clause, case) for clause in ("response-parameters.json-parses", "openapi.body")]
                held += sum(count for _, count in said)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert held >= MANY
    assert peak < MANY * MEGABYTE / 2
