"""Conformance items run in one process: pytest-xdist would use a test order twice at the same time."""

import subprocess
import sys

import pytest

from contracts import ROOT

SAID = "ERROR: -n: conformance runs in one process, which sends concurrently; leave pytest-xdist out"


def ran(*words):
    """Run pytest in the project's folder, where a plan is the most that it may do; return how it ended."""
    command = [sys.executable, "-m", "pytest", "-q", "--plan", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["-n", "1", "--dist", "loadgroup", "tests/conformance"], id="the-folder"),
        pytest.param(["-d", "--tx", "2*popen", "tests/conformance/test_clauses.py::test_clause"], id="an-item"),
        pytest.param(["-n", "2", "tests"], id="a-folder-around-it"),
    ],
)
def test_distribution_is_refused_in_one_line(words):
    done = ran(*words)

    assert done.returncode == 4
    assert (done.stdout + done.stderr).split() == SAID.split()


def test_no_workers_are_no_distribution():
    done = ran("-n", "0", "tests/conformance")

    assert done.returncode == 0
    assert "Nothing is sent." in done.stdout
