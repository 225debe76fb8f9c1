"""`replay/`: a script for each cause, which sends again what shows it."""

from __future__ import annotations

import re
from pathlib import Path

from contracts.model.report import Cause, Report
from contracts.reports import folder, words
from contracts.reports.words import one_line, printed

FOLDER = "replay"

TOKEN = re.compile(r"\$\{?(TIMP_\w+)")
"""A variable with a token, or with the token of which a near miss is made."""

GONE = (
    "echo 'The embedded provider ended with the run: see docs/sandbox.md for one that stays, and put its URL here.' >&2"
)


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
        words.write(directory / name, content(cause, embedded=report.target == "embedded"))
        (directory / name).chmod(0o755)


def content(cause: Cause, *, embedded: bool = False) -> str:
    """Return the script: what it shows in comments, then the commands. Tokens are read from the environment.

    The `embedded` provider is gone when it is read: it says how to have one again.
    """
    lines = (
        cause.title,
        f"shows {words.how_often(cause)}; on {', '.join(cause.clauses)}",
        f"sent: {cause.sent}",
        f"answered: {cause.answered}",
    )
    comments = (f"# {printed(one_line(line))}" for line in lines)
    needs = [f': "${{{name}:?set it to the token}}"' for name in dict.fromkeys(TOKEN.findall(cause.main.curl))]
    gone = [GONE] if embedded else []
    return "\n".join(("#!/bin/sh", *comments, *gone, *needs, cause.main.curl, ""))
