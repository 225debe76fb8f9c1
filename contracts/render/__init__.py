"""Renderings of one frozen report. They compute nothing that belongs to a verdict."""

from __future__ import annotations

from pathlib import Path

from contracts.render import allure, har, junit, overlay, sarif, suggestions, summary_markdown, verdicts_json
from contracts.report import Report

WRITERS = {
    "verdicts.json": verdicts_json.write,
    "summary.md": summary_markdown.write,
    "junit.xml": junit.write,
    "allure-results": allure.write,
    "page-suggestions.md": suggestions.write,
    "observed-overlay.yaml": overlay.write,
    "results.sarif": sarif.write,
    "exchanges.har": har.write,
}
"""What a run writes, in this order: the truth first, then the views of it."""


def write_all(report: Report, directory: Path) -> tuple[str, ...]:
    """Write every rendering into `directory`, which is made where it is missing.

    Returns a line for each that failed, beginning with its name; the others are written all the same.
    """
    failures = []
    for name, write in WRITERS.items():
        try:
            directory.mkdir(parents=True, exist_ok=True)
            write(report, directory)
        except Exception as error:  # noqa: BLE001 - whatever breaks one rendering must not cost the others
            failures.append(f"{name}: {type(error).__name__}: {error}")
    return tuple(failures)
