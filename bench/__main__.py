"""`python -m bench [PART…]`: a table of ratios, on the terminal and as `reports/bench.md` and `reports/bench.json`."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bench import growth, latency, probing, recordings, redaction, schemathesis_cli, startup
from bench.measure import TOKEN, Row
from contracts import ROOT
from contracts.reports.markdown import table

PARTS: dict[str, Callable[[Path, int], Iterator[Row]]] = {
    "probing": probing.rows,
    "latency": latency.rows,
    "startup": startup.rows,
    "recordings": recordings.rows,
    "growth": growth.rows,
    "redaction": redaction.rows,
    "schemathesis": schemathesis_cli.rows,
}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--rounds", type=click.IntRange(1), default=5, help="How often what is compared takes its turn.")
@click.option("--reports-dir", type=click.Path(path_type=Path), default=ROOT / "reports", help="Where the table goes.")
def main(parts: tuple[str, ...], rounds: int, reports_dir: Path) -> None:
    """Measure all parts, or those named."""
    os.environ["TIMP_TOKEN"] = TOKEN
    rows: list[Row] = []
    shown = Table("ratio of", "is", "aim", "measured on")
    for name in parts or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            for row in PARTS[name](Path(folder), rounds):
                rows.append(row)
                shown.add_row(row.name, f"{row.ratio:.2f}", row.aim, row.detail)
                click.echo(f"{row.name}: {row.ratio:.2f}", err=True)
    Console().print(shown)
    reports_dir.mkdir(parents=True, exist_ok=True)
    lines = table(["ratio of", "is", "aim", "measured on"], ([r.name, f"{r.ratio:.2f}", r.aim, r.detail] for r in rows))
    (reports_dir / "bench.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (reports_dir / "bench.json").write_text(
        json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
