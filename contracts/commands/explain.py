"""`explain`: what a clause means, where it is, what is sent for it, who judges it, and which faults prove it."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts import ENDPOINT, REPORTS
from contracts.commands.options import endpoint_of
from contracts.endpoint import example
from contracts.judging.availability import POOLED
from contracts.model.exits import ExitCode
from contracts.reports import explained, words
from contracts.reports.explained import Explained, Proof

if TYPE_CHECKING:
    from contracts.endpoint.discovery import Endpoint
    from contracts.model.clause import Clause

NEAR = 8
"""How many clauses are named to somebody who asked for one that is not there."""


class NoSuchClauseError(click.ClickException):
    """What was asked for names nothing."""

    exit_code = ExitCode.REFUSED


@click.command()
@click.argument("name", required=False, metavar="[CLAUSE|CAUSE|SIGNATURE]")
@click.option("--endpoint", metavar="NAME", default=ENDPOINT, show_default=True, help="The call whose clauses it are.")
@click.option("--write", type=click.Path(path_type=Path), metavar="FOLDER", help="Write clauses.md.")
@click.option("--reports-dir", type=click.Path(path_type=Path), default=REPORTS, help="Where a signature is.")
def explain(name: str | None, endpoint: str, write: Path | None, reports_dir: Path) -> None:
    """Explain a clause, or a divergence of the last run by its signature or cause; without a name, list all clauses."""
    call = endpoint_of(endpoint)
    clauses = call.catalogue.clauses
    if name is None and write is None:
        _say(explained.table_of(clauses.values(), call.catalogue.sections))
        return
    if write is not None:
        try:
            write.mkdir(parents=True, exist_ok=True)
            every = list(everything(call).values())
            words.write(write / "clauses.md", explained.document(every, call.definition.title))
        except OSError as error:
            raise click.UsageError(
                f"--write {write}: cannot be written: {error.strerror}; name another folder"
            ) from None
    if name is None:
        return
    verdict, found = _divergence(reports_dir, name)
    clause = verdict["clause"] if verdict else name
    if clause not in clauses:
        raise NoSuchClauseError(_near(name, list(clauses)))
    if verdict and found:
        _say(explained.divergence(verdict, found))
    _say(explained.alone(everything(call)[clause]))


def _say(markdown: str) -> None:
    """On a terminal as it reads best; for a program as it is."""
    if not sys.stdout.isatty():
        click.echo(markdown)
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.markdown import Markdown  # noqa: PLC0415

    Console().print(Markdown(markdown))


def _near(name: str, clauses: Sequence[str]) -> str:
    """One line that names what may have been meant: what begins so or holds it, and else what is spelt like it."""
    near = [clause for clause in clauses if clause.startswith(name)] or [clause for clause in clauses if name in clause]
    slugs = {clause.partition(".")[2]: clause for clause in clauses}
    near = near or difflib.get_close_matches(name, clauses, NEAR)
    near = near or [slugs[slug] for slug in difflib.get_close_matches(name, slugs, NEAR)]
    more = f" and {len(near) - NEAR} more" if len(near) > NEAR else ""
    meant = f"did you mean {', '.join(near[:NEAR])}{more}?" if near else "`timp-conformance explain` lists all clauses"
    return f"{words.one_line(name, 80)}: no such clause; {meant}"


def _divergence(reports: Path, name: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The verdict and the first divergence of the last run that has this signature or cause; None without one."""
    try:
        run = json.loads((reports / "verdicts.json").read_text("utf-8"))
        pairs = [(verdict, found) for verdict in run["verdicts"] for found in verdict["divergences"]]
    except (OSError, ValueError, LookupError, TypeError):
        return None, None
    return next(
        ((verdict, found) for verdict, found in pairs if name in {found["signature"], found.get("cause")}), (None, None)
    )


# ----------------------------------------------------------------------------------------------- gathering


def everything(endpoint: Endpoint) -> dict[str, Explained]:
    """All clauses of an endpoint with what is to be said of them, by id."""
    from contracts.commands import places as code  # noqa: PLC0415
    from contracts.commands.trials import Trials  # noqa: PLC0415 - starts slowly
    from contracts.page.kept import load_places  # noqa: PLC0415

    trials = Trials(endpoint.name)
    sent = code.senders(endpoint, endpoint.kit(0, example.TODAY))
    faults, readings = trials.faults(), trials.readings()
    places = load_places(endpoint.specs / "places.toml")
    steps: dict[str, list[example.Step]] = {}
    for step in example.steps(endpoint):
        steps.setdefault(step.clause, []).append(step)
    return {
        clause.id: Explained(
            clause=clause,
            section=endpoint.catalogue.sections[clause.section],
            lines=places.of(clause),
            steps=tuple(steps.get(clause.id, ())),
            **_judged(endpoint, clause),
            breaks=tuple(Proof(t.name, t.what) for t in faults if clause.id in t.breaks),
            also=tuple(Proof(t.name, t.what) for t in faults if clause.id in t.also),
            default=_default(clause, {t.readings.get(clause.id) for t in readings}),
            code=(
                ("Judged", {code.judged_at(endpoint, clause): ()}),
                ("Sent", sent[clause.id]),
                ("Proved", code.proofs(trials, clause)),
            ),
        )
        for clause in endpoint.catalogue.clauses.values()
    }


def _judged(endpoint: Endpoint, clause: Clause) -> dict[str, Any]:
    """Who judges a clause: the first sentence of the oracle of its own, and the file that it is in."""
    own = endpoint.judges.get(clause.id) or endpoint.observers.get(clause.id) or POOLED.get(clause.id)
    if own is None:
        return {"judged": "", "file": "contracts/endpoint/oracle.py"}
    first = (own.__doc__ or "").strip().partition("\n\n")[0]
    return {"judged": " ".join(first.split()), "file": own.__module__.replace(".", "/") + ".py"}


def _default(clause: Clause, others: set[str | None]) -> str | None:
    """The reading that the reference provider follows if none is chosen: no trial needs to switch it on."""
    return next((reading.name for reading in clause.readings if reading.name not in others), None)
