"""The conformance suite: code only. What it checks against is data in `specs/`."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
"""The project's folder: `specs/`, `tests/` and `reports/` lie in it."""

CONFORMANCE: Final = ROOT / "tests" / "conformance"
"""The tests that run against a target."""
