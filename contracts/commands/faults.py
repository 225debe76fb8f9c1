"""`faults`: the deviations of the reference provider that `--fault` switches on."""

from __future__ import annotations

import click

from contracts import ENDPOINT
from contracts.commands.options import endpoint_of
from contracts.model.spelling import meant


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--endpoint", metavar="NAME", default=ENDPOINT, show_default=True, help="The call that has them.")
def faults(words: tuple[str, ...], endpoint: str) -> None:
    """List faults of the reference provider, one on each line, with what it does then.

    With WORDs, only those in whose name or description each of them occurs.
    """
    from contracts.commands.trials import Trials  # noqa: PLC0415 - starts slowly

    trials = Trials(endpoint_of(endpoint).name)
    every = [*trials.faults(), *trials.variations()]
    found = [trial for trial in every if all(word.lower() in f"{trial.name} {trial.what}".lower() for word in words)]
    if not found:
        raise click.UsageError(
            f"no fault has {' '.join(words)} in it{meant(words[0], (trial.name for trial in every))}"
        )
    width = max(len(trial.name) for trial in found)
    for trial in found:
        click.echo(f"{trial.name:{width}}  {trial.what}")
