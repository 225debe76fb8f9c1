"""Twenty runs behind a gateway that loses 1 % of the answers, each time other ones: the same entry every time.

They take ten minutes and more: they run if EVERY_FAULT is set, as by `make prove`.
"""

import os

import pytest

from provider import server
from tests.field.harness import TOKEN, Server, run
from tests.field.in_front import ANSWERED, BAD_GATEWAY
from tests.field.proxies import habits
from tests.field.proxies.proxy import Proxy
from tests.selftest.forks import command

RUNS, EXAMPLES = (20, ()) if "EVERY_FAULT" in os.environ else (1, ("--examples", "5"))
CORRECT = Server("in-front", "", (), (), (), 24, 0, pedantic=False, faults=(), open=())


def seen(folder, seed):
    """Return what one run shows: exit code, entries as (clause, signature), and the exit code if judged as pedantic."""
    folder.mkdir()
    with server.running(server.Settings(token=TOKEN)) as running:
        running.write_orders(folder / "orders.toml")
        with Proxy(running.base_url, habits.sometimes(0.01, BAD_GATEWAY, seed=seed)) as proxy:
            found = run(CORRECT, proxy.url, folder, *EXAMPLES)
    words = ["judge", "reports/exchanges.jsonl", "--orders", "orders.toml", "--pedantic"]
    pedantic = command(*words, cwd=folder)
    entries = [(v["clause"], d["signature"]) for v in found["verdicts"] for d in v["divergences"]]
    return found["exit_code"], tuple(entries), pedantic.returncode


@pytest.mark.xdist_group("in front")
def test_lost_answers_are_the_same_entry_in_each_run_and_fail_a_pedantic_one(tmp_path):
    shown = {seen(tmp_path / str(seed), seed) for seed in range(RUNS)}

    assert len(shown) == 1
    ((code, entries, pedantic),) = shown
    assert [clause for clause, _ in entries] == [ANSWERED]
    assert (code, pedantic) == (0, 1)
