"""What the documents name exists, and what they have to explain is explained."""

import json
import re
import tomllib
from collections import Counter
from dataclasses import fields

import pytest

from contracts import ROOT
from contracts.commands.trials import Trials
from contracts.endpoint.discovery import discover
from provider.fault import Fault

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
CLAUSES = discover()["allocate_order"].catalogue
FOLDERS = ("contracts/", "specs/", "tests/", "provider/", "docs/")


def paths(text):
    """The files of the project that a text names in backticks."""
    named = re.findall(r"`([\w./-]+)`", text)
    return {name.replace("NAME", "allocate_order") for name in named if name.startswith(FOLDERS)}


def links(text):
    """The files that a text links to."""
    return {name for name in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in name}


def glossary():
    """The words of the glossary, each with the file or folder in which it is used."""
    table = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    return re.findall(r"^\| ([a-z ]+) \| .* \| `(\S+)` \|$", table, re.MULTILINE)


MODULES = {path.name for path in (ROOT / "contracts").rglob("*.py")}
NO_CLAUSES = {"http.client", "openapi.yaml"} | MODULES


def clause_ids(text):
    """What looks like a clause: a section of the page, a dot, and a slug."""
    sections = "|".join(map(re.escape, CLAUSES.sections))
    return set(re.findall(rf"\b(?:{sections})\.[a-z0-9][a-z0-9-]*[a-z0-9]\b", text)) - NO_CLAUSES


def stated(text):
    """The clauses that a document itself states, as an example."""
    return set(re.findall(r"^\[([a-z-]+\.[a-z-]+)\]$", text, re.MULTILINE))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_is_there(path):
    text = path.read_text("utf-8")

    assert {name for name in paths(text) if not (ROOT / name).exists()} == set()
    assert {name for name in links(text) if not (path.parent / name).exists()} == set()
    assert clause_ids(text) - stated(text) <= set(CLAUSES.clauses)


@pytest.mark.parametrize(("word", "place"), glossary())
def test_a_word_of_the_glossary_is_used_where_it_says(word, place):
    place = ROOT / place
    files = [place] if place.is_file() else place.rglob("*.py")

    assert any(re.search(rf"\b{word}", path.read_text("utf-8"), re.IGNORECASE) for path in files)


def test_the_glossary_is_read_whole():
    rows = [line for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines() if line.startswith("| ")]

    assert len(glossary()) == len(rows) - 2


def test_a_wrong_name_would_be_seen():
    text = "see `contracts/nowhere.py`, [there](docs/nowhere.md) and state.nothing-such"

    assert (paths(text), links(text)) == ({"contracts/nowhere.py"}, {"docs/nowhere.md"})
    assert clause_ids(text) == {"state.nothing-such"}


def test_every_key_of_a_clause_is_explained():
    schema = json.loads((ROOT / "contracts" / "endpoint" / "clauses.schema.json").read_text("utf-8"))
    text = (ROOT / "docs" / "adding-a-clause.md").read_text("utf-8")

    assert {key for key in schema["$defs"]["clause"]["properties"] if f"| `{key}` |" not in text} == set()


def test_every_field_of_a_fault_is_explained():
    text = (ROOT / "docs" / "adding-a-clause.md").read_text("utf-8")
    said = {"name", "what", "stage", "deviation"}  # in the sentence about the decorator and the docstring

    assert {field.name for field in fields(Fault) if f"`{field.name}`" not in text} == said


def test_every_key_of_a_call_and_of_a_field_is_explained():
    schema = json.loads((ROOT / "contracts" / "endpoint" / "clauses.schema.json").read_text("utf-8"))
    text = (ROOT / "docs" / "adding-an-endpoint.md").read_text("utf-8")
    keys = {*schema["properties"], *schema["$defs"]["field"]["properties"], *schema["properties"]["call"]["properties"]}

    assert {key for key in keys if f"`{key}`" not in text and f"[{key}]" not in text} == set()


def test_every_file_a_run_writes_is_explained():
    from contracts.reports.files import NAMES

    text = (ROOT / "docs" / "reports.md").read_text("utf-8")

    assert {name for name in NAMES if name not in text} - {"allure-report"} == set()


def test_the_table_in_the_readme_counts_the_clauses_there_are():
    text = (ROOT / "README.md").read_text("utf-8")
    for section, title in CLAUSES.sections.items():
        row = re.search(rf"^{re.escape(title)} +([\d. ]+)$", text, re.MULTILINE)
        counts = [int(cell) for cell in row[1].split()[:-1] if cell != "."]

        assert sum(counts) == sum(name.startswith(f"{section}.") for name in CLAUSES.clauses), title


def test_every_key_of_a_target_is_explained():
    schema = json.loads((ROOT / "contracts" / "target" / "targets.schema.json").read_text("utf-8"))
    text = (ROOT / "docs" / "targets.md").read_text("utf-8")

    assert {key for key in schema["properties"] if f"`{key}`" not in text} == set()


def test_the_targets_file_of_the_project_is_right_with_its_examples_switched_on():
    text = (ROOT / "targets.toml").read_text("utf-8")
    examples = "\n".join(re.sub("^# ?", "", line) for line in text.splitlines() if re.match(r"# (\[|\w+ = )", line))

    assert set(tomllib.loads(examples)) == {"dev", "prod"}
    assert set(tomllib.loads(text)) == set()


@pytest.mark.parametrize("code", range(7))
def test_every_exit_code_is_explained(code):
    assert re.search(rf"^\| {code} \|", (ROOT / "docs" / "reports.md").read_text("utf-8"), re.MULTILINE)


def test_every_option_of_a_run_is_explained():
    from contracts.cli import run

    text = (ROOT / "docs" / "options.md").read_text("utf-8")

    assert {option for parameter in run.params for option in parameter.opts if option not in text} == set()


def test_the_proof_has_as_many_trials_as_its_document_says():
    counts = Counter(each.kind for each in Trials().all())
    correct = counts["reading"] + counts["pairs"] + counts["variation"]
    text = (ROOT / "docs" / "proof.md").read_text("utf-8")

    assert f"There are {counts['fault']} faults" in text
    assert f"{correct} correct deployments (each reading alone, rows with every pair of readings, variations)" in text
    assert f"{counts['triple']} triples and {counts['two']} pairs" in text
