"""What CI platforms read: pinned, without a way in for a script, explained, and seen by the linters."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

from contracts import ROOT
from contracts.target import orders
from tests.selftest.conftest import PATIENCE

TEXTS = {name: (ROOT / name).read_text("utf-8") for name in ("action.yml", "docs/ci/github-workflow.yml")}
ACTION = yaml.safe_load(TEXTS["action.yml"])
EXAMPLES = {
    "github": yaml.safe_load(TEXTS["docs/ci/github-workflow.yml"])["jobs"]["dev"],
    "gitlab": yaml.safe_load((ROOT / "docs" / "ci" / "gitlab-ci.yml").read_text("utf-8"))["conformance-dev"],
}
SCRIPTS = {step["name"]: step["run"] for step in ACTION["runs"]["steps"] if "run" in step}
DOCUMENT = (ROOT / "docs" / "ci.md").read_text("utf-8")
SECRETS = {
    "token": "TIMP_TOKEN",
    "retailer-token": "TIMP_RETAILER_TOKEN",
    "unpermitted-token": "TIMP_UNPERMITTED_TOKEN",
}
BIN = Path(sys.executable).parent
SHELLCHECK = pytest.mark.skipif(
    not (BIN / "shellcheck").exists(), reason="shellcheck is not installed on this platform"
)


@pytest.mark.parametrize("name", TEXTS)
def test_every_action_used_is_pinned_to_a_commit_and_says_its_version(name):
    used = re.findall(r"uses: (.+)", TEXTS[name])

    assert used
    assert [line for line in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v[\w.]+", line)] == []


@pytest.mark.parametrize("name", ACTION["inputs"])
def test_an_input_is_used_and_explained_with_what_it_is_if_left_out(name):
    row = re.search(rf"^\| `{name}` \| .+ \| (.+) \|$", DOCUMENT, re.MULTILINE)
    default = ACTION["inputs"][name]["default"]

    assert re.search(rf"\binputs\.{name}\b(?!-)", TEXTS["action.yml"])
    assert row
    assert not default or row[1] == f"`{default}`"


@pytest.mark.parametrize("name", ACTION["outputs"])
def test_an_output_is_explained(name):
    assert re.search(rf"^\| `{name}` \|", DOCUMENT, re.MULTILINE)


@pytest.mark.parametrize(("name", "variable"), SECRETS.items(), ids=list(SECRETS))
def test_a_token_reaches_the_suite_alone_and_by_its_variable(name, variable):
    steps = [step for step in ACTION["runs"]["steps"] if f"inputs.{name} }}" in str(step)]

    assert [step["env"][variable] for step in steps] == [f"${{{{ inputs.{name} }}}}"]
    assert TEXTS["action.yml"].count(f"inputs.{name} }}") == 1


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_a_script_has_no_expression_in_it(script):
    assert "${{" not in script


@SHELLCHECK
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_a_script_satisfies_shellcheck(script):
    checked = subprocess.run(
        [BIN / "shellcheck", "--shell=bash", "-"],
        input=script,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )

    assert (checked.returncode, checked.stdout) == (0, "")


def test_reports_are_summarized_and_uploaded_whatever_the_exit_code():
    conditions = {step["name"]: step.get("if", "") for step in ACTION["runs"]["steps"]}

    assert conditions["Summarize"] == "always()"
    assert conditions["Upload the reports"].startswith("always() && ")


def test_the_example_workflow_calls_this_action_and_never_twice_concurrently():
    job = EXAMPLES["github"]

    assert set(job["steps"][-1]["with"]) <= set(ACTION["inputs"])
    assert job["concurrency"] == {"group": "timp-conformance-dev", "cancel-in-progress": False}
    assert yaml.safe_load(TEXTS["docs/ci/github-workflow.yml"])["permissions"] == {"contents": "read"}


def test_the_example_job_keeps_its_reports_whatever_happens_and_never_runs_twice_concurrently():
    job = EXAMPLES["gitlab"]
    folder = re.search(r"--reports-dir (\S+)", job["script"][-1])[1]

    assert job["artifacts"]["when"] == "always"
    assert job["artifacts"]["reports"] == {"junit": f"{folder}/junit.xml"}
    assert job["artifacts"]["paths"] == [f"{folder}/"]
    assert job["resource_group"] == "timp-conformance-dev"


# ---------------------------------------------------------------------------------------------- linters


@pytest.mark.parametrize(
    ("linter", "name", "sound", "broken"),
    [
        pytest.param(
            ["check-jsonschema", "--builtin-schema", "vendor.github-actions"],
            "action.yml",
            "using: composite",
            "using: composit",
            id="schema-of-actions",
        ),
        pytest.param(
            ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
            "docs/ci/github-workflow.yml",
            "runs-on:",
            "run-on:",
            id="schema-of-workflows",
        ),
        pytest.param(
            ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci"],
            "docs/ci/gitlab-ci.yml",
            "when: always",
            "when: ever",
            id="schema-of-gitlab-jobs",
        ),
        pytest.param(
            ["zizmor", "--offline", "--pedantic"],
            "action.yml",
            "setup\n",
            "setup ${{ inputs.target }}\n",
            id="script-injection",
        ),
        pytest.param(
            ["zizmor", "--offline", "--pedantic"],
            "docs/ci/github-workflow.yml",
            "contents: read",
            "contents: write",
            id="permissions",
        ),
        pytest.param(
            ["shellcheck"],
            "docs/ci/new-order",
            '"$TEST_ORDERS_URL"',
            "$TEST_ORDERS_URL",
            id="quoting",
            marks=SHELLCHECK,
        ),
    ],
)
def test_a_linter_passes_what_is_here_and_sees_what_would_be_wrong(tmp_path, linter, name, sound, broken):
    text = (ROOT / name).read_text("utf-8")
    path = tmp_path / Path(name).name
    command = [BIN / linter[0], *linter[1:], path]

    path.write_text(text, "utf-8")
    before = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE).returncode
    path.write_text(text.replace(sound, broken, 1), "utf-8")
    after = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE).returncode

    assert sound in text
    assert (before, after != 0) == (0, True)


# ------------------------------------------------------------------------------------ the order command


class Shop(BaseHTTPRequestHandler):
    """An endpoint that makes an order for each caller with the token."""

    def do_POST(self):
        """Answer as the example expects it."""
        allowed = self.headers["Authorization"] == "Bearer canary"
        line = b'{"uuid": "b84ccd3c-88f8-4050-accf-e049163052e3", "quantity": 6}'
        body = b'{"uuid": "319bba9f-71b1-4a93-8abf-67a45b8fdd5c", "line_items": [' + line + b"]}"
        self.send_response(201 if allowed else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep silent."""


@pytest.fixture
def shop():
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as serving:
        thread = Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}/"
        serving.shutdown()
        thread.join()


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="the example needs curl and jq")
@pytest.mark.parametrize(("token", "made"), [("canary", True), ("other", False)], ids=["token", "wrong-token"])
def test_the_example_of_an_order_command_prints_a_manifest_or_fails(tmp_path, shop, token, made):
    manifest = tmp_path / "orders.toml"
    environment = {"PATH": os.environ["PATH"], "TEST_ORDERS_URL": shop, "TEST_ORDERS_TOKEN": token}

    done = subprocess.run(
        [ROOT / "docs" / "ci" / "new-order"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    manifest.write_text(done.stdout, "utf-8")

    assert (done.returncode == 0) is made
    assert not made or orders.load(manifest)[0].line_items[0].quantity_ordered == 6
    assert made or tomllib.loads(done.stdout) == {}
