"""Renderings of one frozen report. They compute nothing that belongs to a verdict."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from contracts.model.report import Report

WRITERS = {
    "verdicts.json": "verdicts_json",
    "summary.md": "summary_markdown",
    "junit.xml": "junit",
    "allure-results": "allure",
    "page-suggestions.md": "suggestions",
    "observed-overlay.yaml": "overlay",
    "results.sarif": "sarif",
    "exchanges.har": "har",
}
"""What a run writes, by the module here that writes it, in this order: the truth first, then the views of it."""


def write_all(report: Report, directory: Path) -> tuple[str, ...]:
    """Write every rendering into `directory`, which is made where it is missing.

    Returns a line for each that failed, beginning with its name; the others are written all the same.
    """
    failures = []
    for name, module in WRITERS.items():
        try:
            directory.mkdir(parents=True, exist_ok=True)
            import_module(f"{__name__}.{module}").write(report, directory)  # some start slowly
        except Exception as error:  # noqa: BLE001 - whatever breaks one rendering must not cost the others
            failures.append(f"{name}: {type(error).__name__}: {error}")
    return tuple(failures)
