"""Imports point one way, and every module is one room."""

import ast
import functools
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from contracts import ROOT

PACKAGES = [ROOT / "contracts" / name for name in ("allocate_order", "standard")]
SECTIONS = sorted(path for package in PACKAGES for path in package.glob("*.py"))
MODULES = [*(ROOT / "contracts").rglob("*.py"), *(ROOT / "provider").rglob("*.py")]
TESTS = [path for path in (ROOT / "tests").rglob("*.py") if "node_modules" not in path.parts]
GENERATE = {"strategies.py"}
"""Modules of the endpoint that make requests up: the only ones that may know Hypothesis."""

LABELS = "contracts.transport.credentials"
"""The table of the labels of credentials, which imports the standard library alone."""

HOMES = {
    "httpx": {"client.py", "wire.py"},
    "httpcore": {"wire.py", "streams.py", "proxy.py"},
    "provider": {"embedded.py", "trials.py"},
}
HOMES |= {
    "socket": {"streams.py"},
    "subprocess": {"commands.py"},
    "requests": {"schema.py"},
    "aiohttp": set(),
}
"""Packages that only these modules of contracts/ may import."""


@functools.cache
def imported(path: Path) -> set[str]:
    """What a module imports, at any depth, as dotted names."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def packages(path: Path) -> set[str]:
    """The top-level packages among them."""
    return {name.partition(".")[0] for name in imported(path)}


@pytest.mark.parametrize("path", SECTIONS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_endpoint_knows_what_endpoints_are_written_with_and_nothing_else(path):
    known = {name for name in imported(path) if name.startswith("contracts.") and not name.startswith(LABELS)}
    packages_used = {name.split(".")[1] for name in known}

    assert packages_used <= {path.parent.name, "standard", "endpoint", "model"}


def test_packages_import_one_way():
    assert lint(ROOT).returncode == 0


BROKEN = {
    "the model imports a report": ("model/case.py", "import contracts.reports.words"),
    "the engine imports the endpoint": ("engine/run.py", "from contracts.allocate_order import view"),
    "the transport imports the command line": ("transport/client.py", "from contracts import cli"),
    "judging opens a connection": ("judging/cases.py", "from contracts.transport import client"),
}


@pytest.fixture(name="copy")
def _copy(tmp_path):
    """A copy of the package whose imports are as they have to be."""
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert lint(tmp_path).returncode == 0
    return tmp_path


@pytest.mark.parametrize(("path", "line"), BROKEN.values(), ids=list(BROKEN))
def test_the_contract_fails_when(copy, path, line):
    module = copy / "contracts" / path
    module.parent.mkdir(exist_ok=True)
    text = module.read_text("utf-8") if module.exists() else ""
    module.write_text(f"{text}\n{line}\n", "utf-8")

    assert lint(copy).returncode == 1


def lint(folder):
    """What import-linter says of the `contracts` package in a folder."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)


def strays(folder):
    """The packages of a folder that are neither in the contract nor endpoints, and what imports an endpoint."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0][
        "layers"
    ]
    known = {name.strip() for layer in listed for name in re.split("[:|]", layer)}
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    endpoints = {
        name for name in packages if "EndpointDefinition(" in (folder / name / "__init__.py").read_text("utf-8")
    }
    users = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        for name in imported(path)
        if name.startswith("contracts.") and name.split(".")[1] in endpoints - {path.relative_to(folder).parts[0]}
    }
    return (packages - known - endpoints) | users


def test_a_package_is_in_the_contract_or_an_endpoint_that_nothing_imports():
    assert strays(ROOT / "contracts") == set()


def test_a_stray_package_and_an_import_of_an_endpoint_would_be_seen(tmp_path):
    for name, text in {
        "stray/__init__.py": "",
        "hold/__init__.py": "ENDPOINT = EndpointDefinition()",
        "engine/run.py": "from contracts.hold import body",
        "hold/body.py": "from contracts.hold import other",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")

    assert strays(tmp_path) == {"stray", "engine/run.py"}


@pytest.mark.parametrize(("package", "homes"), HOMES.items(), ids=list(HOMES))
def test_a_package_has_one_home(package, homes):
    users = {path.name for path in (ROOT / "contracts").rglob("*.py") if package in packages(path)}

    assert users == homes


@pytest.mark.parametrize(
    "path", [p for p in SECTIONS if p.name not in GENERATE], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_oracles_know_neither_network_nor_pytest_nor_chance(path):
    assert (
        packages(path) & {"httpx", "requests", "pytest", "hypothesis", "random", "time", "socket", "threading"} == set()
    )


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_at_most_300_lines(path):
    assert len(path.read_text("utf-8").splitlines()) <= 300


def unmirrored(tests, package):
    """The folders of self-tests that no package inside `package` has the name of, and such packages without one."""
    parts = {path.parent.name for path in package.glob("*/__init__.py")}
    return parts ^ {path.parent.name for path in tests.glob("*/test_*.py")}


def test_self_tests_of_a_package_are_in_a_folder_of_its_name():
    assert unmirrored(ROOT / "tests" / "selftest", ROOT / "contracts") == set()


def test_a_folder_of_tests_without_a_package_and_a_package_without_tests_would_be_seen(tmp_path):
    for name in ("tests/engine/test_run.py", "tests/motor/test_run.py", "engine/__init__.py", "page/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert unmirrored(tmp_path / "tests", tmp_path) == {"motor", "page"}


def unexplained(path):
    """The public fields of values in a module that have no line `#:` above them."""
    lines = path.read_text("utf-8").splitlines()
    for node in ast.walk(ast.parse("\n".join(lines))):
        marks = [*getattr(node, "decorator_list", ()), *getattr(node, "bases", ())]
        if isinstance(node, ast.ClassDef) and any(re.search("dataclass|NamedTuple", ast.unparse(m)) for m in marks):
            fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
            public = [each for each in fields if not each.target.id.startswith("_")]
            yield from (f"{node.name}.{each.target.id}" for each in public if "#: " not in lines[each.lineno - 2])


def test_each_field_of_a_value_has_a_line_that_says_what_it_is():
    assert {str(path): names for path in MODULES if (names := list(unexplained(path)))} == {}


def test_a_field_without_its_line_would_be_seen(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("@dataclass\nclass A:\n    #: What it is.\n    x: int\n    y: int\n    _z: int\n", "utf-8")

    assert list(unexplained(module)) == ["A.y"]


def private_parts(path):
    """What a module reads of another's private parts: where ruff looks away, imports and names in quotes."""
    text = path.read_text("utf-8")
    names = imported(path) | {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    words = {str(name) for name in names if str(name).isprintable() and " " not in str(name)}
    private = {
        word for word in words if re.search(r"(^|\.)_(hypothesis|schemathesis|pytest)|\.(internal|vendor)\b", word)
    }
    return private | set(re.findall(r"SLF001", text))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "contracts").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_nothing_private_of_a_library_is_used(path):
    assert private_parts(path) == set()


def test_a_private_part_would_be_seen(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(
        "from hypothesis.internal import x\ngetattr(f, '_schemathesis_x')\nf._y  # noqa: SLF001\n", "utf-8"
    )

    assert private_parts(module) >= {"hypothesis.internal.x", "_schemathesis_x", "SLF001"}


def test_specs_hold_data_alone():
    assert {path.suffix for path in (ROOT / "specs").rglob("*") if path.is_file()} == {".toml", ".yaml"}


def test_a_forbidden_import_would_be_seen(tmp_path):
    module = tmp_path / "core.py"
    module.write_text("def f():\n    from contracts.allocate_order import view\n    import httpx.api\n", "utf-8")

    assert "contracts.allocate_order.view" in imported(module)
    assert "httpx" in packages(module)
