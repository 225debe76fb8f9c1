"""Hostile answers and files end with the exit code that is right, in bounded memory, and never with a traceback.

`make prove` tries all of them and prints a table; here are some that take little time.
"""

import pytest

from bench.measure import TOKEN
from tests.selftest.hostile_table import problem, rows

ROWS = {row.name: row for row in rows()}
FEW = ("every answer: gzip bomb", "every answer: header of a megabyte", "file: nesting in response.status")


def test_there_are_at_least_thirty():
    assert len(ROWS) >= 30


@pytest.mark.parametrize("name", FEW)
def test_it_ends_within_bounds(name, tmp_path):
    assert problem(ROWS[name], ROWS[name].run(tmp_path)) == ""
    assert [path for path in tmp_path.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()] == []
