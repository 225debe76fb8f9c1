"""A provider that shares nothing with ours, in another framework: read right, and its own faults are seen.

A few of them with every change; `make prove` runs all, with EVERY_FAULT set.
"""

import os
import threading
from contextlib import contextmanager

import pytest

from contracts.engine import session
from contracts.model.clause import Outcome
from contracts.model.exchange import LineItem, Order
from contracts.model.uuids import invented
from contracts.target.targets import Choice, Target
from contracts.transport.secrets import Secret
from tests.selftest.second.faults import FAULTS
from tests.selftest.second.shop import Shop
from tests.selftest.second.web import serve

TOKENS = {"valid": "second-suppliers-token", "retailer": "second-retailers-token", "unpermitted": "second-users-token"}
ROLES = {"valid": "supplier", "retailer": "retailer", "unpermitted": "unpermitted"}
LINES = (1, 2, 3, 2, 4, 1, 2, 3, 5, 2, 1, 2)

READINGS = {
    "allocation-object.quantity-encoding": "integers",
    "allocation-object.sum-below-ordered": "refused",
    "allocation-object.backorder-date-form": "iso",
    "allocation-object.backorder-without-date": "refused",
    "response-parameters.shape": "object",
    "response-parameters.sku-cost-encoding": "string",
    "url-parameters.final-slash": "redirect",
    "request-parameters.foreign-line-item": "unprocessable",
    "request-parameters.repeated-line-item": "refused",
    "state.second-allocation": "accepted",
}
"""How it reads the page, as it is written; the run has to find it out."""

FEW = ("leaves-errors-to-the-framework", "writes-field-by-field")


def provided():
    """Orders with line items of 4 to 15 units."""

    def order(number, lines):
        items = tuple(LineItem(invented(7, number, line), 4 + (number * 5 + line * 3) % 12) for line in range(lines))
        return Order(invented(7, number), items)

    return tuple(order(number, lines) for number, lines in enumerate(LINES))


@contextmanager
def running(*faults):
    """The second provider on loopback, as a target."""
    orders = provided()
    shop = Shop(
        {order.uuid: {item.uuid: item.quantity_ordered for item in order.line_items} for order in orders},
        {token: ROLES[label] for label, token in TOKENS.items()},
        faults,
    )
    server = serve(shop)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        tokens = {label: Secret(token) for label, token in TOKENS.items()}
        yield Target("second", url, tokens, orders, may_allocate=True, may_stress=True)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def judged(folder, *faults):
    """What the suite says of it, from its planned cases."""
    options = session.Options(Choice(), folder)
    with running(*faults) as target, session.begun(target, options) as run:
        session.send(run)
        return session.conclude(run, options)


def failed(report):
    """The clauses that fail."""
    return {verdict.clause.id for verdict in report.verdicts if verdict.divergences}


def test_it_is_read_as_it_is_written(tmp_path):
    report = judged(tmp_path)
    found = {verdict.clause.id: verdict.reading for verdict in report.verdicts}

    assert [(d.clause, d.observed, d.case.id) for d in report.divergences] == []
    assert report.exit_code == 0, report.why
    assert READINGS.items() <= found.items()
    undecided = [v.clause.id for v in report.verdicts if v.outcome in {Outcome.CANT_TELL, Outcome.UNTESTED}]
    assert [name for name in undecided if not name.startswith("openapi.")] == []


@pytest.mark.parametrize("fault", FAULTS if os.environ.get("EVERY_FAULT") else FEW)
def test_a_fault_is_seen_and_nothing_else_is(fault, tmp_path):
    breaks, also = FAULTS[fault]
    found = failed(judged(tmp_path, fault))

    assert found, "nothing failed"
    assert set(breaks) - found == set(), "missed"
    assert found - set(breaks) - set(also) == set(), "false alarms"


def test_there_are_faults_enough():
    assert len(FAULTS) >= 25
