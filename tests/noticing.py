"""Which tests may notice a mutant: the quick ones that run its line, as Coverage.py knows, and some with whole runs.

All of this happens in a copy of the project that is the working directory.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from coverage import CoverageData

WHOLE_RUNS = {
    "oracles": ("explain", "endpoints", "without_permission", "faults", "proof", "outline", "traceability"),
    "core": (
        *("refusals", "ledger_of_a_deployment", "tokens", "targets_file", "availability", "without_permission"),
        *("errors", "traceability"),
    ),
}
"""The modules of tests with whole runs that may notice what no quick test does."""

RUNS = re.compile(
    r"\b(session|subprocess)\.|\bPROGRAM\b|\b(command|running|program|attempt|examine)\(|\.run\(tmp_path|[(, ]clean[,)]"
)
"""What shows that a test starts whole runs or programs: every test without is quick."""

OF_TEXTS = {f"test_{name}" for name in ("docs", "plain_english", "architecture", "ci_files", "installation", "linters")}
"""Modules of tests of what the project says about its code, and how it is installed: not of what the code does."""

SHARED = ""
"""In place of a test: a line runs when a module is imported, or in what several tests share."""

OF_SHARED = (
    "tests/selftest/model/test_values.py",
    *(
        f"tests/selftest/allocate_order/test_{name}.py"
        for name in ("planned_cases", "planned_dates", "planned_state", "page_sample", "requests")
    ),
    "tests/selftest/standard/test_planned_requests.py",
)
"""The tests of what is shared: of classes, and of planned cases."""

Covering = dict[str, dict[int, list[str]]]
"""The quick tests that run a line, by module and line."""


def interpreter() -> Path:
    """Return the interpreter of the copy that is the working directory."""
    return Path.cwd() / ".venv" / "bin" / "python"


def pytest_on(*tests: str) -> list[str]:
    """Return what runs some tests in the copy that is the working directory, up to the first that fails."""
    return [str(interpreter()), "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", *tests]


def quick_tests() -> list[str]:
    """Return the tests that start no whole run."""
    return [test for path in modules_of_tests() for test in quick_tests_of(path)]


def quick_tests_of(path: Path) -> list[str]:
    """Return the tests of a module that start no whole run, and use no function or fixture of the module that does."""
    text = path.read_text("utf-8")
    parts = {
        node.name: ast.get_source_segment(text, node) or ""
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    running = {name for name, part in parts.items() if RUNS.search(part)}
    while more := {name for name, part in parts.items() if running & set(re.findall(r"\w+", part))} - running:
        running |= more
    return [f"{path}::{name}" for name in parts if name.startswith("test_") and name not in running]


def whole_runs(part: str) -> list[str]:
    """Return the modules of tests with whole runs that may notice a mutant of a part."""
    return [str(path) for path in modules_of_tests() if path.stem.removeprefix("test_") in WHOLE_RUNS[part]]


def modules_of_tests() -> list[Path]:
    """Return the modules of tests of the code; `tracking` has those of another endpoint, which need a target."""
    paths = sorted(Path("tests/selftest").rglob("test_*.py"))
    return [path for path in paths if path.stem not in OF_TEXTS and "tracking" not in path.parts]


def covering(tried: list[str]) -> Covering:
    """Run tests on the project as it is: `tried`, and the quick ones. Return which of the quick ones run each line.

    Raises CalledProcessError if one fails: every mutant would seem to be noticed.
    """
    quick = quick_tests()
    settings = Path("coverage.toml")
    settings.write_text('[tool.coverage.run]\ndynamic_context = "test_function"\nsource = ["contracts"]\n', "utf-8")
    measured = [str(interpreter()), "-m", "coverage", "run", "--rcfile", str(settings), *pytest_on(*quick)[1:]]
    for command in (measured, *([pytest_on(*tried)] if tried else [])):
        subprocess.run(command, check=True)
    listed = subprocess.run(pytest_on("--collect-only", *quick), check=True, capture_output=True, text=True).stdout
    known = {line.partition("[")[0] for line in listed.splitlines()}
    data = CoverageData(".coverage")
    data.read()
    return {
        str(Path(file).relative_to(Path.cwd())): {
            line: [test for test in map(test_of, contexts) if test in known or test == SHARED]
            for line, contexts in by_line.items()
        }
        for file in data.measured_files()
        for by_line in [data.contexts_by_lineno(file)]
    }


def test_of(context: str) -> str:
    """Return a test as pytest names it: tests.selftest.test_x.test_y is tests/selftest/test_x.py::test_y."""
    if not context:
        return SHARED
    module, _, name = context.rpartition(".")
    return f"{module.replace('.', '/')}.py::{name}"


def specific(covered: Covering, tests: Iterable[str]) -> list[str]:
    """Sort tests so that those which run few lines come first: they are short, and about what they run."""
    width = Counter(test for by_line in covered.values() for each in by_line.values() for test in each)
    return sorted(set(tests), key=lambda test: (width[test], test))
