"""Renderings of one frozen report. They compute nothing that belongs to a verdict."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from contracts.model.report import Report
from contracts.reports import words

WRITERS = {
    "summary.md": "summary_markdown",
    "junit.xml": "junit",
    "allure-results": "allure",
    "page-suggestions.md": "suggestions",
    "observed-overlay.yaml": "overlay",
    "exchanges.har": "har",
    "verdicts.json": "verdicts_json",
}
"""What a run writes, by the module here that writes it, in this order. Where the last one is, all others are."""


def write_all(report: Report, directory: Path) -> Report:
    """Write every rendering into `directory`, which is made if it is missing.

    Returns the report as it was written. If a rendering fails, that is an error of the suite: the others are
    written again with it, so that all of them have the exit code of the process.
    """
    errors = _write(report, directory)
    if errors:
        report = report.with_errors(errors)
        _write(report, directory)
    return report


def _write(report: Report, directory: Path) -> list[str]:
    """Write every rendering; returns a line for each that failed, which begins with its name."""
    errors = []
    for name, module in WRITERS.items():
        try:
            directory.mkdir(parents=True, exist_ok=True)
            import_module(f"{__name__}.{module}").write(report, directory)  # some start slowly
        except Exception as error:  # noqa: BLE001 - whatever breaks one rendering must not cost the others
            errors.append(words.one_line(f"{name} was not written: {type(error).__name__}: {error}"))
    return errors
