"""A targets.toml as its owner writes it, with orders and what the environment has."""

import pytest

from contracts.target.targets_file import named

ENVIRONMENT = {"TIMP_TOKEN": "the-suppliers-token", "DEV_TOKEN": "the-dev-token", "GATE": "the-key-of-the-gate"}
ORDERS = """[[orders]]
uuid = "319bba9f-71b1-4a93-8abf-67a45b8fdd5c"
[[orders.line_items]]
uuid = "b84ccd3c-88f8-4050-accf-e049163052e3"
quantity_ordered = 6
"""
URL = 'base_url = "https://api-dev.example.com"\n'


@pytest.fixture
def written(tmp_path):
    """Writes a targets.toml next to a manifest of orders."""

    def write(text):
        (tmp_path / "orders.toml").write_text(ORDERS, "utf-8")
        (tmp_path / "targets.toml").write_text(text, "utf-8")
        return tmp_path / "targets.toml"

    return write


@pytest.fixture
def target(written):
    """Makes the target of a table with a base URL and what is written after it."""
    return lambda text: named("dev", written(f"[dev]\n{URL}{text}"), ENVIRONMENT)
