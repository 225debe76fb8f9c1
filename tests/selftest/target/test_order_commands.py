"""Test orders that a command of the target makes."""

import json
import os
import stat
import sys

import pytest

from contracts.endpoint.plan import Need
from contracts.engine.making import made_by
from contracts.engine.orders import ExhaustedError
from contracts.engine.reusable import Reusable
from contracts.model.exchange import LineItem, Order
from contracts.model.uuids import invented
from contracts.target import commands
from contracts.target.targets import UsageError
from provider import server
from provider.orders import default_orders
from tests.selftest.conftest import order
from tests.selftest.forks import command

pytestmark = pytest.mark.xdist_group("orders")
ONCE = {"state.second-allocation": "refused"}


def script(path, text):
    """An executable script."""
    path.write_text(f"#!{sys.executable}\n{text}", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


MANIFEST = """print('''[[orders]]
uuid = "319bba9f-71b1-4a93-8abf-67a45b8fdd5c"
[[orders.line_items]]
uuid = "b84ccd3c-88f8-4050-accf-e049163052e3"
quantity_ordered = 6''')"""


def test_an_order_is_what_a_command_prints(tmp_path):
    made = made_by([str(script(tmp_path / "new-order", MANIFEST))])

    assert made.line_items == (LineItem("b84ccd3c-88f8-4050-accf-e049163052e3", 6),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("import sys; print('the-token', file=sys.stderr); sys.exit(3)", "ended with 3", id="fails"),
        pytest.param("print('no order')", "invalid TOML", id="prints-something-else"),
        pytest.param("pass", "name at least one order", id="prints-nothing"),
    ],
)
def test_a_command_that_makes_no_order_is_named_and_not_quoted(tmp_path, text, said):
    with pytest.raises(UsageError, match=said) as raised:
        made_by([str(script(tmp_path / "new-order", text))])

    assert "new-order" in str(raised.value)
    assert "the-token" not in str(raised.value)


def test_a_command_that_is_not_there_is_named():
    with pytest.raises(UsageError, match=r"order_command \./none: cannot be run"):
        made_by(["./none"])


CHILD = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "import sys; sys.stdout.write('#' * 70_000)", "prints more than 65536 bytes", id="prints-too-much"
        ),
        pytest.param("while True: print('#' * 1000)", "prints more than 65536 bytes", id="prints-for-ever"),
        pytest.param("import time; time.sleep(600)", "has not ended after 1 s", id="sleeps"),
        pytest.param(
            "import os, time; os.close(1); time.sleep(600)", "has not ended after 1 s", id="closes-and-sleeps"
        ),
        pytest.param(CHILD + "time.sleep(600)", "has not ended after 1 s", id="child-holds-the-pipe"),
    ],
)
def test_a_command_is_bounded_in_what_it_prints_and_how_long_it_takes(tmp_path, monkeypatch, text, said):
    monkeypatch.setattr(commands, "SECONDS", 1)

    with pytest.raises(UsageError, match=said):
        made_by([str(script(tmp_path / "new-order", text))])


def test_an_order_or_a_line_that_a_command_returns_again_is_an_error():
    first, line = order(2), order(1).line_items[0]
    other = Order(invented("another"), (first.line_items[1],))
    for again in (first, other):
        orders = Reusable([], [again, first].pop)
        assert orders.fresh(Need()) is first
        with pytest.raises(UsageError, match="a second time; let it make a new order"):
            orders.fresh(Need(), other_than=first)
    assert Reusable([first], lambda: Order(invented("new"), (line,))).fresh(Need(), other_than=first).line_items == (
        line,
    )


def test_a_command_is_run_so_often_and_no_more():
    numbers = iter(range(10_000))
    orders = Reusable([], lambda: Order(invented("o", next(numbers)), (LineItem(invented("l", next(numbers)), 1),)))

    for _ in range(400):
        orders.spend(orders.fresh(Need()))
    with pytest.raises(ExhaustedError, match="order_command was run 400 times, the most that one run asks of it"):
        orders.fresh(Need())
    assert next(numbers) == 800


@pytest.fixture
def commanded(tmp_path):
    """Runs the command line on a target whose orders a script makes; says what came of it."""

    def run(text, *words):
        script(tmp_path / "new-order", f"open({str(tmp_path / 'ran')!r}, 'w').close()\n{text}")
        settings = server.Settings()
        with server.running(settings) as running:
            table = f'[dev]\nbase_url = "{running.base_url}"\nmay_allocate = true\n'
            table += 'order_command = ["./new-order"]\n'
            (tmp_path / "targets.toml").write_text(table, "utf-8")
            here = ["--target", "dev", "--targets-file", tmp_path / "targets.toml", "--reports-dir", tmp_path]
            environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TIMP_TOKEN": settings.token}
            done = command(*here, *words, environment=environment)
        return done, (tmp_path / "ran").exists()

    return run


def test_a_plan_runs_no_command(commanded):
    done, ran = commanded(MANIFEST, "--plan")

    assert done.returncode == 0
    assert "Nothing is sent" in done.stdout
    assert not ran


def test_a_run_whose_command_returns_an_order_again_ends_with_exit_4_and_says_so(commanded):
    done, ran = commanded(MANIFEST)

    assert ran
    assert done.returncode == 4
    assert "319bba9f-71b1-4a93-8abf-67a45b8fdd5c a second time; let it make a new order" in " ".join(
        done.stdout.split()
    )
    assert "Traceback" not in done.stdout + done.stderr


TAKE = """
import pathlib, tomllib
place = pathlib.Path(__file__).parent
taken = place / "taken"
number = len(taken.read_text()) if taken.exists() else 0
taken.write_text("x" * (number + 1))
order = tomllib.loads((place / "stock.toml").read_text())["orders"][number]
print(f'[[orders]]\\nuuid = "{order["uuid"]}"')
for line in order["line_items"]:
    print(f'[[orders.line_items]]\\nuuid = "{line["uuid"]}"\\nquantity_ordered = {line["quantity_ordered"]}')
"""


@pytest.mark.parametrize(("readings", "asked"), [({}, range(4, 5)), (ONCE, range(30, 60))], ids=["reusable", "once"])
def test_orders_are_made_as_they_are_needed(tmp_path, readings, asked):
    script(tmp_path / "new-order", TAKE)
    settings = server.Settings(readings=readings, orders=default_orders(80))
    with server.running(settings) as running:
        running.write_orders(tmp_path / "stock.toml")
        text = f'[dev]\nbase_url = "{running.base_url}"\nmay_allocate = true\norder_command = ["./new-order"]\n'
        (tmp_path / "targets.toml").write_text(text, "utf-8")
        words = ["--target", "dev", "--targets-file", tmp_path / "targets.toml", "--reports-dir", tmp_path]
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TIMP_TOKEN": settings.token}
        done = command(*words, "--examples", "1", environment=environment, few=("state.", "allocation-object.sum-"))
    verdicts = json.loads((tmp_path / "verdicts.json").read_text("utf-8"))

    assert done.returncode == 0
    assert len((tmp_path / "taken").read_text("utf-8")) in asked
    assert verdicts["summary"]["passed"] > 70
    assert {each["order"] for each in verdicts["orders"]} <= {order.uuid for order in settings.orders}
