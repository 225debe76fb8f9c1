"""The flows of the documents, run as they are printed: serve and the other shell, dev and production."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from contracts import ROOT
from provider import server
from tests.field.processes import free_port
from tests.selftest import few
from tests.selftest.conftest import PATIENCE

pytestmark = pytest.mark.xdist_group("flows")
BIN = Path(sys.executable).parent
DEV = "https://api-dev.example.com"


def blocks(document, heading, language):
    """The code of a language in a section of a document."""
    section = (ROOT / document).read_text("utf-8").partition(f"# {heading}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def shell(script, folder, **variables):
    """Run lines of sh in a folder, with few requests; return the process that has ended."""
    script = script.replace(".venv/bin/", "")
    environment = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder)}
    environment |= few.environment("allocation-object.backorder-date-calendar", options="--examples=2")
    return subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=folder,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@contextmanager
def serving(script, folder):
    """Run the printed `serve`, and give the lines that it prints for the other shell."""
    words = ["/bin/sh", "-c", script.replace(".venv/bin/", "exec ")]
    environment = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            lines = []
            while not lines or "--base-url" not in lines[-1]:
                lines.append(process.stdout.readline())
                assert lines[-1], lines
            yield "".join(line for line in lines if line.startswith("  "))
        finally:
            process.terminate()


def test_serve_prints_what_the_other_shell_runs_to_the_end(tmp_path):
    serve, other = blocks("docs/sandbox.md", "A sandbox, and a target without a table", "sh")
    port = str(free_port())
    with serving(serve.replace("8800", port), tmp_path) as printed:
        done = shell(printed, tmp_path)
    command = other.splitlines()[-1].replace(".venv/bin/", "").replace("8800", port)

    assert command in printed.splitlines()[-1]
    assert "may allocate its test orders (24); may stress" in done.stdout
    assert done.returncode == 1
    assert "allocation-object.backorder-date-calendar" in done.stdout
    assert "response-parameters.shape" in done.stdout


@pytest.fixture
def deployed(tmp_path):
    """A deployment that deviates, with the README's table for it in targets.toml."""
    with server.running(server.Settings(faults=("accepts-date-02-30",))) as running:
        running.write_orders(tmp_path / "orders-dev.toml")
        (table,) = blocks("README.md", "Dev and production", "toml")
        assert DEV in table
        text = table.replace(DEV, running.base_url)
        (tmp_path / "targets.toml").write_text(text, "utf-8")
        yield running, text


def test_dev_is_planned_run_and_accepted_as_printed(deployed, tmp_path):
    running, _ = deployed
    (script,) = blocks("README.md", "Dev and production", "sh")
    token = {"TIMP_TOKEN": running.settings.token}
    plan, run, accept = (shell(line, tmp_path, **token) for line in script.splitlines())
    again = shell(script.splitlines()[1], tmp_path, **token)

    assert (plan.returncode, run.returncode, accept.returncode, again.returncode) == (0, 1, 0, 0)
    assert "Nothing is sent." in plan.stdout
    assert "may allocate its test orders (24); may not stress" in run.stdout
    assert "allocation-object.backorder-date-calendar" in run.stdout


def test_production_without_the_permission_is_sent_invented_orders_only(deployed, tmp_path):
    running, text = deployed
    (tmp_path / "targets.toml").write_text(text.replace("may_allocate = true\n", ""), "utf-8")
    done = shell("timp-conformance --target dev", tmp_path, TIMP_TOKEN=running.settings.token)

    assert done.returncode == 0
    assert "may not allocate: names invented orders only" in done.stdout
