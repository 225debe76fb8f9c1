"""Mutation testing: changes the code one operator at a time, and sees whether a test notices.

The mutants are Cosmic Ray's, of the code that judges (`oracles`) or of what carries safety and verdicts (`core`). Each
is made in a copy of the project, one for each core of the machine. First come the quick tests that run the changed
statement, which Coverage.py knows, then those that start whole runs. `make mutants` runs it; it writes
`reports/mutants-PART.json` and `reports/mutants-PART.md`.
"""

from __future__ import annotations

import ast
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import tomllib
import venv
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import chain
from pathlib import Path

import click
from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome

from tests.noticing import OF_SHARED, SHARED, Covering, covering, interpreter, pytest_on, specific, whole_runs

ROOT = Path(__file__).parent.parent
MUTATED = {
    "oracles": ("contracts/allocate_order", "contracts/standard"),
    "core": ("contracts/judging", "contracts/transport", "contracts/target", "contracts/endpoint/oracle.py"),
}
"""The folders and modules of each part."""

NOT_COPIED = (".git", ".venv", "node_modules", "__pycache__", ".*_cache", ".hypothesis")
SECONDS = 300
"""After which a mutant that does not end is noticed."""

OUTCOMES = {
    "killed": "a quick test fails",
    "killed by a whole run": "no quick test fails, and one with a whole run does",
    "equivalent": "no test fails, and the program does the same (tests/mutants.toml)",
    "survived": "no test fails",
    "survived quick tests": "no quick test fails; tests with whole runs were not tried",
}

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
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns(*NOT_COPIED), dirs_exist_ok=True)
    (copy / "reports").mkdir(exist_ok=True)
    os.chdir(copy)
    venv.create(copy / ".venv", symlinks=True)
    installed = Path(sysconfig.get_path("purelib"))
    own = copy / ".venv" / installed.relative_to(sys.prefix)
    (own / "copy.pth").write_text(f"{copy}\n{installed}\n", encoding="utf-8")
    program = Path(sys.executable).with_name("timp-conformance").read_text(encoding="utf-8")
    started = copy / ".venv" / "bin" / "timp-conformance"
    started.write_text(f"#!{interpreter()}\n{program.partition(chr(10))[2]}", encoding="utf-8")
    started.chmod(0o755)


def statement(path: Path, line: int) -> range:
    """Return the lines of the innermost statement around a line; of a compound one, those of its head."""
    around = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno if isinstance(body, list) else (node.end_lineno or node.lineno) + 1
            around.append(range(node.lineno, end))
    return min((lines for lines in around if line in lines), key=len, default=range(line, line + 1))


def attempt(spec: MutationSpec, covered: Covering, tried: list[str]) -> dict[str, str]:
    """Return what became of a mutant, what it changes, and which test failed.

    First come the quick tests that run the changed statement (if it runs on import, those of its module), then `tried`.
    """
    by_line = covered.get(str(spec.module_path), {})
    lines = statement(spec.module_path, spec.start_pos[0])
    running = {test for line in lines for test in by_line.get(line, ())}
    quick = specific(covered, running - {SHARED})
    if SHARED in running or not quick:  # a constant, say: whatever runs a line of the module may use it
        around = set(chain.from_iterable(by_line.values())) - running - {SHARED}
        quick += [*specific(covered, around), *OF_SHARED]
    outcome = "survived" if tried else "survived quick tests"
    diff = failed = ""
    for tests in filter(None, (quick, tried)):
        done = mutate_and_test([spec], shlex.join(pytest_on(*tests)), SECONDS)
        if done.worker_outcome != WorkerOutcome.NORMAL:
            raise click.ClickException(f"no mutant is made of {spec}: {done.output}")
        diff = str(done.diff)
        if done.test_outcome != TestOutcome.SURVIVED:
            outcome = "killed by a whole run" if tests is tried else "killed"
            failed = failing(str(done.output))
            break
    if outcome.startswith("survived") and is_equivalent(spec, diff):
        outcome = "equivalent"
    place = f"{spec.module_path}:{spec.start_pos[0]}"
    return {"place": place, "operator": spec.operator_name, "outcome": outcome, "by": failed, "diff": diff}


def is_equivalent(spec: MutationSpec, diff: str) -> bool:
    """Return whether a mutant is one of those that are listed as the same program."""
    listed = tomllib.loads((Path("tests") / "mutants.toml").read_text("utf-8"))["equivalent"]
    before = [line[1:] for line in diff.splitlines() if line.startswith("-") and not line.startswith("---")]
    return any(
        each.get("module", str(spec.module_path)) == str(spec.module_path)
        and re.search(each["operator"], spec.operator_name)
        and any(re.search(each["line"], line) for line in before)
        for each in listed
    )


def failing(output: str) -> str:
    """Return the test that failed, or else the last line of what pytest printed."""
    lines = [line for line in output.splitlines() if line.strip()] or [""]
    return next((line for line in lines if line.startswith(("FAILED", "ERROR"))), lines[-1])


@click.command()
@click.argument("part", type=click.Choice(list(MUTATED)))
@click.option("--sample", type=int, metavar="N", help="So many, drawn at random (default: all).")
@click.option("--seed", type=int, default=0, help="Which ones are drawn; a smaller sample is part of a larger one.")
@click.option("--jobs", type=int, default=os.cpu_count() or 1, help="How many concurrently.")
@click.option("--only", default="", metavar="TEXT", help="Only modules whose path has this in it.")
@click.option("--quick", is_flag=True, help="Only quick tests: what they do not notice is not tried with whole runs.")
def main(part: str, sample: int | None, seed: int, jobs: int, *, only: str, quick: bool) -> None:
    """Try the mutants of a part, or a sample of them, and write what became of each."""
    os.chdir(ROOT)
    everything = [spec for spec in mutants(part) if only in str(spec.module_path)]
    drawn = list(everything)
    random.Random(seed).shuffle(drawn)
    drawn = drawn[:sample]
    tried = [] if quick else whole_runs(part)
    started = time.monotonic()
    results = []
    with ProcessPoolExecutor(jobs, initializer=enter, initargs=(str(ROOT),)) as pool:
        try:
            covered = pool.submit(covering, tried).result()
        except subprocess.CalledProcessError as error:
            raise click.ClickException("the tests fail on the project as it is: mend them first") from error
        for done in as_completed([pool.submit(attempt, spec, covered, tried) for spec in drawn]):
            result = done.result()
            results.append(result)
            click.echo(f"{len(results)}/{len(drawn)} {' '.join(result[name] for name in SHOWN)}")
            write(part, results, len(everything), time.monotonic() - started)
    click.echo(summary(results, len(everything)))


SHOWN = ("outcome", "place", "operator", "by")


def summary(results: list[dict[str, str]], everything: int) -> str:
    """Return how many mutants were killed, except equivalent ones, and how many have each outcome."""
    counts = Counter(result["outcome"] for result in results)
    killed = sum(count for outcome, count in counts.items() if outcome.startswith("killed"))
    others = len(results) - counts["equivalent"]
    share = 100 * killed / others if others else 0.0
    each = "; ".join(f"{counts[outcome]} {outcome}: {text}" for outcome, text in OUTCOMES.items() if counts[outcome])
    return f"{killed} of {others} mutants killed ({share:.1f} %), of {everything} in all. {each}."


def write(part: str, results: list[dict[str, str]], everything: int, seconds: float) -> None:
    """Write the reports."""
    results = sorted(results, key=lambda result: (result["outcome"], result["place"], result["operator"]))
    content = {"mutants": everything, "tried": len(results), "seconds": round(seconds), "results": results}
    (ROOT / "reports" / f"mutants-{part}.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    lines = [f"# Mutants: {part}", "", summary(results, everything), "", "| module | tried | not killed |"]
    lines.append("| --- | --- | --- |")
    tried = Counter(result["place"].partition(":")[0] for result in results)
    missed = [result for result in results if result["outcome"].startswith("survived")]
    left = Counter(result["place"].partition(":")[0] for result in missed)
    lines += [f"| {name} | {tried[name]} | {left[name]} |" for name in sorted(tried)]
    for result in missed:
        lines += ["", f"## {result['place']}: {result['operator']}", "", "```diff", result["diff"].strip(), "```"]
    (ROOT / "reports" / f"mutants-{part}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
