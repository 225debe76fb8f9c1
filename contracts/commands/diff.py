"""`diff`: two runs on the same cases, and what differs: outcomes, readings, divergences."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from contracts import PACKAGE
from contracts.model.clause import UNSAID
from contracts.model.exits import ExitCode
from contracts.model.finding import version_of

SCHEMA = PACKAGE / "reports" / "verdicts.schema.json"
SAME = ("endpoint", "seed", "pedantic")
"""What two runs have to agree on, or their difference may be that of what was sent."""


class NoRunError(click.ClickException):
    """What was named is not a report of a run."""

    exit_code = ExitCode.REFUSED


@click.command()
@click.argument("first", type=click.Path(path_type=Path), metavar="A")
@click.argument("second", type=click.Path(path_type=Path), metavar="B")
@click.option("--format", "form", type=click.Choice(["terminal", "markdown", "json"]), default="terminal")
def diff(first: Path, second: Path, form: str) -> None:
    """Compare two runs: dev and production, or the last release and this one.

    A and B are folders of reports, or files in the form of verdicts.json. Exit 1 where something differs.
    """
    found = compare(load(first), load(second))
    if form == "json":
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        from contracts.reports import difference  # noqa: PLC0415

        difference.show(found) if form == "terminal" else click.echo(difference.markdown(found))
    if found["differs"]:
        raise SystemExit(1)


def load(path: Path) -> dict[str, Any]:
    """The verdicts of a run, from its folder or its file. Raises NoRunError."""
    import jsonschema  # noqa: PLC0415

    place = path / "verdicts.json" if path.is_dir() else path
    try:
        content = json.loads(place.read_text("utf-8"))
    except OSError as error:
        raise NoRunError(f"{place}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise NoRunError(f"{place}: is not JSON: {error}") from None
    schema = json.loads(SCHEMA.read_text("utf-8"))
    wrong = jsonschema.validators.validator_for(schema)(schema).iter_errors(content)
    first = next(iter(sorted(wrong, key=lambda error: list(map(str, error.path)))), None)
    if first is not None:
        key = ".".join(map(str, first.absolute_path)) or "the whole"
        raise NoRunError(f"{place}: {key}: {first.message[:200]}; make it again by a run of this version")
    result: dict[str, Any] = content
    return result


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Return the differences between two runs, in the form of `contracts/commands/diff.schema.json`."""
    verdicts = [{verdict["clause"]: verdict for verdict in run["verdicts"]} for run in (first, second)]
    clauses = list(dict.fromkeys([*verdicts[0], *verdicts[1]]))
    outcomes = _pairs(clauses, verdicts, lambda verdict: verdict["outcome"])
    readings = _pairs(clauses, verdicts, lambda verdict: verdict["reading"])
    found = [_divergences(run) for run in (first, second)]
    return {
        "schema": 1,
        "a": _described(first),
        "b": _described(second),
        "warnings": list(_warnings(first, second)),
        "outcomes": outcomes,
        "readings": readings,
        "only_a": [found[0][name] for name in found[0] if name not in found[1]],
        "only_b": [found[1][name] for name in found[1] if name not in found[0]],
        "both": sum(name in found[1] for name in found[0]),
        "differs": bool(outcomes or readings or found[0].keys() ^ found[1].keys()),
    }


def _pairs(
    clauses: list[str], verdicts: list[dict[str, Any]], value: Callable[[Mapping[str, Any]], str | None]
) -> list[dict[str, Any]]:
    """The clauses on which a value differs; where a run does not know a clause, it has no value."""
    rows = []
    for name in clauses:
        there = [value(run[name]) if name in run else None for run in verdicts]
        if there[0] != there[1]:
            rows.append({"clause": name, "a": there[0], "b": there[1]})
    return rows


def _divergences(run: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The divergences of a run by signature, each with its clause and without its evidence."""
    kept = ("signature", "category", "field", "label", "expected", "observed", "known", "curl")
    return {
        found["signature"]: {"clause": verdict["clause"]} | {key: found[key] for key in kept}
        for verdict in run["verdicts"]
        for found in verdict["divergences"]
    }


def _described(run: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("seed", "started", "requests", "exit_code")
    return {"target": run["target"]["name"], "base_url": run["target"]["base_url"]} | {key: run[key] for key in kept}


def _warnings(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """Why the two may differ in what was sent and not in the targets."""
    differences = [f"{key}: {first[key]} and {second[key]}" for key in SAME if first[key] != second[key]]
    whole = [name for name, run in (("A", first), ("B", second)) if not run["complete"]]
    if whole:
        differences.append(
            f"not everything was sent in {' and '.join(whole)}: what is missing there may be unseen, not gone"
        )
    leave = [run["target"]["may_allocate"] for run in (first, second)]
    if leave[0] != leave[1]:
        differences.append("one had permission to allocate, and the other had not")
    unsaid = [{v["clause"] for v in run["verdicts"] if v["outcome"] in UNSAID} for run in (first, second)]
    names = [{verdict["clause"] for verdict in run["verdicts"]} for run in (first, second)]
    if alone := len((unsaid[0] ^ unsaid[1]) & names[0] & names[1]):
        differences.append(
            f"clauses with a verdict in one of them only: {alone}; see what each was permitted and given"
        )
    versions = [{version_of(name) for name in _divergences(run)} for run in (first, second)]
    if all(versions) and versions[0].isdisjoint(versions[1]):
        differences.append("signatures of two versions: no divergence can be found in both")
    if names[0] != names[1]:
        differences.append(
            f"{len(names[0] ^ names[1])} clauses are known to one of them only: another version of the suite"
        )
    return differences
