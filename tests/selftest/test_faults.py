"""Each deviation of the provider is seen at its clause, and at no clause that keeps nothing of it."""

import pytest

from contracts.engine import session
from contracts.target.targets import Choice
from provider.allocate_order.faults import FAULTS


def failed_clauses(fault, reports):
    """The clauses that fail on a provider with this deviation."""
    options = session.Options(Choice(name="embedded", faults=(fault.name,), readings=fault.needs), reports)
    with session.started(options) as run:
        assert run.stopped is None
        report = session.conclude(run, options)
    return {verdict.clause.id for verdict in report.verdicts if verdict.divergences}


FEW = (
    "accepts-missing-quantity-accepted",
    "accepts-true-for-quantity-backordered",
    "wraps-quantity-rejected-at-32-bits",
    "accepts-negative-quantity-rejected-from-the-second-line-on",
    "sum-exceeds-by-one",
    "sum-checked-over-the-order",
    "refuses-all-rejected",
    "accepts-date-13-01",
    "refuses-date-02-29",
    "passes-over-null-line-items",
    "allocates-line-items-of-other-orders",
    "finds-orders-by-their-beginning",
    "quantity-shipped-as-string",
    "cost-with-three-decimals",
    "answers-only-first-line",
    "status-in-lower-case",
    "success-names-a-member-twice",
    "single-line-item-without-array",
    "accepts-token-prefix",
    "looks-for-the-order-before-credentials",
    "echoes-credentials-in-refusals",
    "takes-post-for-put",
    "missing-allow",
    "closes-what-is-cut-short",
    "html-error-pages",
    "fails-on-missing-quantities",
    "leaks-an-sql-query",
    "fails-on-deep-json",
    "stores-despite-refusal",
    "stores-the-day-before",
    "mixes-two-at-once",
)
"""Some of each kind; `make prove` runs them all."""


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.xdist_group(f"fault {name}")) for name in FEW], ids=FEW
)
def seen(request, tmp_path_factory):
    """One deviation, and the clauses that fail because of it."""
    fault = FAULTS[request.param]
    return fault, failed_clauses(fault, tmp_path_factory.mktemp("reports"))


def test_a_deviation_is_seen_at_the_clauses_it_breaks(seen):
    fault, failed = seen

    assert failed >= set(fault.breaks)


def test_a_deviation_is_seen_nowhere_else(seen):
    fault, failed = seen

    assert failed <= set(fault.breaks) | set(fault.also)


def test_schemathesis_sees_no_deviation_that_our_oracles_miss(seen):
    _, failed = seen

    assert {clause for clause in failed if not clause.startswith("openapi.")}


def test_what_shows_every_other_time_is_called_flaky_and_counts(tmp_path):
    options = session.Options(Choice(name="embedded", faults=("sum-exceeds-by-one-every-other-time",)), tmp_path)
    with session.started(options) as run:
        report = session.conclude(run, options)
    flaky = [divergence for divergence in report.divergences if divergence.flaky]

    assert {divergence.reproducible for divergence in flaky} <= {"1/3", "2/3"}
    assert {divergence.clause for divergence in flaky} >= {"allocation-object.sum-exceeds-ordered"}
    assert report.exit_code == 1
