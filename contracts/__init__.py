"""The conformance suite: code only. What it checks against is data in `specs/`."""

from importlib.resources import files
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(str(files(__name__))).resolve()
"""The folder of this package."""

_IN_WHEEL = PACKAGE / "data"

ROOT: Final = _IN_WHEEL if _IN_WHEEL.is_dir() else PACKAGE.parent
"""The folder that holds `specs/` and `tests/`: inside this package if a wheel was installed, else the checkout."""

SPECS: Final = ROOT / "specs"
"""The data that targets are checked against: one folder for each endpoint."""

ENDPOINT: Final = "allocate_order"
"""The endpoint that is meant where none is named."""

CONFORMANCE: Final = ROOT / "tests" / "conformance"
"""The tests that run against a target, with the configuration that pytest needs for them."""

REPORTS: Final = Path("reports")
"""The default folder of reports, in the working directory."""
