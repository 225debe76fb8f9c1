"""`page-suggestions.md`: for the owner of the page, where it could say more, and the words that would say it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from contracts.model.clause import Defect
from contracts.model.report import Report, Verdict
from contracts.page.kept import Places, load_places
from contracts.reports import words
from contracts.reports.markdown import code, plain, prose


@dataclass(frozen=True, slots=True)
class Wording:
    """What to write on the page in the place of a defect."""

    #: The kind of defect.
    kind: str
    #: A part of what the defect says.
    about: str
    #: What to write.
    write: str
    #: The clause whose reading settles it, if one does.
    question: str = ""
    #: What to write under some readings.
    readings: Mapping[str, str] = field(default_factory=dict)

    def fits(self, defect: Defect) -> bool:
        """Return whether these are words for this defect."""
        return self.kind == defect.kind and self.about in defect.what


def write(report: Report, directory: Path) -> None:
    """Write `page-suggestions.md` into the directory, which is there. OSError where that fails."""
    words.write(directory / "page-suggestions.md", render(report))


def render(report: Report) -> str:
    """The suggestions as Markdown."""
    places = load_places(report.specs / "places.toml") if report.specs else Places()
    wordings = load_wordings(report.specs / "wording.toml") if report.specs else ()
    lines = [*_opening(report, places), *_defects(report, places, wordings), *_questions(report, places)]
    return "\n".join(lines) + "\n"


def load_wordings(path: Path) -> tuple[Wording, ...]:
    """The words kept in a file; none where there is no file."""
    if not path.exists():
        return ()
    return tuple(Wording(**entry) for entry in tomllib.loads(path.read_text("utf-8")).get("words", ()))


def _opening(report: Report, places: Places) -> Iterator[str]:
    yield f"# What the page of {plain(report.endpoint)} could say"
    yield ""
    yield f"For the owner of the page, from a run against {plain(report.target)} ({code(report.base_url)}). None of it"
    yield "counts against that target. The words are proposals of ours: where a question can be answered in several"
    yield "ways, they say what this target does, and whether it ought to is for you to decide."
    if places.sha256:
        yield ""
        yield f"Lines are those of the page with the SHA-256 {code(places.sha256[:12] + '…')}."
    yield ""


# ------------------------------------------------------------------------------------------------- defects


def _defects(report: Report, places: Places, wordings: Sequence[Wording]) -> Iterator[str]:
    if not report.defects:
        return
    verdicts = {verdict.clause.id: verdict for verdict in report.verdicts}
    yield f"## Where it departs from itself ({len(report.defects)})"
    yield ""
    for defect in report.defects:
        yield f"### Line {defect.line}, {plain(places.title_at(defect.line) or 'front matter')}: {plain(defect.kind)}"
        yield ""
        yield prose(defect.what)
        yield ""
        yield f"- {prose(defect.suggestion)}"
        wording = next((each for each in wordings if each.fits(defect)), None)
        if wording:
            yield from _wording(wording, verdicts.get(wording.question))
        yield ""


def _wording(wording: Wording, verdict: Verdict | None) -> Iterator[str]:
    """Return what to write; where a question settles it, what the target's reading of that asks for."""
    if verdict is None or verdict.reading is None:
        yield f"- Such as: {prose(wording.write)}"
        return
    reading = verdict.clause.reading(verdict.reading)
    yield f"- Such as: {prose(wording.readings.get(reading.name, wording.write))}"
    yield f"- This target's reading is {code(reading.name)}, for which the page would say: {prose(reading.says)}"


# ----------------------------------------------------------------------------------------------- questions


def _questions(report: Report, places: Places) -> Iterator[str]:
    questions = words.questions(report)
    if not questions:
        return
    yield f"## What it leaves open ({len(questions)})"
    yield ""
    for where in dict.fromkeys(verdict.clause.where for verdict in questions):
        yield f"### {plain(where)}{_lines(places.titles.get(where, ()))}"
        yield ""
        for verdict in questions:
            if verdict.clause.where == where:
                yield from _question(verdict, places)
        yield ""


def _question(verdict: Verdict, places: Places) -> Iterator[str]:
    clause = verdict.clause
    cited = places.clauses.get(clause.id, ())
    yield f"- {prose(clause.means)} ({code(clause.id)}{_lines(cited)})"
    if verdict.reading is None:
        because = plain(words.because(verdict))
        yield f"  What this target does was not found out ({because}). Either of these would settle it:"
        yield from (f"  - {prose(reading.says)}" for reading in clause.readings)
        return
    reading = clause.reading(verdict.reading)
    flag = f" This departs from: {plain(reading.departs_from or '')}." if reading.flagged else ""
    only = " It does not do so throughout." if verdict.divergences else ""
    yield f"  - **{prose(reading.says)}**{flag}{only}"


def _lines(lines: Sequence[int]) -> str:
    return f", line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}" if lines else ""
