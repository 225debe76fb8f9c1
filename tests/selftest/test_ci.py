"""The action: its steps run here as a runner runs them, and it keeps the promises of docs/ci.md."""

import json
import re
import signal

import pytest

from contracts import ROOT
from provider import server
from tests.selftest.conftest import wait_for_lines
from tests.selftest.runner import BASH, BIN, STEPS, Runner

FEW = "-kclauses"
PERMITTED = "\n--may-allocate\n--may-stress"


@pytest.fixture
def runner(tmp_path):
    """Makes a runner from inputs; underscores mean hyphens."""

    def made(suite=BIN / "timp-conformance", kept=None, **inputs):
        named = {key.replace("_", "-"): text for key, text in inputs.items()}
        return Runner(tmp_path / "runner", named, suite, kept=kept)

    return made


@pytest.fixture
def printing(tmp_path):
    """A program in the suite's place that prints what it was called with, and ends with exit code 1."""
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\nexit 1\n', "utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture
def order_inputs(tmp_path):
    """A provider with the faults asked for, and the inputs that name it."""

    def made(running):
        running.write_orders(tmp_path / "orders.toml")
        token = running.settings.token
        return {
            "base_url": running.base_url,
            "orders": str(tmp_path / "orders.toml"),
            "token": token,
            "args": FEW + PERMITTED,
        }

    return made


# ------------------------------------------------------------------------------------------------ a run


def test_a_target_without_divergence_passes(runner):
    ours = runner(target="embedded", args=FEW, kept=())

    code, _ = ours.run("Check the target")
    folder = "timp-conformance-reports"

    assert code == 0
    assert ours.outputs == {
        "exit-code": "0",
        "reports": folder,
        "verdicts": f"{folder}/verdicts.json",
        "junit": f"{folder}/junit.xml",
    }
    assert "Exit code 0" in ours.summary()


def test_a_target_by_name_is_in_the_callers_own_file(runner):
    with server.running(server.Settings()) as running:
        ours = runner(target="prod", targets_file="targets.toml", token=running.settings.token, args=FEW, kept=())
        (ours.workspace / "targets.toml").write_text(f'[prod]\nbase_url = "{running.base_url}"\n', "utf-8")

        code, printed = ours.run("Check the target")
    verdicts = json.loads((ours.workspace / ours.outputs["verdicts"]).read_text("utf-8"))

    assert (code, verdicts["target"]["name"], verdicts["target"]["may_allocate"]) == (0, "prod", False)
    assert "may not allocate: names invented orders only" in printed


def test_a_target_with_a_divergence_fails_with_all_reports_and_without_a_token(runner, order_inputs):
    with server.running(server.Settings(faults=("accepts-date-02-30",))) as running:
        ours = runner(**order_inputs(running), kept=["allocation-object.backorder-date-calendar"])

        code, printed = ours.run("Check the target")
    verdicts = json.loads((ours.workspace / ours.outputs["verdicts"]).read_text("utf-8"))
    files = [path for path in ours.place.rglob("*") if path.is_file()]

    assert (code, ours.outputs["exit-code"], verdicts["exit_code"]) == (1, "1", 1)
    assert "allocation-object.backorder-date-calendar" in ours.summary()
    assert running.settings.token not in printed
    assert [path for path in files if running.settings.token.encode() in path.read_bytes()] == []
    assert annotations(printed) != []


def annotations(printed):
    """The errors that a runner shows: those that are printed while no commands are stopped."""
    stopped, shown = None, []
    for line in printed.splitlines():
        if line.startswith("::stop-commands::"):
            stopped = line.removeprefix("::stop-commands::")
        elif stopped and line == f"::{stopped}::":
            stopped = None
        elif not stopped and line.startswith("::error title="):
            shown.append(line)
    return shown


@pytest.mark.parametrize(
    "numbers", [[signal.SIGTERM], [signal.SIGINT, signal.SIGTERM]], ids=["sigterm", "sigint-then-sigterm"]
)
def test_a_cancelled_run_reports_what_it_has(runner, order_inputs, numbers):
    with server.running(server.Settings(latency=0.05)) as running:
        ours = runner(**order_inputs(running))
        process = ours.start("Check the target")
        wait_for_lines(ours.workspace / "timp-conformance-reports" / "exchanges.jsonl", 40, process)
        for number in numbers:
            process.send_signal(number)

        code, _ = ours.end(process)

    assert (code, ours.outputs["exit-code"]) == (2, "2")
    assert "is not complete" in ours.summary()


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        pytest.param({"token": "t"}, "::error::name a target or a base-url", id="no-target"),
        pytest.param({"target": "embedded", "pedantic": "yes"}, "::error::pedantic is true or false", id="pedantic"),
        pytest.param({"target": "nope"}, "nope", id="unknown-target"),
        pytest.param({"base-url": "http://127.0.0.1:1"}, "TIMP_TOKEN is not set", id="no-token"),
    ],
)
def test_a_wrong_call_is_exit_4_and_the_reports_of_another_run_are_not_its_own(runner, inputs, said):
    ours = runner(**inputs)
    former = ours.workspace / "timp-conformance-reports" / "verdicts.json"
    former.parent.mkdir()
    former.write_text("{}", "utf-8")

    code, printed = ours.run("Check the target")

    assert (code, ours.outputs["exit-code"]) == (4, "4")
    assert said in printed
    assert not any(ours.outputs.get(name) for name in ("reports", "verdicts", "junit"))
    assert "no report was written" in ours.summary()


def test_each_input_reaches_the_suite_as_one_word_and_no_token_does(runner, printing):
    ours = runner(
        suite=printing,
        target="dev; exit 0",
        targets_file="my targets.toml",
        base_url="$(id)",
        orders="`id`.toml",
        seed="7",
        pedantic="true",
        reports_dir="re ports",
        **dict.fromkeys(("token", "retailer_token", "unpermitted_token"), "canary"),
        args="--examples=3\n\n-k a b\n",
    )

    code, printed = ours.run("Check the target")
    _, *words, _ = printed.splitlines()

    assert code == 1
    assert words == [
        "run",
        "--reports-dir=re ports",
        "--target=dev; exit 0",
        "--targets-file=my targets.toml",
        "--base-url=$(id)",
        "--orders=`id`.toml",
        "--seed=7",
        "--pedantic",
        "--examples=3",
        "-k a b",
    ]
    assert "canary" not in printed


def test_what_the_suite_prints_is_not_a_command_to_the_runner(runner, printing):
    ours = runner(suite=printing, target="dev", args="::add-mask::everything")

    _, printed = ours.run("Check the target")
    first, *between, last = printed.splitlines()

    assert "::add-mask::everything" in between
    assert re.fullmatch(r"::stop-commands::[0-9a-f]{32}", first)
    assert last == f"::{first.removeprefix('::stop-commands::')}::"


def test_without_npm_the_results_are_left_as_they_are(runner, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    ours = runner(allure="true")

    code, printed = ours.run("Render Allure's report")

    assert code == 0
    assert "::notice::no npm" in printed


@pytest.mark.parametrize("exit_code", [0, 1], ids=["renders", "fails"])
def test_make_renders_the_results_and_its_failure_is_not_a_verdict(runner, monkeypatch, tmp_path, exit_code):
    for name in ("npm", "make"):
        command = tmp_path / name
        command.write_text(f"#!{BASH}\necho called with: $*\nexit {exit_code}\n", "utf-8")
        command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    ours = runner(allure="true")
    ours.outputs = {"reports": "out"}

    code, printed = ours.run("Render Allure's report")

    assert code == 0
    assert re.search(r"called with: -C \S+ report REPORTS=/\S+/out\n", printed)
    assert ("::warning::" in printed) is (exit_code != 0)


def test_the_suite_is_set_up_by_its_own_make(runner, monkeypatch):
    ours = runner()
    (ours.place / "action" / "Makefile").symlink_to(ROOT / "Makefile")
    for name in ("requirements.lock", "pyproject.toml"):
        (ours.place / "action" / name).symlink_to(ROOT / name)
    step = ours.environment(STEPS["Set up the suite"]) | {"MAKEFLAGS": "n"}  # says what would be done
    monkeypatch.setattr(ours, "environment", lambda _: step)

    code, printed = ours.run("Set up the suite")

    assert code == 0
    assert "--require-hashes --requirement requirements.lock" in printed
