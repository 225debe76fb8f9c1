"""Hostile answers and files end with the exit code that is right, in bounded memory, and never with a traceback.

`make prove` tries all of them, and `make test` some that take little time.
"""

import os

import pytest

from bench.measure import TOKEN
from tests.selftest.hostile_table import MEGABYTES, rows

ROWS = {row.name: row for row in rows()}
FEW = ("every answer: gzip bomb", "every answer: JSON 100,000 deep", "every answer: 429, Retry-After '-1'")


def test_there_are_at_least_thirty():
    assert len(ROWS) >= 30
    assert set(FEW) <= ROWS.keys()


@pytest.mark.parametrize("name", ROWS if os.environ.get("EVERY_FAULT") else FEW)
def test_it_ends_within_bounds(name, tmp_path):
    ran = ROWS[name].run(tmp_path)

    assert ran.code in ROWS[name].due, ran.said
    assert ran.memory < MEGABYTES << 20
    assert "Traceback" not in ran.said
    assert [path for path in tmp_path.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()] == []
