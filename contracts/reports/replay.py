"""`replay/`: a script for each cause, which sends again what shows it."""

from __future__ import annotations

from pathlib import Path

from contracts.model.report import Cause, Report
from contracts.reports import folder, words
from contracts.reports.words import one_line, printed

FOLDER = "replay"


def script(directory: Path, cause: Cause) -> Path:
    """Return where the script of a cause is in a folder of reports."""
    return directory / FOLDER / f"{cause.id}.sh"


def write(report: Report, directory: Path) -> None:
    """Write the scripts into a folder in `directory`. Raises OSError, also for a file there that is of others."""
    (directory / FOLDER).mkdir(exist_ok=True)
    ours = folder.made(directory)
    scripts = {str(script(Path(), cause)): cause for cause in report.causes}
    for name in scripts:
        if (directory / name).exists() and name not in ours:
            raise FileExistsError(f"{name} was not made by this suite, and is not replaced")
    folder.note(directory, scripts)
    for name, cause in scripts.items():
        words.write(directory / name, content(cause))
        (directory / name).chmod(0o755)


def content(cause: Cause) -> str:
    """Return the script: what it shows in comments, then the commands. Tokens are read from the environment."""
    lines = (
        cause.title,
        f"shows {words.how_often(cause)}; on {', '.join(cause.clauses)}",
        f"sent: {cause.sent}",
        f"answered: {cause.answered}",
    )
    comments = (f"# {printed(one_line(line))}" for line in lines)
    return "\n".join(("#!/bin/sh", *comments, cause.main.curl, ""))
