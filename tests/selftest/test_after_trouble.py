"""An expired token, an outage and a restart leave no signature, reading or pin that a good run would not have."""

import json
import tomllib

import pytest
import tomlkit
from click.testing import CliRunner

from contracts.commands.accept import accept
from contracts.engine import session
from contracts.reports import write_all
from contracts.target.targets import Choice
from provider import server
from tests.field.harness import TOKEN
from tests.field.in_front import BAD_GATEWAY
from tests.field.proxies import habits
from tests.field.proxies.proxy import Proxy

TROUBLES = {
    "the-token-expires": lambda: habits.expires(300),
    "an-outage": lambda: habits.gone(300, 2),
    "a-restart": lambda: habits.gone(300, 2, BAD_GATEWAY),
}

pytestmark = pytest.mark.xdist_group("after trouble")


def ran(folder, habit):
    """Run the planned cases on a target with one fault behind a habit; return verdicts.json, and accept it all."""
    settings = server.Settings(token=TOKEN, faults=("missing-allow",))
    table = {"token_env": "FIELD_TOKEN", "may_allocate": True, "may_stress": True, "orders": "orders.toml"}
    with pytest.MonkeyPatch.context() as patch, server.running(settings) as running:
        patch.setenv("FIELD_TOKEN", TOKEN)
        running.write_orders(folder / "orders.toml")
        with Proxy(running.base_url, habit) as proxy:
            text = tomlkit.dumps({"behind": {"base_url": proxy.url, **table}})
            (folder / "targets.toml").write_text(text, "utf-8")
            options = session.Options(Choice(name="behind", file=folder / "targets.toml"), folder / "reports")
            with session.started(options) as run:
                write_all(session.conclude(run, options), folder / "reports")
    words = ["--targets-file", str(folder / "targets.toml"), "--reports-dir", str(folder / "reports"), "--reason", "x"]
    CliRunner().invoke(accept, words)
    return json.loads((folder / "reports" / "verdicts.json").read_text("utf-8"))


def signatures(verdicts):
    return {d["signature"] for verdict in verdicts["verdicts"] for d in verdict["divergences"]}


def readings(verdicts):
    return {(verdict["clause"], verdict["reading"]) for verdict in verdicts["verdicts"] if verdict["reading"]}


def ledger(folder):
    """Return the pins of a folder's target, and the signatures that are known of it."""
    table = tomllib.loads((folder / "targets.toml").read_text("utf-8"))["behind"].get("allocate_order", {})
    return set(table.get("pinned", {}).items()), {entry["signature"] for entry in table.get("known", ())}


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """The folder and the verdicts of a run that nothing disturbs."""
    folder = tmp_path_factory.mktemp("good")
    return folder, ran(folder, habits.passes)


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_leaves_nothing_that_a_good_run_would_not_have(good, tmp_path, name):
    folder, undisturbed = good
    verdicts = ran(tmp_path, TROUBLES[name]())
    pins, known = ledger(tmp_path)

    assert len(signatures(undisturbed)) == 1
    assert verdicts["exit_code"] == (6 if name == "the-token-expires" else 1)
    assert signatures(verdicts) <= signatures(undisturbed)
    assert readings(verdicts) <= readings(undisturbed)
    assert pins <= ledger(folder)[0]
    assert known <= ledger(folder)[1]
    assert bool(pins) is (name != "the-token-expires")
