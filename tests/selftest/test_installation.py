"""The wheel, installed where nothing is but what `requirements.lock` names, works in any folder."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from contracts import ROOT
from tests.selftest import few
from tests.selftest.conftest import PATIENCE

MISTAKES = Path(__file__).with_name("mistakes")

pytestmark = pytest.mark.xdist_group("installation")


def locked(name):
    """What a lock asks for on this machine."""
    lines = re.findall(r"^[a-z0-9].*?==[^\\]+", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    found = [Requirement(line.strip()) for line in lines]
    return {each.name: each for each in found if each.marker is None or each.marker.evaluate()}


def share(packages, site):
    """Put packages of this environment into another one, without a copy and without a package index."""
    here = Path(sysconfig.get_path("purelib"))
    for name in packages:
        files = distribution(name).files or ()
        for top in {file.parts[0] for file in files} - {"..", "__pycache__"}:
            (site / top).symlink_to(here / top)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """`timp-conformance` of a wheel in an environment of its own."""
    folder = tmp_path_factory.mktemp("an installation")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "environment", symlinks=True)
    python = folder / "environment" / "bin" / "python"
    site = sysconfig.get_path("purelib", "venv", {"base": str(folder / "environment")})
    share(locked("requirements.lock"), Path(site))
    install = ["--quiet", "install", "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *install], check=True, capture_output=True)
    return python.with_name("timp-conformance")


@pytest.fixture(scope="module")
def call(program):
    """Runs the program in a folder, with nothing in its environment but what is given."""

    def called(folder, *words, **variables):
        environment = {"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(folder), **variables}
        return subprocess.run(
            [program, *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    return called


@pytest.fixture(scope="module")
def ran(program, call, tmp_path_factory):
    """A run of few cases in an empty folder: how it ended, the folder, and the installed files before and after."""
    folder = tmp_path_factory.mktemp("a folder")
    environment = program.parents[1]
    before = tree(environment)
    plugins = tmp_path_factory.mktemp("plugins")
    shutil.copy(few.__file__, plugins)  # the module alone: nothing else of the checkout is seen
    done = call(folder, "--examples", "3", PYTEST_ADDOPTS="-p few", PYTHONPATH=str(plugins))
    return done, folder, before, tree(environment)


def tree(folder):
    """What lies in a folder, with the time of its last change."""
    return {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}


def test_a_run_in_an_empty_folder_passes_and_reports_there(ran):
    done, folder, _, _ = ran
    verdicts = json.loads((folder / "reports" / "verdicts.json").read_text("utf-8"))

    assert done.stderr == ""
    assert (done.returncode, verdicts["exit_code"], verdicts["complete"]) == (0, 0, True)


def test_a_run_writes_to_the_folder_of_reports_alone(ran):
    _, folder, before, after = ran

    assert [path.name for path in folder.iterdir()] == ["reports"]
    assert before == after


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["--help"], 0, id="help"),
        pytest.param(["--plan"], 0, id="plan"),
        pytest.param(["explain"], 0, id="explain"),
        pytest.param(["explain", "http.method-not-allowed-names-allow"], 0, id="explain-a-clause"),
        pytest.param(["judge", "reports/exchanges.jsonl"], 0, id="judge"),
        pytest.param(["diff", "reports", "reports"], 0, id="diff"),
        pytest.param(["prove", "missing-allow", "--reports-dir", "reports"], 0, id="prove"),
        pytest.param(["accept"], 4, id="accept"),
        pytest.param(["serve", "--reading", "x"], 4, id="serve"),
    ],
)
def test_every_command_works_there_and_writes_nowhere_else(ran, call, words, code):
    _, folder, _, _ = ran
    done = call(folder, *words)

    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == code, done.stderr
    assert [path.name for path in folder.iterdir()] == ["reports"]


def test_defects_of_a_page_are_written_where_one_says_and_not_into_the_installation(program, call, tmp_path):
    shutil.copy(MISTAKES / "page.md", tmp_path)
    before = tree(program.parents[1])
    refused = call(tmp_path, "page", "page.md", "--write")
    written = call(tmp_path, "page", "page.md", "--write", "defects.toml")

    assert (refused.returncode, len(refused.stderr.splitlines())) == (4, 1)
    assert refused.stderr.startswith("ERROR: --write: the clauses are part of an installed package: name a file")
    assert (written.returncode, written.stderr) == (1, "")
    assert {path.name for path in tmp_path.iterdir()} == {"page.md", "defects.toml", "places.toml"}
    assert tree(program.parents[1]) == before


def test_what_a_run_needs_is_locked_and_the_developers_lock_has_the_same_versions():
    run, developers = locked("requirements.lock"), locked("requirements-dev.lock")

    assert {"pytest", "schemathesis", "hypothesis"} <= run.keys()
    assert not run.keys() & {"mypy", "ruff", "playwright", "cosmic-ray"}
    assert {name: str(each) for name, each in developers.items() if name in run} == {
        name: str(each) for name, each in run.items()
    }


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_and_names_no_package_index(name):
    text = (ROOT / name).read_text("utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text)

    assert [entry.partition(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "index" not in text
