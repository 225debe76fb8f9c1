"""The conformance suite: code only. What it checks against is data in `specs/`."""

import functools
import os
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

ELSEWHERE: Final = tuple(
    Path(name).resolve() for name in os.environ.get("TIMP_ENDPOINTS", "").split(os.pathsep) if name
)
"""Folders with endpoints that are not part of this project: each has `contracts/`, `specs/`, `provider/` and
`tests/conformance/` as this project has them."""

HOMES: Final = (ROOT, *ELSEWHERE)
"""Where endpoints are."""

__path__.extend(str(home / "contracts") for home in ELSEWHERE)


@functools.cache
def is_conformance(path: Path) -> bool:
    """Return True if a test runs against a target."""
    return any(path.is_relative_to(home / "tests" / "conformance") for home in HOMES)
