"""The reports folder: files of other tools stay, and one run at a time writes there."""

import json
import os
import subprocess
import sys
from functools import partial

import pytest

from contracts import ROOT
from contracts.reports import folder, words
from contracts.reports.files import FOLDERS, NAMES
from tests.selftest.conftest import PATIENCE
from tests.selftest.forks import command

HOLD = """
import sys
from pathlib import Path
from contracts.reports import folder
with folder.held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """A process that holds a folder until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_run_into_a_folder_is_refused_until_the_first_one_has_ended_even_by_a_signal(holder, tmp_path):
    with pytest.raises(folder.FolderError, match="another run writes there now"), folder.held(tmp_path):
        pass
    holder.kill()
    holder.wait()
    with folder.held(tmp_path):
        assert (tmp_path / folder.LOCK).exists()


def by_pytest(*words):
    """Run pytest itself on the conformance items."""
    words = [sys.executable, "-m", "pytest", "-q", "tests/conformance", *map(str, words)]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT, timeout=PATIENCE)


@pytest.mark.parametrize("run", [partial(command, "run"), by_pytest], ids=["program", "pytest"])
def test_the_command_line_refuses_it_in_one_line_with_exit_4(holder, tmp_path, run):  # noqa: ARG001 - it holds
    done = run("--reports-dir", tmp_path)

    assert done.returncode == 4
    assert sum("another run writes there now" in line for line in (done.stdout + done.stderr).splitlines()) == 1
    assert "Traceback" not in done.stdout + done.stderr


def test_what_a_run_made_is_removed_and_what_others_made_stays(tmp_path):
    others = [
        "notes.txt",
        "replay/own.sh",
        "allure-results/of-others-result.json",
        "allure-report/data.json",
        "screens/one.png",
    ]
    ours = ["summary.md", "replay/c1.sh", "allure-results/one-result.json"]
    for name in [*others, *ours]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, "utf-8")
    folder.note(tmp_path, ours)

    with folder.held(tmp_path):
        left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}

    assert left == {*others, folder.MARKER, folder.LOCK}


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(FOLDERS)))
def test_a_file_of_another_tool_under_our_name_is_never_replaced(tmp_path, name):
    (tmp_path / name).write_text("theirs", "utf-8")

    with pytest.raises(folder.FolderError, match="was not made by this suite"), folder.held(tmp_path):
        pass
    assert (tmp_path / name).read_text("utf-8") == "theirs"


@pytest.mark.parametrize(("schema", "is_ours"), [(1, True), (2, True), (3, False), ("1", False)])
def test_a_folder_of_a_version_without_marker_is_known_by_its_verdicts(tmp_path, schema, is_ours):
    (tmp_path / "verdicts.json").write_text(json.dumps({"schema": schema}), "utf-8")
    (tmp_path / "summary.md").write_text("# Summary", "utf-8")
    results = tmp_path / "allure-results"
    results.mkdir()
    old = results / "0f8fad5b-d9cb-469f-a165-70867728950e-result.json"
    old.write_text("{}", "utf-8")
    (results / "of-others.json").write_text("{}", "utf-8")

    if not is_ours:
        with pytest.raises(folder.FolderError), folder.held(tmp_path):
            pass
        assert old.exists()
        return
    with folder.held(tmp_path):
        assert {path.name for path in tmp_path.rglob("*.*")} == {"of-others.json", folder.MARKER, folder.LOCK}


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/hostname", "allure-results/../../outside.txt", "notes.txt"])
def test_a_marker_names_no_file_elsewhere(tmp_path, name):
    inside = tmp_path / "reports"
    inside.mkdir()
    (tmp_path / "outside.txt").write_text("theirs", "utf-8")
    (inside / "notes.txt").write_text("theirs", "utf-8")
    words.write(inside / folder.MARKER, json.dumps({"schema": 1, "files": [name]}))

    with folder.held(inside):
        assert (tmp_path / "outside.txt").exists()
        assert (inside / "notes.txt").exists()


def test_a_run_replaces_its_own_files_and_leaves_those_of_others(tmp_path):
    results = tmp_path / "allure-results"
    results.mkdir()
    (results / "environment.properties").write_text("of=others", "utf-8")
    (results / "a-result.json").write_text("{}", "utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    for _ in range(2):
        done = command("--reports-dir", tmp_path, "-k", "clauses", environment=environment, few=())
        assert done.returncode == 0, done.stdout + done.stderr
    clauses = len(json.loads((tmp_path / "verdicts.json").read_text("utf-8"))["verdicts"])

    assert (results / "environment.properties").read_text("utf-8") == "of=others"
    assert (results / "a-result.json").exists()
    assert clauses < len(list(results.glob("*-result.json"))) < 2 * clauses
    assert not list(tmp_path.glob(".draft-*"))
