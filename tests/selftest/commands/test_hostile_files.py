"""`judge` with hostile files: one line, exit 4, and little memory; one bad entry does not cost the others."""

import json
import re

import click
import pytest
from click.testing import CliRunner

from contracts.commands.judge import judge as command
from tests.selftest.hostile_files import EVERY, FIELDS, FILES, entry, log, with_text


def judged(file, reports):
    """The command in this process: its exit code, and all it says."""
    done = CliRunner().invoke(command, [str(file), "--reports-dir", str(reports)], standalone_mode=False)
    if isinstance(done.exception, click.ClickException):  # as contracts/cli.py ends with it
        return 4, done.output + f"ERROR: {done.exception.format_message()}"
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done.exit_code, done.output


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_one_line_and_exit_4(name, tmp_path):
    known = FILES[name]
    file = tmp_path / known.name
    file.write_bytes(known.content())
    code, said = judged(file, tmp_path / "reports")

    assert code == known.code, said
    assert len(said.strip().splitlines()) == 1
    assert len(said) < 600
    assert known.says in said
    assert not (tmp_path / "reports").exists()


VALUES = ("null", "true", "-1", "5", "1e308", '"x"', '""', "[]", "{}", "[null]", '{"a": 1}')


@pytest.mark.parametrize("place", EVERY)
def test_a_value_of_any_type_in_a_field_costs_no_other_entry(place, tmp_path):
    file = tmp_path / "file.har"
    lines = with_text(place, *VALUES)
    file.write_bytes(lines[:-3] + b", " + json.dumps(entry()).encode() + b"]}}")
    code, said = judged(file, tmp_path / "reports")
    calls = int(re.search(r"(\d+) calls? judged", said)[1])

    # An object of one header is a request without Authorization among others that have it, and was accepted.
    assert code == (1 if place == "request.headers" else 0), said
    assert calls == len(VALUES) + 1 if place not in FIELDS else 1 <= calls <= len(VALUES)


def test_a_bad_entry_is_named_and_the_others_are_judged(tmp_path):
    bad = entry()
    bad["response"]["status"] = "many"
    file = tmp_path / "file.har"
    file.write_bytes(json.dumps(log(bad, 5, [], entry())).encode())
    code, said = judged(file, tmp_path / "reports")

    assert code == 0, said
    assert "3 entries cannot be read" in " ".join(said.split())
    assert "log.entries[0]: response.status" in said.replace("\n  ", " ")
    assert "1 call judged" in said
