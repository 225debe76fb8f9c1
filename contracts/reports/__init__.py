"""Renderings of one frozen report. They compute nothing that belongs to a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path

from contracts.model.report import Report
from contracts.reports import folder, words
from contracts.reports.files import OUTPUTS

WRITERS = {each.name: each.module for each in OUTPUTS if each.module}
"""The modules here that write something, in their order."""


def write_all(report: Report, directory: Path, allure_results: Path | None = None) -> Report:
    """Write every rendering into `directory`, which is made if it is missing, and Allure's also to `allure_results`.

    Returns the report as it was written. If a rendering fails, that is an error of the suite: the others are
    written again with it, so that all of them have the exit code of the process.
    """
    results = directory / "allure-results"
    others = set(results.iterdir()) if results.is_dir() else set()
    writers = {name: partial(_write, module, directory) for name, module in WRITERS.items()}
    writers = {folder.MARKER: partial(_mark, directory), **writers}
    if allure_results and allure_results.resolve() != (directory / "allure-results").resolve():
        writers = {str(allure_results): partial(_write_results, allure_results), **writers}
    errors = _attempt(report, writers)
    _note_results(results, others)
    if errors:
        report = report.with_errors(errors)
        _attempt(report, writers)
        _note_results(results, others)
    return report


def _mark(directory: Path, _report: Report) -> None:
    """Keep that the files which are written now are this suite's."""
    directory.mkdir(parents=True, exist_ok=True)
    folder.note(directory, WRITERS)


def _note_results(results: Path, others: set[Path]) -> None:
    """Keep which of the Allure results this suite has made: those that were not there before."""
    with suppress(OSError):  # then the next run takes them for files of another tool, and they stay
        new = [path for path in results.iterdir() if path not in others]
        folder.note(results.parent, (f"{results.name}/{path.name}" for path in new))


def _attempt(report: Report, writers: Mapping[str, Callable[[Report], None]]) -> list[str]:
    """Call every writer; returns a line for each that failed, which begins with its name."""
    errors = []
    for name, write in writers.items():
        try:
            write(report)
        except Exception as error:  # noqa: BLE001 - whatever breaks one rendering must not cost the others
            errors.append(words.one_line(f"{name} was not written: {type(error).__name__}: {error}"))
    return errors


def _write(module: str, directory: Path, report: Report) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    import_module(f"{__name__}.{module}").write(report, directory)  # some start slowly


def _write_results(folder: Path, report: Report) -> None:
    from contracts.reports import allure  # noqa: PLC0415 - starts slowly

    allure.write_results(report, folder)
