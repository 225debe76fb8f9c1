"""What a run writes about itself into its journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.recording.recorded import Facts, facts_as_json

if TYPE_CHECKING:
    from contracts.engine.run import Run


def write(run: Run) -> None:
    """Write what is needed to judge the journal, from the start: a run may be killed. The last such line counts."""
    facts = Facts(
        endpoint=run.endpoint.name,
        target=run.target.name,
        base_url=run.target.base_url,
        seed=run.seed,
        started=run.started,
        may_change=run.may_change,
        unread=run.unread,
        orders=tuple(run.orders),
        skipped=run.skipped,
        confirmed=run.confirmed,
        max_seconds=run.target.max_seconds,
    )
    try:
        run.journal.facts(facts_as_json(facts))
    except OSError as error:
        run.stop(error)
