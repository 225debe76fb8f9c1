"""Mutation testing: changes the code one operator at a time, and sees whether a test notices.

The mutants are Cosmic Ray's, of the code that judges (`oracles`) or of what carries safety and verdicts (`core`). Each
is made in a copy of the project, one for each core of the machine. `make mutants` runs it; it writes
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

ROOT = Path(__file__).parent.parent
MUTATED = {
    "oracles": ("contracts/allocate_order", "contracts/standard"),
    "core": ("contracts/judging", "contracts/transport", "contracts/target", "contracts/endpoint/oracle.py"),
}
"""The folders and modules of each part."""

COPIED = ("contracts", "provider", "specs", "tests", "docs", "conftest.py", "pyproject.toml", "targets.toml")
TESTS = {
    "oracles": (
        *("oracles_answers", "oracles_costs", "oracles_http", "oracles_state", "oracles_standard", "views", "explain"),
        *("narrowing", "strategies", "traceability", "endpoints", "without_permission", "faults", "proof", "outline"),
    ),
    "core": (
        *("gate", "causes", "way", "levels", "readings", "refusals", "oracles_standard", "oracles_http", "ledger"),
        *("interlock", "redaction", "render_credentials", "limits", "retries", "retry_after", "tokens", "targets_file"),
        *("availability", "without_permission", "errors", "traceability"),
    ),
}
"""The tests that may notice, in addition to those that import the changed module."""

RUNS = re.compile(r"\bsession\.|\bPROGRAM\b|\bcommand\(|\brunning\(|\bprogram\(")
"""What shows that a module of tests starts whole runs or servers: those without come first."""

SECONDS = 900
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


def command(part: str, module: Path | None = None) -> list[str]:
    """Return what runs the tests of a part; quick ones first, and of those the ones that import the module."""
    every = {path.stem.removeprefix("test_"): path for path in sorted(Path("tests/selftest").glob("test_*.py"))}
    names = list(TESTS[part])
    if module is not None:
        dotted = re.escape(".".join(module.with_suffix("").parts))
        package, _, name = dotted.rpartition(r"\.")
        imports = re.compile(rf"^(from {dotted} import|from {package} import .*\b{name}\b)", re.MULTILINE)
        names = [*(each for each, path in every.items() if imports.search(path.read_text("utf-8"))), *names]
    named = [every[name] for name in dict.fromkeys(names) if name in every]
    tests = map(str, sorted(named, key=lambda path: bool(RUNS.search(path.read_text("utf-8")))))
    return [str(interpreter()), "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", *tests]


def unchanged(part: str) -> bool:
    """Return True if the tests pass where nothing was changed: else every mutant would seem to be noticed."""
    return subprocess.run(command(part), check=False).returncode == 0


def attempt(part: str, spec: MutationSpec) -> tuple[str, str]:
    """Return whether a mutant is killed or survives, and what it changes."""
    done = mutate_and_test([spec], " ".join(command(part, spec.module_path)), SECONDS)
    killed = done.test_outcome != TestOutcome.SURVIVED
    return ("killed" if killed else "survived"), str(done.diff)


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
        if not pool.submit(unchanged, part).result():
            raise click.ClickException("the tests fail on the project as it is: mend them first")
        waiting = {pool.submit(attempt, part, spec): spec for spec in drawn}
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
