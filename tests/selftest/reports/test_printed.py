"""What is printed steers no terminal and no CI runner."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from contracts.cli import COMMANDS
from contracts.reports import terminal
from contracts.reports.words import printed
from tests.selftest.conftest import PATIENCE
from tests.selftest.forks import command

ROOT = Path(__file__).parents[3]
COMMAND = re.compile(r"^\s*::[A-Za-z]|##\[|##vso\[", re.MULTILINE)
STARTS = ("::error::x", "::add-mask::x", "  ::set-output name=a::b", "##[error]x", "##vso[task.setvariable]x")


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("before", ["", " ", "\t", "a\n", "word ", ":", "#"])
def test_no_line_begins_a_command_of_a_ci_runner(before, start):
    assert COMMAND.search(printed(before + start)) is None


@pytest.mark.parametrize("text", ["http://[::1]:8080/", "a :: b", "## Title", "12::30", "[#1]", "C::"])
def test_what_is_not_a_command_stays_as_it_is(text):
    assert printed(text) == text


@given(st.text(st.sampled_from(":# \n\t[]vsoerr\x1b\r\u202e\u2066"), max_size=40), st.integers(1, 30))
def test_neither_wrapping_nor_spaces_make_one(text, width):
    out = io.StringIO()
    terminal._say(Console(file=out, width=width, color_system=None), text)

    assert COMMAND.search(out.getvalue()) is None
    assert not set(out.getvalue()) & {"\x1b", "\r", "\u202e", "\u2066"}


FAILING = """
import pytest

def test_of_the_target():
    print("::error::from the target")
    raise AssertionError("\\x1b[31m ::error::x \\u202e ##[group]")
"""


def test_what_pytest_prints_of_a_conformance_item_is_escaped(tmp_path, monkeypatch):
    test = tmp_path / "tests" / "conformance" / "test_shown.py"
    test.parent.mkdir(parents=True)
    test.write_text(FAILING, "utf-8")
    plugin = tmp_path / "here.py"
    plugin.write_text("import contracts.plugin as p\np.pytest_collection_modifyitems = None\n", "utf-8")
    monkeypatch.setenv("TIMP_ENDPOINTS", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "contracts.plugin", "-p", "here", str(test), "-rA", "--color=no"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=PATIENCE,
    )

    assert "1 failed" in done.stdout
    assert ":\\x3aerror" in done.stdout
    assert COMMAND.search(done.stdout) is None
    assert "\x1b[31m " not in done.stdout
    assert "\u202e" not in done.stdout


@pytest.mark.parametrize("name", ["run", *COMMANDS])
def test_the_help_of_a_command_has_no_marks_of_its_source(name):
    done = command(name, "--help")

    assert (done.returncode, "\\" in done.stdout) == (0, False)
