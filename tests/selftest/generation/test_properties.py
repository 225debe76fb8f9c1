"""Each property fails if what it states is false; a known divergence is an expected failure."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from functools import partial
from xml.etree import ElementTree as ET

import pytest
from hypothesis import Phase, given, seed, settings

from contracts import ROOT
from contracts.allocate_order import strategies
from contracts.allocate_order.requests import allocated, with_member
from contracts.engine import session
from contracts.engine.calibrate import calibrate
from contracts.engine.turns import BUSY
from contracts.generation.batches import batches
from contracts.generation.properties import SHRINKS_ONCE, Property, known_aside
from contracts.target.embedded import target
from contracts.target.targets import Choice
from provider import server
from provider.orders import default_orders
from tests.selftest import few
from tests.selftest.forks import command

pytestmark = pytest.mark.xdist_group("properties")

SUMS = "test_no_sum_over_the_ordered_quantity_is_accepted"
SPOILS = "test_one_line_item_over_its_quantity_spoils_the_whole_request"
SPLITS = "test_every_split_of_the_ordered_quantity_is_accepted"
SEVERAL = "test_documented_requests_with_several_line_items_are_accepted"
GENERATED = "test_no_answer_to_a_generated_request_diverges_from_a_clause"


def outcomes(folder, *words):
    """The exit code of a run with these words and few planned cases, and the outcome of each property by its name."""
    written = ("--reports-dir", folder / "reports", f"--junitxml={folder / 'items.xml'}")
    done = command("run", *words, *written, cwd=folder, few=())
    items = ET.parse(folder / "items.xml").getroot().iter("testcase")  # noqa: S314 - our own
    found = {item.get("name"): next((child.tag for child in item), "passed") for item in items}
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, found


GENERATES = ("coverage", "positive", "negative")
ON_FAULTS = {
    (
        *("sum-not-checked-with-a-backorder", "sum-checked-for-the-first-line-only", "cuts-fractions"),
        *("drops-the-sign-of-quantity-accepted", "accepts-date-02-30", "quantity-shipped-as-string"),
    ): {
        SUMS,
        SPOILS,
        "test_only_an_integer_is_taken_for_a_quantity",
        "test_no_negative_quantity_is_accepted",
        "test_no_day_outside_the_calendar_is_accepted",
        *(f"{GENERATED}[{way}]" for way in GENERATES),
    },
    ("refuses-rejected-with-accepted", "refuses-first-of-month", "errors-as-bare-words"): {
        SPLITS,
        SEVERAL,
        "test_every_day_between_two_accepted_days_is_accepted",
        *(f"{GENERATED}[{way}]" for way in GENERATES),
    },
}
"""Faults of one provider, and the properties that fail on it: all others pass. Each property is in one of them."""


@pytest.mark.parametrize(("faults", "failing"), ON_FAULTS.items(), ids=["accepts too much", "refuses too much"])
def test_properties_fail_on_the_faults_that_they_speak_of_and_pass_on_others(tmp_path, faults, failing):
    words = [word for fault in faults for word in ("--fault", fault)]
    code, found = outcomes(tmp_path, *words, "-k", "not test_clause")

    assert code == 1
    assert {name for name, outcome in found.items() if outcome == "failure"} == failing
    assert set(found.values()) == {"failure", "passed"}


def test_with_a_sum_that_may_exceed_by_one_both_properties_about_it_fail_and_the_third_passes(tmp_path):
    code, found = outcomes(tmp_path, "--fault", "sum-exceeds-by-one", "-k", "quantity_sums")

    assert (code, found) == (1, {SPLITS: "passed", SUMS: "failure", SPOILS: "failure"})


KNOWN = """
[here]
base_url = "{url}"
may_allocate = true
orders = "orders.toml"
"""
ENTRY = """
[[here.known]]
signature = "{signature}"
clause = "{clause}"
reason = "known to the maintainers"
expires = 2099-01-01
"""


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """A run on a target whose divergences are all in its ledger: the outcomes, and the folder."""
    folder = tmp_path_factory.mktemp("known")
    words = ["--target", "here", "-k", "quantity_sums", "--examples", "12"]
    with server.running(server.Settings(faults=("sum-not-checked",))) as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIMP_TOKEN", running.settings.token)
        running.write_orders(folder / "orders.toml")
        table = KNOWN.format(url=running.base_url)
        (folder / "targets.toml").write_text(table, "utf-8")
        first = outcomes(folder, *words)
        found = _divergences(folder)
        (folder / "targets.toml").write_text(table + "".join(ENTRY.format(**each) for each in found), "utf-8")
        return first, outcomes(folder, *words), folder


def _divergences(folder):
    verdicts = json.loads((folder / "reports" / "verdicts.json").read_text("utf-8"))["verdicts"]
    return [{"signature": d["signature"], "clause": v["clause"]} for v in verdicts for d in v["divergences"]]


def test_what_is_known_is_an_expected_failure(known):
    (before, failed), (after, expected), _ = known

    assert (before, failed[SUMS], failed[SPOILS]) == (1, "failure", "failure")
    assert (after, expected[SUMS], expected[SPOILS]) == (0, "skipped", "skipped")
    assert failed[SPLITS] == expected[SPLITS] == "passed"


@pytest.fixture
def begin(tmp_path):
    """Begins a calibrated run on a provider; returns it, and what sends so many requests for a property."""
    with ExitStack() as stack:

        def begun(most, **changed):
            running = stack.enter_context(server.running(server.Settings(**changed)))
            run = stack.enter_context(session.begun(target(running), session.Options(Choice(), tmp_path)))
            run.stock.begin()
            run.adopt(calibrate(run))
            return run, Property(run, most)

        yield begun


def sums_are_refused(answers, examples=10):
    """A property on its own, with the settings of a run. With its seed, the first that fails is not the smallest."""

    @seed(3)
    @settings(max_examples=examples, database=None, phases=[Phase.generate, Phase.shrink])
    @given(splits=batches(strategies.splits_over_the_ordered_quantity()))
    def states(answers, splits):
        asked.append(len(splits))
        for answer in answers([allocated(split) for split in splits], units=1):
            assert answer.refused, str(answer)  # pytest shortens the text of what is not a string

    asked = []
    states.hypothesis.inner_test = known_aside(states.hypothesis.inner_test)
    return partial(states, answers=answers), asked


def spent(run):
    """The orders that properties allocated."""
    cases = (case for case in run.cases if case.origin == "property")
    return {each.request.path for case in cases for each in case.all("change") if each.accepted}


def test_an_answer_stays_the_same_for_a_property_and_its_request_is_sent_once(begin):
    run, answers = begin(10)
    over = allocated(lambda ordered: (ordered, 1, 0))

    first = list(answers([over, over], units=1))
    second = list(answers([over], units=1))

    assert first == second
    assert [case.id for case in run.cases if case.origin == "property"] == ["property/1"]


def test_a_property_sends_so_many_requests_and_no_more(begin):
    run, answers = begin(5)

    for first in range(0, 40, 4):
        list(answers([with_member("quantity_accepted", -number) for number in range(first + 1, first + 5)]))

    assert sum(case.origin == "property" for case in run.cases) == 5


def test_independent_requests_of_a_batch_are_sent_on_several_orders(begin):
    run, answers = begin(20)

    list(answers([with_member("quantity_accepted", -number) for number in range(1, 17)]))

    assert len({case.all("change")[0].request.path for case in run.cases if case.origin == "property"}) == BUSY


def test_what_is_found_is_one_small_request(begin):
    _, answers = begin(40, faults=("sum-not-checked-from-100-units-on",))
    states, asked = sums_are_refused(answers)

    with pytest.raises(
        AssertionError, match=r"accepted (\d+) \+ rejected 0 \+ backordered 0 = (100|1001) was answered 200"
    ):
        states()

    assert max(asked) > 1
    assert asked[-1] == 1


def test_what_comes_and_goes_is_found_and_not_an_error_of_hypothesis(begin):
    run, answers = begin(40, faults=("sum-exceeds-by-one-every-other-time",))
    states, _ = sums_are_refused(answers)

    with pytest.raises(AssertionError, match="was answered 200"):
        states()

    cases = [case for case in run.cases if case.origin == "property"]
    assert len({case.all("change")[0].request.content for case in cases}) == len(cases)


def test_where_orders_are_allocated_once_looking_for_a_smaller_request_takes_few_of_them(begin):
    once = {"state.second-allocation": "refused"}
    run, answers = begin(40, readings=once, faults=("sum-not-checked-from-100-units-on",), orders=default_orders(200))
    states, _ = sums_are_refused(answers)
    before = []
    allows = answers.allows

    def noted():
        before.append(len(spent(run)))
        return allows()

    answers.allows = noted
    assert not run.stock.again
    with pytest.raises(AssertionError, match="was answered 200"):
        states()

    assert 0 < before[0] <= 40
    assert before[0] < len(spent(run)) <= before[0] + SHRINKS_ONCE <= before[0] + 10


BROKEN = """
from contracts.allocate_order import strategies
from hypothesis import strategies as st

def broken(shares):
    raise KeyError("no-such-key")

strategies.splits_of_the_ordered_quantity = lambda: st.just(broken)
"""


def test_a_key_error_in_a_property_is_an_error_of_the_suite(tmp_path):
    (tmp_path / "breaks_a_property.py").write_text(BROKEN, "utf-8")
    words = ["-k", "quantity_sums", "--reports-dir", tmp_path / "reports"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **few.environment(options="-p breaks_a_property")}
    environment["PYTHONPATH"] += f"{os.pathsep}{tmp_path}"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/conformance", *words],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 3
    assert "no-such-key" in done.stdout
    assert "1 failed, 2 passed" in done.stdout
