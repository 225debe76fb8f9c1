"""A target that may not be allocated: nothing that exists is named or changes, and much is judged all the same."""

import json
import os
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.endpoint.plan import NOT_PERMITTED
from contracts.engine import session
from contracts.model.clause import Outcome
from contracts.target.embedded import target
from contracts.target.targets import Choice
from provider import server
from provider.allocate_order.readings import SWITCHES
from tests.selftest.forks import command

pytestmark = pytest.mark.xdist_group("without permission")
PROGRAM = Path(sys.executable).with_name("timp-conformance")


@pytest.fixture(scope="module")
def ran(tmp_path_factory, relay_class):
    """A whole run without permission, with what the wire carried and what the database held before and after."""
    folder = tmp_path_factory.mktemp("without-permission")
    database = folder / "orders.sqlite"
    settings = server.Settings(database=str(database), access_log=folder / "access.log")
    with server.running(settings) as running, relay_class(running.base_url) as relay:
        running.write_orders(folder / "orders.toml")
        text = f'[prod]\nbase_url = "{relay.url}"\norders = "orders.toml"\nmay_allocate = false\n'
        text += 'retailer_token_env = "RETAILER"\nunpermitted_token_env = "UNPERMITTED"\n'
        (folder / "targets.toml").write_text(text, "utf-8")
        before = dump(database)
        words = ["--target", "prod", "--targets-file", str(folder / "targets.toml"), "--reports-dir", str(folder)]
        tokens = {
            "TIMP_TOKEN": settings.token,
            "RETAILER": settings.retailer_token,
            "UNPERMITTED": settings.unpermitted_token,
        }
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **tokens}
        done = command(*words, "--examples", "5", environment=environment)
        yield done, folder, running, bytes(relay.received), (before, dump(database))


def dump(database):
    """All that a database holds, as SQL."""
    connection = sqlite3.connect(database)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_the_run_ends_well_and_says_what_it_may_do(ran):
    assert ran[0].returncode == 0
    assert "may not allocate: names invented orders only" in ran[0].stdout


def test_no_test_order_or_line_is_in_any_byte_that_was_sent(ran):
    _, folder, running, received, _ = ran
    sent = received.decode("latin-1").lower().replace("-", "")
    log = (folder / "access.log").read_text("utf-8").lower().replace("-", "")
    names = [order.uuid for order in running.orders] + [i.uuid for order in running.orders for i in order.line_items]

    assert sent.count("put /timp/orders/allocation/") > 300
    assert [name for name in names if name.replace("-", "") in sent + log] == []


def test_the_database_is_the_same_afterwards(ran):
    before, after = ran[4]

    assert before == after
    assert any("insert into" in line.lower() for line in before)


def test_at_least_fifty_clauses_get_a_verdict_all_the_same(ran):
    verdicts = json.loads((ran[1] / "verdicts.json").read_text("utf-8"))

    assert verdicts["summary"]["passed"] >= 50
    assert verdicts["summary"]["failed"] == 0
    assert verdicts["orders"] == []
    assert {verdict["reason"] for verdict in verdicts["verdicts"] if verdict["outcome"] == "untested"} == {
        "no permission to allocate (may_allocate)",
        NOT_PERMITTED.reason,
    }


def outcomes(tmp_path, **settings):
    """The verdicts of a run without permission, by clause."""
    options = session.Options(Choice(), tmp_path)
    with server.running(server.Settings(**settings)) as running:
        without = replace(target(running), may_allocate=False)
        with session.begun(without, options) as run:
            session.send(run)
            report = session.conclude(run, options)
    return {verdict.clause.id: verdict for verdict in report.verdicts}


FAULTS = {
    "accepts-token-prefix": "authentication.near-miss",
    "missing-www-authenticate": "authentication.challenge",
    "missing-allow": "http.method-not-allowed-names-allow",
    "html-error-pages": "http.error-media-type",
    "echoes-credentials-in-a-header": "authentication.token-not-echoed",
    "fails-on-deep-json": "robustness.deep-json",
}


def test_what_shows_without_an_order_is_found(tmp_path, few_cases):
    few_cases("authentication.", "http.", "robustness.deep-json")
    verdicts = outcomes(tmp_path, faults=tuple(FAULTS))

    assert {name for name in FAULTS.values() if verdicts[name].outcome is Outcome.FAILED} == set(FAULTS.values())


@pytest.mark.parametrize("number", [1, 2])
def test_an_allowed_target_is_read_right_as_far_as_it_shows(tmp_path, number):
    readings = {key: values[min(number, len(values) - 1)] for key, values in SWITCHES.items()}
    verdicts = outcomes(tmp_path, readings=readings)
    shown = {name: verdicts[name].reading for name in readings if verdicts[name].reading}

    assert [name for name, verdict in verdicts.items() if verdict.divergences] == []
    assert shown == {name: readings[name] for name in shown}
    assert len(shown) >= 3
