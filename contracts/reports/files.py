"""What a run makes in the folder of reports, once: what writes it, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Output:
    """A file, or a folder, in the folder of reports."""

    #: What it is called.
    name: str
    #: What a reader finds in it; None if the summary does not list it.
    what: str | None = None
    #: The module of this package that writes it; None if something else does.
    module: str | None = None
    #: Whether it is a folder, in which files of others may be.
    folder: bool = False


OUTPUTS = (
    Output("exchanges.jsonl", "every exchange, by its request id"),
    Output("summary.md", module="summary_markdown"),
    Output("replay", "a script for each cause that sends again what shows it", "replay", folder=True),
    Output("junit.xml", "one test case per clause", "junit"),
    Output("allure-results", "one result per clause, per cause and per flagged reading", "allure", folder=True),
    Output("allure-report", folder=True),
    Output(
        "page-suggestions.md",
        "words for the page, for each question and each place where it departs from itself",
        "suggestions",
    ),
    Output("observed-overlay.yaml", "our OpenAPI document turned into what this target does", "overlay"),
    Output("exchanges.har", "every exchange, for tools that read HAR", "har"),
    Output("verdicts.json", "all of this for machines, every curl whole", "verdicts_json"),
)
"""In the order in which they are written. Where the last one is, all others are."""

NAMES = tuple(each.name for each in OUTPUTS)
FOLDERS = tuple(each.name for each in OUTPUTS if each.folder)
