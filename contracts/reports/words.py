"""The words and small shapes that all renderings share, so that no two of them say a thing differently."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from contracts.model.clause import Clause, Outcome, Status
from contracts.model.exits import ExitCode
from contracts.model.report import Cause, Divergence, Report, Verdict

NAME = "timp-conformance"

RELEASE = {
    ExitCode.NOTHING_NEW: "Release: yes",
    ExitCode.DIVERGES: "Release: no",
    ExitCode.INTERRUPTED: "Release: cannot be said, the run was interrupted",
    ExitCode.SUITE_FAILED: "Release: cannot be said, the suite itself failed",
    ExitCode.REFUSED: "Release: cannot be said, the run was refused before anything was sent",
    ExitCode.NOTHING_TESTED: "Release: cannot be said, nothing was tested",
    ExitCode.UNREACHABLE: "Release: cannot be said, the target was not reached or refuses the token",
}
"""What an exit code answers to the question of a release."""


def headline(report: Report) -> str:
    """Return whether to release; of a recording, which shows a part of what a target does, what was seen in it."""
    if report.recorded is None:
        tested = sum(verdict.outcome in {Outcome.PASSED, Outcome.FAILED} for verdict in report.verdicts)
        judged = report.exit_code in {ExitCode.NOTHING_NEW, ExitCode.DIVERGES}
        counted = f" ({tested} of {len(report.verdicts)} clauses tested)" if judged else ""
        return f"{RELEASE[report.exit_code]}{counted}"
    counts = Counter(verdict.outcome for verdict in report.verdicts)
    kept, broken = counts[Outcome.PASSED], counts[Outcome.FAILED]
    parts = [f"{broken} clause{'' if broken == 1 else 's'} broken"] if broken else []
    parts += [f"{kept} {'kept' if parts else 'clause kept' if kept == 1 else 'clauses kept'}"]
    calls = f"{report.recorded} call{'' if report.recorded == 1 else 's'} judged"
    return f"{calls}: {', '.join([*parts, f'{len(report.verdicts) - kept - broken} not exercised'])}"


UNDECIDED = (Outcome.CANT_TELL, Outcome.INAPPLICABLE, Outcome.UNTESTED)
"""The outcomes that owe a reason."""

_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    r"""`text` with each character one cannot see, except line feed and tab, as an escape such as \x1b.

    What is left steers no terminal, hides nothing from a reader, and is legal in XML and UTF-8.
    """
    if text.isprintable():
        return text
    return "".join(_escape(char) if unicodedata.category(char) in _UNSEEN else char for char in text)


_COMMAND = re.compile(r"::(?=[A-Za-z])|##(?=\[|vso\[)")
"""How commands begin that GitHub and Azure read in the output of a job, wherever a line of it is wrapped."""


def printed(text: str) -> str:
    r"""Return `text` as it may be printed: `visible`, and without the beginning of a command to a CI runner.

    Everything that goes to a terminal or into the log of a job passes here: `::error` becomes `:\x3aerror`.
    """
    return _COMMAND.sub(lambda found: f"{found[0][0]}\\x{ord(found[0][1]):02x}", visible(text))


def _escape(char: str) -> str:
    return char if char in "\n\t" else char.encode("unicode_escape").decode("ascii")


def one_line(text: str, limit: int | None = None) -> str:
    r"""`text` made visible on a single line, line feeds as \n; with a limit, cut to so many characters."""
    line = visible(text).replace("\n", "\\n").replace("\t", "\\t")
    return line if limit is None or len(line) <= limit else line[: limit - 1] + "…"


_UUID = re.compile(r"\b([0-9a-fA-F]{8})-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")


def short(text: str) -> str:
    """Return a text with the first eight digits of each UUID, so that what follows them can be seen in one line."""
    return _UUID.sub(r"\1…", text)


NAMES_ONLY = frozenset({"field", "section", "term", "heading", "include", "method"})
"""Keys of a cited fact that say where the page speaks of something, and not what it says."""


def lead(clause: Clause) -> str:
    """Return words that introduce what a clause means. It is the page's only if that states a fact of a field."""
    if clause.is_question:
        return "The page contradicts itself" if clause.status is Status.CONTRADICTED else "The page leaves open"
    if any(fact.keys() - NAMES_ONLY for fact in clause.cites):
        return "According to the page"
    others = [source for source in clause.source if source != "page"]
    return f"According to {' and '.join(others)}" if others else "It follows from the page"


def program() -> str:
    """Return what calls this program here: its name if a shell finds it, else its path."""
    called, here = Path(sys.argv[0]).absolute(), Path.cwd()
    if called.name != NAME or shutil.which(NAME):
        return NAME
    return shlex.quote(str(called.relative_to(here) if called.is_relative_to(here) else called))


def section_title(report: Report, section: str) -> str:
    """The title of a section of the page; its slug where the report has none."""
    return report.sections.get(section, section)


def tally(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many clauses have each outcome, in EARL's order, and how many are flagged."""
    verdicts = tuple(verdicts)
    found = Counter(verdict.outcome for verdict in verdicts)
    return {outcome.value: found[outcome] for outcome in Outcome} | {
        "flagged": sum(1 for verdict in verdicts if verdict.flagged)
    }


def by_section(report: Report) -> dict[str, tuple[Verdict, ...]]:
    """The verdicts under the slug of their section, both in the report's order."""
    return {name: tuple(v for v in report.verdicts if v.clause.section == name) for name in sections(report)}


def sections(report: Report) -> list[str]:
    """The slugs of the sections, in the report's order."""
    return list(dict.fromkeys(verdict.clause.section for verdict in report.verdicts))


def only_known(verdict: Verdict) -> bool:
    """Return whether all that a failed clause shows is in the ledger."""
    return bool(verdict.divergences) and all(divergence.known for divergence in verdict.divergences)


def new_or_known(divergence: Divergence) -> str:
    """New or known, and how often the smallest case showed it again: `new, flaky 2/3`."""
    word = "known" if divergence.known else "new"
    again = divergence.reproducible
    if again is None:
        return f"{word}, not sent again"
    return f"{word}, {'flaky' if divergence.flaky else 'reproduced'} {again}"


def rank(cause: Cause) -> str:
    """Return the level of a cause, and whether it is new."""
    return f"{cause.level}, {'known' if cause.known else 'new'}"


def several(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def how_often(cause: Cause) -> str:
    """In how many cases a cause shows, and when: `in 30 of 184 cases, if there are several lines`."""
    often = f"in {cause.seen} of {cause.of} cases"
    if cause.when:
        return f"{often}, if {cause.when}"
    if cause.sometimes and not (cause.intermittent or cause.intermediary):
        return f"{often}, in no pattern that was found"
    return often


def questions(report: Report) -> tuple[Verdict, ...]:
    """The verdicts on what the page leaves open, in the order of the clauses."""
    return tuple(verdict for verdict in report.verdicts if verdict.clause.is_question)


def answer(verdict: Verdict) -> str:
    """Return the result of a question: the reading found, or the outcome with its reason."""
    return verdict.reading or because(verdict)


def because(verdict: Verdict) -> str:
    """The outcome of a clause, with its reason where there is one."""
    return f"{verdict.outcome}: {one_line(verdict.reason)}" if verdict.reason else str(verdict.outcome)


def write(path: Path, text: str) -> None:
    """Put `text` into the file, UTF-8, all of it or nothing: who reads meanwhile sees the former file whole.

    Raises OSError where the file cannot be written; the former one then stays as it was.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(text.encode("utf-8", "backslashreplace"))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
