"""What the suite publishes for other tools is accepted by theirs; those of Node.js run where they are installed."""

import copy
import json
import os
import shutil
import subprocess

import pytest
import yaml
from jsonschema import Draft202012Validator
from oas_patch.overlay import apply_overlay
from openapi_spec_validator import validate

from contracts import ROOT, SPECS
from tests.selftest.conftest import PATIENCE

LINTERS = ROOT / "tests" / "linters"
TOOLS = LINTERS / "node_modules" / ".bin"
DOCUMENT = SPECS / "allocate_order" / "openapi.yaml"
OBSERVED = yaml.safe_load((SPECS / "allocate_order" / "observed.yaml").read_text("utf-8"))
SCHEMAS = sorted((ROOT / "contracts").rglob("*.schema.json"))
KEYWORDS = {
    *("$schema", "$id", "$ref", "$defs", "title", "description", "type", "enum"),
    *("const", "properties", "required", "additionalProperties", "propertyNames", "items", "minItems", "maxItems"),
    "uniqueItems",
    *("minProperties", "minLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "oneOf", "anyOf"),
    *("allOf", "if", "then", "else", "writeOnly"),
}
node = pytest.mark.skipif(not TOOLS.is_dir() or shutil.which("node") is None, reason="`make linters` was not run here")


def linted(*words):
    """How a tool of Node.js ended, and what it printed."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(LINTERS), "REDOCLY_TELEMETRY": "off"}
    environment["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true"
    done = subprocess.run(
        words, cwd=LINTERS, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    return done.returncode, done.stdout + done.stderr


def keywords(schema):
    """All keywords of a schema, at any depth."""
    for key, value in schema.items():
        yield key
        if key in {"properties", "$defs"}:
            for each in value.values():
                yield from keywords(each)
        elif isinstance(value, dict) and key != "const":
            yield from keywords(value)
        elif key in {"oneOf", "anyOf", "allOf"}:
            for each in value:
                yield from keywords(each)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_schema_is_valid_has_an_id_and_only_keywords_that_exist(path):
    schema = json.loads(path.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)

    assert schema["$id"] == f"urn:timp-conformance:schema:{path.name.partition('.')[0]}"
    assert set(keywords(schema)) <= KEYWORDS


@node
def test_the_schemas_compile_in_strict_mode():
    assert linted("node", LINTERS / "strict.mjs", *SCHEMAS) == (0, "")


@node
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("redocly", "lint", "--config", "redocly.yaml"), id="redocly"),
        pytest.param(("spectral", "lint", "--ruleset", "spectral.yaml", "--fail-severity", "warn"), id="spectral"),
    ],
)
def test_the_openapi_document_passes_a_linter(words):
    code, printed = linted(TOOLS / words[0], *words[1:], DOCUMENT)

    assert code == 0, printed
    assert "[1] " not in printed, printed  # as Redocly numbers what it warns of


@node
@pytest.mark.parametrize("which", [0, -1], ids=["first", "last"])
def test_two_tools_make_the_same_valid_document_of_an_overlay(tmp_path, which):
    kept = [list(kind.values())[which] for kinds in OBSERVED.values() for kind in kinds.values()]
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "t", "version": "1"},
        "actions": [a for each in kept for a in each],
    }
    (tmp_path / "overlay.yaml").write_text(yaml.safe_dump(overlay, sort_keys=False), "utf-8")
    document = yaml.safe_load(DOCUMENT.read_text("utf-8"))

    ours = apply_overlay(copy.deepcopy(document), overlay)
    written = tmp_path / "written.json"
    code, printed = linted(
        TOOLS / "openapi-format", DOCUMENT, "-l", tmp_path / "overlay.yaml", "-o", written, "--no-sort"
    )
    theirs = json.loads(written.read_text("utf-8"))

    assert code == 0, printed
    validate(ours)
    validate(theirs)
    assert ours == theirs
