"""The steps of docs/adding-an-endpoint.md make an endpoint that runs, in a copy of the project, without an edit."""

import dataclasses
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contracts import ROOT
from contracts.endpoint.call import Field, Place
from contracts.endpoint.discovery import EndpointDefinition
from provider.calls import CallDefinition
from tests.selftest.conftest import PATIENCE

pytestmark = pytest.mark.xdist_group("adding")

TEXT = (ROOT / "docs" / "adding-an-endpoint.md").read_text("utf-8")
STEPS = re.findall(r"^```\w+\n# (\S+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line for block in re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL) for line in block.split("\n")
]
COPIED = ("contracts", "provider", "specs", "tests/conformance")


@pytest.fixture(scope="module", name="clone")
def _clone(tmp_path_factory):
    """A copy of the project, with the files of the steps; and the digests of those that were there before."""
    folder = tmp_path_factory.mktemp("clone")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    before = digests(folder)
    for name, text in STEPS:
        path = folder / name
        assert not path.exists(), f"{name} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder, before


def digests(folder):
    """The digest of each file."""
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def program(folder, *words):
    """Run the copied program."""
    start = "import sys; from contracts.cli import main; sys.argv[0] = 'timp-conformance'; main()"
    return subprocess.run(
        [sys.executable, "-c", start, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def test_the_steps_make_new_files_and_edit_none(clone):
    folder, before = clone
    after = digests(folder)

    assert {name for name, digest in before.items() if after.get(name) != digest} == set()
    assert after.keys() - before.keys() == {name for name, _ in STEPS}


def test_the_linters_of_the_project_accept_the_new_files(clone):
    ruff = shutil.which("ruff", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if ruff is None:
        pytest.skip("ruff is not installed")
    for words in (("check",), ("format", "--check")):
        new = [name for name, _ in STEPS if name.endswith(".py")]
        done = subprocess.run(
            [ruff, *words, "--no-cache", "--config", str(ROOT / "pyproject.toml"), *new],
            cwd=clone[0],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_steps_make_passes_on_its_provider_with_its_property(clone, tmp_path):
    done = program(clone[0], "run", "--endpoint", "hold", "--examples", "5", "--reports-dir", str(tmp_path))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Hold Order on embedded" in done.stdout
    assert "test_any_text_is_a_reason" not in done.stdout


def test_its_own_fault_and_those_of_every_call_are_found(clone, tmp_path):
    faults = ("holds-without-a-reason", "accepts-token-prefix", "takes-the-first-of-a-list-for-the-body")
    words = [fault for fault in faults if fault in program(clone[0], "faults", "--endpoint", "hold").stdout]
    done = program(clone[0], "prove", "--endpoint", "hold", *words, "--reports-dir", str(tmp_path))

    assert words == list(faults[:2])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 of 2 faults seen" in done.stdout


def test_every_command_of_the_steps_is_one(clone, tmp_path):
    written = [line.split()[1:] for line in COMMANDS if line.startswith("timp-conformance")]
    plan, explain = (next(words for words in written if name in words) for name in ("--plan", "explain"))

    assert {words[0] for words in written} == {"run", "prove", "explain"}
    assert program(clone[0], *plan).returncode == 0
    assert program(clone[0], *explain[:-1], str(tmp_path)).returncode == 0
    assert "request-parameters.reason-empty" in (tmp_path / "clauses.md").read_text("utf-8")


@pytest.mark.parametrize("of", [Field, Place, EndpointDefinition, CallDefinition], ids=lambda each: each.__name__)
def test_every_field_is_explained(of):
    assert {field.name for field in dataclasses.fields(of) if f"`{field.name}`" not in TEXT} == set()
