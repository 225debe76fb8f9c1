"""What is wrong in a clause, an oracle, a planner or a fault is said in one line that names the file and the entry."""

import datetime
import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from contracts import ROOT
from contracts.endpoint.discovery import discover
from contracts.endpoint.plan import Kit, change
from contracts.endpoint.planning import planned
from contracts.model.definition import DefinitionError
from tests.selftest.conftest import PATIENCE

ENDPOINT = discover()["allocate_order"]
CLAUSES, BASES = ENDPOINT.catalogue.clauses, ENDPOINT.definition.bases
KIT = Kit(0, datetime.date(2026, 1, 1), dialect=ENDPOINT.definition.assumed)
CLAUSE = "allocation-object.sum-exceeds-ordered"


def unchanged(request, _order, _kit):
    return request


def impossible(_request, _order, _kit):
    raise KeyError("quantity")


def failing(_kit):
    yield change(f"{CLAUSE}/one", unchanged)
    raise ValueError("no quantity\nof this size")


def without_a_clause(_kit):
    yield change("allocation-object.sum-exceed-ordered/one", unchanged)


def without_a_base(_kit):
    yield change(f"{CLAUSE}/one", unchanged, base="plane")


def twice(_kit):
    yield change(f"{CLAUSE}/one", unchanged)
    yield change(f"{CLAUSE}/one", unchanged)


@pytest.mark.parametrize(
    ("planner", "said"),
    [
        (failing, "planner failing: ValueError: no quantity"),
        (without_a_clause, f"sum-exceed-ordered: no such clause; did you mean {CLAUSE}?"),
        (without_a_base, f"case {CLAUSE}/one: base plane: no such request; did you mean plain?"),
        (twice, f"case {CLAUSE}/one: planner twice has a case of this name too"),
    ],
)
def test_a_planner_that_cannot_be_used_is_named(planner, said):
    with pytest.raises(DefinitionError) as error:
        list(planned([planner], KIT, CLAUSES, BASES))

    assert str(error.value).startswith(f"{__file__}: planner {planner.__name__}: ")
    assert str(error.value).endswith(said)


def test_a_change_that_fails_names_its_case():
    (case,) = planned([lambda _kit: iter([change(f"{CLAUSE}/one", impossible)])], KIT, CLAUSES, BASES)
    ((_, edit),) = case.steps

    with pytest.raises(DefinitionError, match=f"case {CLAUSE}/one: KeyError: 'quantity'"):
        edit(None, None, KIT)


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A checkout of the suite's own code and data that may be spoiled, with what Python has compiled of it."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("contracts", "provider", "specs", "tests/conformance"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


FORKS = """
import json, sys
import allure_pytest.plugin, hypothesis, httpx, jsonschema, pytest, rich.console, schemathesis, tomlkit, uvicorn, yaml
from tests.selftest.forks import _forked
for line in sys.stdin:
    print(json.dumps(_forked(*json.loads(line))), flush=True)
"""
"""Runs command lines in forks of a process that has other libraries already, and nothing that is spoiled."""


@pytest.fixture(scope="module")
def forking(copied):
    """The process that forks, with the code of the copy."""
    environment = {"PYTHONPATH": f"{copied}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", FORKS], cwd=copied, env=environment, **pipes) as process:
        yield process


@pytest.fixture
def spoiled(copied, forking):
    """Replaces a text of a file until the end of the test, and runs the command line or pytest there."""
    kept = {}

    def spoil(name, old, new):
        path = copied / name
        kept[path] = text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    def call(*words):
        environment = {"PATH": os.defpath, "PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1"}
        if words[0] != "pytest":
            forking.stdin.write(json.dumps([words, environment, str(copied)]) + "\n")
            forking.stdin.flush()
            code, out, err = json.loads(forking.stdout.readline())
            return code, out + err
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=copied,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        return done.returncode, done.stdout + done.stderr

    yield spoil, call
    for path, text in kept.items():
        path.write_text(text, "utf-8")


SUMS = "provider/allocate_order/faults/sums.py"
PLANNER = "contracts/allocate_order/quantity_sums.py"
SPOILED = {
    "clause": (
        ("specs/allocate_order/clauses.toml", 'level = "should"', 'level = "shuld"'),
        "specs/allocate_order/clauses.toml: ….level: 'shuld' is not one of ['must', 'should']",
        ("run", "run --plan", "explain", "faults", "prove missing-allow", "judge x.har"),
    ),
    "oracle": (
        ("contracts/allocate_order/state.py", '@oracle("state.', '@oracle("sate.'),
        "contracts/allocate_order/state.py: an oracle judges sate.…, which …/clauses.toml does not state…",
        ("run --plan",),
    ),
    "oracle of every call": (
        ("contracts/standard/http.py", '@oracle("http.', '@oracle("htp.'),
        "contracts/standard/http.py: an oracle judges htp.…, which …contracts/standard/clauses.toml does not state…",
        ("run --plan",),
    ),
    "planner": (
        (PLANNER, "for name, split in EQUAL.items()", "for name, split in EQUAL"),
        f"{PLANNER}: planner single_cases: ValueError: …",
        ("run", "run --plan"),
    ),
    "stage": (
        (SUMS, '@fault("check_sum"', '@fault("chek_sum"'),
        f"{SUMS}: fault sum-exceeds-by-one: stage: chek_sum does not exist; did you mean check_sum?",
        ("run --fault sum-exceeds-by-one", "faults", "prove missing-allow"),
    ),
    "breaks": (
        (SUMS, 'OVER = "allocation', 'OVER = "alocation'),
        f"{SUMS}: fault sum-exceeds-by-one: breaks: alocation-…; did you mean allocation-object.sum-exceeds-ordered?",
        ("prove --sample",),
    ),
}
CALLS = [
    pytest.param(change, command, said, id=f"{name}: {command}")
    for name, (change, said, commands) in SPOILED.items()
    for command in commands
]


@pytest.mark.xdist_group("definitions")
@pytest.mark.parametrize(("edit", "command", "said"), CALLS)
def test_a_command_says_in_one_line_what_is_wrong_and_where(spoiled, copied, edit, command, said):
    spoil, call = spoiled
    spoil(*edit)
    code, printed = call(*command.split())
    pattern = ".*".join(re.escape(part) for part in said.split("…"))

    assert code == 3, printed
    assert re.fullmatch(f"ERROR: {re.escape(str(copied))}/{pattern}", printed.strip())
    assert not (copied / "reports").exists()


@pytest.mark.xdist_group("definitions")
def test_pytest_itself_says_so_too(spoiled, copied):
    spoil, call = spoiled
    spoil("specs/allocate_order/clauses.toml", 'level = "should"', 'level = "shuld"')
    code, printed = call("pytest", "-p", "contracts.plugin", str(copied / "tests" / "conformance"))

    assert code == 3, printed
    assert f"{copied}/specs/allocate_order/clauses.toml: " in printed
    assert len(printed.splitlines()) == 1


@pytest.mark.xdist_group("definitions")
def test_a_planner_that_fails_for_what_was_found_ends_the_run_with_its_place(spoiled, copied):
    spoil, call = spoiled
    spoil(
        "contracts/allocate_order/quantity_sums.py",
        "    for name, split in EQUAL.items()",
        "    assert not _kit.partner and _kit.seed != 7, 'no such seed'\n    for name, split in EQUAL.items()",
    )
    code, printed = call("run", "--seed", "7", "--reports-dir", "reports-of-it")
    shutil.rmtree(copied / "reports-of-it")

    assert code == 3, printed
    assert "Traceback" not in printed
    assert "planner single_cases: AssertionError: no such seed" in " ".join(printed.split())
