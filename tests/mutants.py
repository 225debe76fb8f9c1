"""Mutation testing: changes the code one operator at a time, and sees whether a test notices.

The mutants are Cosmic Ray's, of the code that judges (`oracles`) or of what carries safety and verdicts (`core`). Each
is made in a copy of the project, one for each core of the machine. First come the quick tests that run the changed
statement, which Coverage.py knows, then those that start whole runs. `make mutants` runs it; it writes
`reports/mutants.json` and `reports/mutants.md`.
"""

from __future__ import annotations

import ast
import json
import os
import random
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import click
from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome
from coverage import CoverageData

ROOT = Path(__file__).parent.parent
MUTATED = {
    "oracles": ("contracts/allocate_order", "contracts/standard"),
    "core": ("contracts/judging", "contracts/transport", "contracts/target", "contracts/endpoint/oracle.py"),
}
"""The folders and modules of each part."""

COPIED = ("contracts", "provider", "specs", "tests", "docs", "conftest.py", "pyproject.toml", "targets.toml")
TESTS = {
    "oracles": (
        *("oracles_answers", "oracles_lines", "oracles_costs", "oracles_http", "oracles_paths", "oracles_state"),
        *("oracles_standard", "stored", "views", "explain"),
        *("narrowing", "strategies", "traceability", "endpoints", "without_permission", "faults", "proof", "outline"),
    ),
    "core": (
        *(
            "gate",
            "causes",
            "way",
            "front",
            "levels",
            "readings",
            "refusals",
            "oracles_standard",
            "oracles_http",
            "ledger",
        ),
        *("ledger_of_a_deployment", "interlock", "interlock_rules", "redaction"),
        *("render_credentials", "limits", "retries", "retry_after", "tokens", "targets_file", "secrets"),
        *("availability", "without_permission", "errors", "traceability"),
    ),
}
"""The modules of tests that may notice."""

RUNS = re.compile(r"\bsession\.|\bPROGRAM\b|\bcommand\(|\brunning\(|\bprogram\(")
"""What shows that a module of tests starts whole runs or servers: those without come first."""

Covering = dict[str, dict[int, list[str]]]
"""The tests that run a line, by module and line."""

SECONDS = 300
"""After which a mutant that does not end is noticed."""

EQUIVALENT = ("Eq_Is", "NotEq_IsNot")
"""Operators that compare short strings by identity."""

KEPT = {
    "Add": "Sub",
    "Sub": "Add",
    "Mul": "Div",
    "Mod": "Mul",
    "Div": "Mul",
    "FloorDiv": "Mul",
    "BitAnd": "BitOr",
    "BitOr": "BitAnd",
}
"""Of the many operators that can replace one, the one that is tried."""


def mutants(part: str) -> list[MutationSpec]:
    """Return all mutants of a part, except what the constants above leave out."""
    paths = sorted(modules(MUTATED[part]))
    with tempfile.TemporaryDirectory() as folder, use_db(f"{folder}/session.sqlite", WorkDB.Mode.create) as database:
        init([path.relative_to(ROOT) for path in paths], database, {})
        specs = [item.mutations[0] for item in database.work_items]
    excluded = {path.relative_to(ROOT): unevaluated(path) for path in paths}
    kept = [spec for spec in specs if wanted(spec.operator_name) and spec.start_pos not in excluded[spec.module_path]]
    return sorted(kept, key=lambda spec: (str(spec.module_path), spec.operator_name, spec.occurrence))


def modules(places: Iterable[str]) -> Iterable[Path]:
    """Yield the modules in some folders, and those that are named themselves."""
    for place in places:
        path = ROOT / place
        yield from path.rglob("*.py") if path.is_dir() else [path]


def unevaluated(path: Path) -> set[tuple[int, int]]:
    """The places (line, column) of operators in type annotations: no module here evaluates those."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        notes = (getattr(node, "annotation", None), getattr(node, "returns", None))
        for each in (inner for note in notes if note is not None for inner in ast.walk(note)):
            if isinstance(each, ast.BinOp):
                columns = range(each.left.end_col_offset or 0, each.right.col_offset)
                found |= {(each.right.lineno, column) for column in columns}
    return found


def wanted(operator: str) -> bool:
    """Whether mutants of an operator are tried."""
    if any(part in operator for part in EQUIVALENT):
        return False
    _, binary, pair = operator.partition("ReplaceBinaryOperator_")
    before, _, after = pair.partition("_")
    return not binary or KEPT.get(before) == after


def enter(source: str) -> None:
    """Work in a copy of the project from now on, with an interpreter and programs of its own that run the copy."""
    copy = Path(tempfile.mkdtemp(prefix="mutants-"))
    for name in COPIED:
        there = Path(source) / name
        if there.is_dir():
            shutil.copytree(there, copy / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        elif there.exists():
            shutil.copy(there, copy / name)
    (copy / "reports").mkdir()
    os.chdir(copy)
    venv.create(copy / ".venv", symlinks=True)
    installed = Path(sysconfig.get_path("purelib"))
    own = copy / ".venv" / installed.relative_to(sys.prefix)
    (own / "copy.pth").write_text(f"{copy}\n{installed}\n", encoding="utf-8")
    program = Path(sys.executable).with_name("timp-conformance").read_text(encoding="utf-8")
    started = copy / ".venv" / "bin" / "timp-conformance"
    started.write_text(f"#!{interpreter()}\n{program.partition(chr(10))[2]}", encoding="utf-8")
    started.chmod(0o755)


def interpreter() -> Path:
    """Return the interpreter of the copy that is the working directory."""
    return Path.cwd() / ".venv" / "bin" / "python"


def pytest_on(*tests: str) -> list[str]:
    """Return what runs some tests in the copy that is the working directory, up to the first that fails."""
    return [str(interpreter()), "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", *tests]


def modules_of_tests(part: str) -> tuple[list[str], list[str]]:
    """Return the modules of tests of a part: the quick ones, and those that start whole runs."""
    every = {path.stem.removeprefix("test_"): path for path in sorted(Path("tests/selftest").rglob("test_*.py"))}
    named = [every[name] for name in TESTS[part]]
    slow = [path for path in named if RUNS.search(path.read_text("utf-8"))]
    return [str(path) for path in named if path not in slow], list(map(str, slow))


def covering(part: str) -> Covering:
    """Run the tests on the project as it is, and return which of the quick ones run each line.

    Raises CalledProcessError if one fails: every mutant would seem to be noticed.
    """
    quick, slow = modules_of_tests(part)
    settings = Path("coverage.toml")
    settings.write_text('[tool.coverage.run]\ndynamic_context = "test_function"\nsource = ["contracts"]\n', "utf-8")
    measured = [str(interpreter()), "-m", "coverage", "run", "--rcfile", str(settings), *pytest_on(*quick)[1:]]
    for tests in (measured, pytest_on(*slow)):
        subprocess.run(tests, check=True)
    data = CoverageData(".coverage")
    data.read()
    return {
        str(Path(file).relative_to(Path.cwd())): {
            line: [test for test in map(test_of, contexts) if test] for line, contexts in by_line.items()
        }
        for file in data.measured_files()
        for by_line in [data.contexts_by_lineno(file)]
    }


def test_of(context: str) -> str:
    """Return a test as pytest names it: tests.selftest.page.test_x.test_y is tests/selftest/page/test_x.py::test_y."""
    module, _, name = context.rpartition(".")
    return f"{module.replace('.', '/')}.py::{name}" if name.startswith("test_") else ""


def statement(path: Path, line: int) -> range:
    """Return the lines of the innermost statement around a line; of a compound one, those of its head."""
    around = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno if isinstance(body, list) else (node.end_lineno or node.lineno) + 1
            around.append(range(node.lineno, end))
    return min((lines for lines in around if line in lines), key=len, default=range(line, line + 1))


def attempt(part: str, spec: MutationSpec, covered: Covering) -> tuple[str, str]:
    """Return whether a mutant is killed or survives, and what it changes."""
    quick, slow = modules_of_tests(part)
    by_line = covered.get(str(spec.module_path), {})
    lines = statement(spec.module_path, spec.start_pos[0])
    near = sorted({test for line in lines for test in by_line.get(line, ())})
    for tests in (near or quick, slow):
        done = mutate_and_test([spec], " ".join(pytest_on(*tests)), SECONDS)
        if done.test_outcome != TestOutcome.SURVIVED:
            return "killed", str(done.diff)
    return "survived", str(done.diff)


@click.command()
@click.argument("part", type=click.Choice(list(MUTATED)))
@click.option("--sample", type=int, metavar="N", help="So many, drawn at random (default: all).")
@click.option("--seed", type=int, default=0, help="Which ones are drawn.")
@click.option("--jobs", type=int, default=os.cpu_count() or 1, help="How many concurrently.")
@click.option("--only", default="", metavar="TEXT", help="Only modules whose path has this in it.")
def main(part: str, sample: int | None, seed: int, jobs: int, only: str) -> None:
    """Try the mutants of a part, or a sample of them, and write what became of each."""
    os.chdir(ROOT)
    everything = [spec for spec in mutants(part) if only in str(spec.module_path)]
    drawn = random.Random(seed).sample(everything, min(sample or len(everything), len(everything)))
    started = time.monotonic()
    results = []
    with ProcessPoolExecutor(jobs, initializer=enter, initargs=(str(ROOT),)) as pool:
        try:
            covered = pool.submit(covering, part).result()
        except subprocess.CalledProcessError as error:
            raise click.ClickException("the tests fail on the project as it is: mend them first") from error
        waiting = {pool.submit(attempt, part, spec, covered): spec for spec in drawn}
        for done in as_completed(waiting):
            spec = waiting[done]
            outcome, diff = done.result()
            place = f"{spec.module_path}:{spec.start_pos[0]}"
            results.append({"place": place, "operator": spec.operator_name, "outcome": outcome, "diff": diff})
            click.echo(f"{len(results)}/{len(drawn)} {outcome} {place} {spec.operator_name}")
            write(results, len(everything), time.monotonic() - started)
    click.echo(summary(results, len(everything)))


def summary(results: list[dict[str, str]], everything: int) -> str:
    """The score in a sentence."""
    killed = sum(result["outcome"] == "killed" for result in results)
    share = 100 * killed / len(results) if results else 0.0
    return f"{killed} of {len(results)} mutants killed ({share:.1f} %); there are {everything}."


def write(results: list[dict[str, str]], everything: int, seconds: float) -> None:
    """Write the reports."""
    results = sorted(results, key=lambda result: (result["outcome"], result["place"], result["operator"]))
    content = {"mutants": everything, "tried": len(results), "seconds": round(seconds), "results": results}
    (ROOT / "reports" / "mutants.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    lines = ["# Mutants", "", summary(results, everything), "", "| module | killed | survived |", "| --- | --- | --- |"]
    modules = Counter((result["place"].partition(":")[0], result["outcome"]) for result in results)
    names = sorted({module for module, _ in modules})
    lines += [f"| {name} | {modules[name, 'killed']} | {modules[name, 'survived']} |" for name in names]
    for result in results:
        if result["outcome"] == "survived":
            lines += ["", f"## {result['place']}: {result['operator']}", "", "```diff", result["diff"].strip(), "```"]
    (ROOT / "reports" / "mutants.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
