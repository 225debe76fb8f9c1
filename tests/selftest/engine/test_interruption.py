"""A run that ends early: what was judged till then is reported."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from provider import server
from tests.selftest.conftest import PATIENCE, all_permitted, wait_for_lines

PROGRAM = Path(sys.executable).with_name("timp-conformance")


@pytest.fixture
def listener():
    """Ctrl-C reaches what is started here, also where these tests themselves run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def begun(tmp_path, listener):  # noqa: ARG001 - it works by being there
    """The program, under way against a slow provider: at least 40 exchanges are in its journal."""
    settings = server.Settings(latency=0.05)
    with server.running(settings) as running:
        url = all_permitted(running, tmp_path)
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TIMP_TOKEN": settings.token}
        command = [PROGRAM, "run", *url, "--reports-dir", str(tmp_path / "reports")]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            wait_for_lines(tmp_path / "reports" / "exchanges.jsonl", 40, process)
            yield process, tmp_path / "reports", running


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_an_interrupted_run_reports_what_it_has(begun, number):
    process, reports, _ = begun

    process.send_signal(number)
    said, _ = process.communicate(timeout=PATIENCE)
    verdicts = json.loads((reports / "verdicts.json").read_text("utf-8"))

    assert process.returncode == 2
    assert verdicts["complete"] is False
    assert any(verdict["cases"] for verdict in verdicts["verdicts"])
    assert "exit 2" in said


def test_further_signals_do_not_lose_the_report(begun):
    process, reports, _ = begun

    process.send_signal(signal.SIGINT)
    while process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=0.05)
    verdicts = json.loads((reports / "verdicts.json").read_text("utf-8"))

    assert (process.returncode, verdicts["complete"]) == (2, False)


def test_the_journal_of_a_killed_run_is_readable_up_to_its_last_whole_line(begun):
    process, reports, _ = begun

    process.kill()
    process.communicate(timeout=PATIENCE)
    *whole, _last = (reports / "exchanges.jsonl").read_text("utf-8").split("\n")

    assert len([json.loads(line) for line in whole]) >= 40


def test_a_full_disk_is_trouble_in_the_suite_and_what_was_judged_is_reported(tmp_path):
    with server.running(server.Settings()) as running:
        running.write_orders(tmp_path / "orders.toml")
        url = f"--base-url {running.base_url} --orders {tmp_path}/orders.toml --may-allocate --may-stress"
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TIMP_TOKEN": running.settings.token}
        # A file of more than 600 KiB cannot be written: to the journal that is a disk that is full.
        words = ["bash", "-c", f"ulimit -f 600; exec {PROGRAM} run {url} --reports-dir {tmp_path}/reports"]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE)
    verdicts = json.loads((tmp_path / "reports" / "verdicts.json").read_text("utf-8"))
    *whole, _last = (tmp_path / "reports" / "exchanges.jsonl").read_text("utf-8").split("\n")

    assert done.returncode == 3
    assert "Traceback" not in done.stdout + done.stderr
    assert "File too large" in done.stdout
    assert (verdicts["complete"], verdicts["exit_code"]) == (False, 3)
    assert any(verdict["cases"] for verdict in verdicts["verdicts"])
    assert len([json.loads(line) for line in whole]) > 40
