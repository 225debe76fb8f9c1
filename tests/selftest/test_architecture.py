"""Imports point one way, and every module is one room."""

import ast
from pathlib import Path

import pytest

from contracts import ROOT

CORE = sorted((ROOT / "contracts").glob("*.py"))
SECTIONS = sorted((ROOT / "contracts" / "allocate_order").glob("*.py"))
MODULES = [*(ROOT / "contracts").rglob("*.py"), *(ROOT / "provider").rglob("*.py")]
GENERATE = {"strategies.py"}
"""Modules of the endpoint that make requests up: the only ones that may know Hypothesis."""

HOMES = {"httpx": {"transport.py", "wire.py"}, "httpcore": {"wire.py"}, "provider": {"embedded.py"}}
HOMES |= {
    "socket": {"wire.py"},
    "subprocess": {"leases.py", "languages.py"},
    "requests": {"schema.py"},
    "aiohttp": set(),
}
"""Packages that only these modules of contracts/ may import."""


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


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.name)
def test_the_core_knows_no_endpoint(path):
    assert [name for name in imported(path) if name.startswith("contracts.allocate_order")] == []


@pytest.mark.parametrize(("package", "homes"), HOMES.items(), ids=list(HOMES))
def test_a_package_has_one_home(package, homes):
    users = {path.name for path in (ROOT / "contracts").rglob("*.py") if package in packages(path)}

    assert users == homes


@pytest.mark.parametrize("path", [p for p in SECTIONS if p.name not in GENERATE], ids=lambda path: path.name)
def test_oracles_know_neither_network_nor_pytest_nor_chance(path):
    assert (
        packages(path) & {"httpx", "requests", "pytest", "hypothesis", "random", "time", "socket", "threading"} == set()
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_at_most_300_lines(path):
    assert len(path.read_text("utf-8").splitlines()) <= 300


def test_specs_hold_data_alone():
    assert {path.suffix for path in (ROOT / "specs").rglob("*") if path.is_file()} == {".toml", ".yaml"}


def test_a_forbidden_import_would_be_seen(tmp_path):
    module = tmp_path / "core.py"
    module.write_text("def f():\n    from contracts.allocate_order import view\n    import httpx.api\n", "utf-8")

    assert "contracts.allocate_order.view" in imported(module)
    assert "httpx" in packages(module)
