"""The table of docs/errors.md: each command says what is wrong in one line, and ends with the exit code."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from contracts import ROOT
from tests.selftest.forks import command

HERE = Path(__file__).parent
ROW = re.compile(r"\| `([^`]+)` \| (.+) \| (\d) \|")
ROWS = [
    found.groups()
    for found in map(ROW.fullmatch, (ROOT / "docs" / "errors.md").read_text("utf-8").splitlines())
    if found
]


def asked(line):
    """The words of a command line after the program's name, and its environment."""
    words, environment = shlex.split(line), {"PATH": "/usr/bin:/bin"}
    while words[0] != "timp-conformance":
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    return words[1:], environment


def test_the_table_is_long():
    assert len(ROWS) == len({line for line, _, _ in ROWS}) >= 60


@pytest.mark.parametrize(("line", "message", "code"), ROWS, ids=[line for line, _, _ in ROWS])
def test_an_error_is_one_line_with_its_exit_code(tmp_path, line, message, code):
    words, environment = asked(line)
    shutil.copytree(HERE / "mistakes", tmp_path, dirs_exist_ok=True)
    done = command(*words, environment=environment, cwd=tmp_path)
    printed = done.stderr + done.stdout
    lines = [line.rstrip() for line in printed.splitlines() if line.strip()]
    pattern = ".*".join(re.escape(part) for part in message.split("…"))

    assert done.returncode == int(code), printed
    assert re.match(f"ERROR: {pattern}", lines[0]), printed
    assert "Traceback" not in printed
    assert "INTERNALERROR" not in printed
    if done.returncode == 4 and "invalid JSON" not in message and "is not JSON" not in message:
        assert len(lines) == 1
