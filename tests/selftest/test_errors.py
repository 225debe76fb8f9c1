"""The table of docs/errors.md: each command says what is wrong in one line, and ends with the exit code."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from contracts import ROOT

HERE = Path(__file__).parent
ROW = re.compile(r"\| `([^`]+)` \| (.+) \| (\d) \|")
ROWS = [
    found.groups()
    for found in map(ROW.fullmatch, (ROOT / "docs" / "errors.md").read_text("utf-8").splitlines())
    if found
]


def asked(command):
    """The words of a command after the program's name, and its environment."""
    words, environment = shlex.split(command), {"PATH": "/usr/bin:/bin"}
    while words[0] != "timp-conformance":
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    return {"words": words[1:], "environment": environment}


@pytest.fixture(scope="module")
def ended():
    """How each command ended, by the command: the exit code and what was printed."""
    commands = [command for command, _, _ in ROWS]
    done = subprocess.run(
        [sys.executable, str(HERE / "forks.py"), str(HERE / "mistakes")],
        input=json.dumps([asked(command) for command in commands]),
        capture_output=True,
        text=True,
        check=True,
        timeout=1200,
    )
    return dict(zip(commands, json.loads(done.stdout), strict=True))


def test_the_table_is_long():
    assert len(ROWS) == len({command for command, _, _ in ROWS}) >= 60


@pytest.mark.xdist_group("errors")
@pytest.mark.parametrize(("command", "message", "code"), ROWS, ids=[command for command, _, _ in ROWS])
def test_an_error_is_one_line_with_its_exit_code(ended, command, message, code):
    found, printed = ended[command]
    lines = [line.rstrip() for line in printed.splitlines() if line.strip()]
    pattern = ".*".join(re.escape(part) for part in message.split("…"))

    assert found == int(code), printed
    assert re.match(f"ERROR: {pattern}", lines[0]), printed
    assert "Traceback" not in printed
    assert "INTERNALERROR" not in printed
    if found == 4 and "invalid JSON" not in message and "is no JSON" not in message:
        assert len(lines) == 1
