"""Deviations of the provider are seen at the clauses that they break, and nowhere else."""

import pytest

from contracts.engine import session
from contracts.target.targets import Choice
from provider.allocate_order.faults import FAULTS


def failed_clauses(faults, reports):
    """The clauses that fail on a provider with these deviations."""
    needs = {key: reading for fault in faults for key, reading in fault.needs.items()}
    choice = Choice(name="embedded", faults=tuple(fault.name for fault in faults), readings=needs)
    options = session.Options(choice, reports)
    with session.started(options) as run:
        assert run.stopped is None
        report = session.conclude(run, options)
    return {verdict.clause.id for verdict in report.verdicts if verdict.divergences}


TOGETHER = (
    (
        *("accepts-missing-quantity-accepted", "accepts-date-13-01", "missing-allow", "status-in-lower-case"),
        *("wraps-quantity-rejected-at-32-bits", "accepts-token-prefix", "stores-the-day-before"),
        *("allocates-line-items-of-other-orders", "fails-on-missing-quantities", "mixes-two-allocations"),
    ),
    (
        *("accepts-true-for-quantity-backordered", "refuses-date-02-29", "html-error-pages"),
        *("sum-exceeds-by-one", "passes-over-null-line-items", "success-names-a-member-twice", "fails-on-deep-json"),
    ),
    (
        *("accepts-negative-quantity-rejected-from-the-second-line-on", "takes-post-for-put"),
        *("answers-only-first-line", "quantity-shipped-as-string"),
    ),
    (
        *("sum-checked-over-the-order", "finds-orders-by-their-beginning", "looks-for-the-order-before-credentials"),
        *("cost-with-three-decimals", "refuses-all-rejected", "leaks-an-sql-query", "echoes-credentials-in-refusals"),
        "closes-what-is-cut-short",
    ),
    ("stores-despite-refusal", "single-line-item-without-array"),
)
"""Some deviations of each kind, in groups that do not hide each other; `make prove` runs every deviation alone."""


@pytest.fixture(
    scope="module",
    params=[pytest.param(names, marks=pytest.mark.xdist_group(f"fault {names[0]}")) for names in TOGETHER],
    ids=[names[0] for names in TOGETHER],
)
def seen(request, tmp_path_factory):
    """Deviations of one provider, and the clauses that fail because of them."""
    faults = [FAULTS[name] for name in request.param]
    return faults, failed_clauses(faults, tmp_path_factory.mktemp("reports"))


def test_deviations_are_seen_at_the_clauses_they_break(seen):
    faults, failed = seen

    assert [(fault.name, clause) for fault in faults for clause in fault.breaks if clause not in failed] == []


def test_deviations_are_seen_nowhere_else(seen):
    faults, failed = seen

    assert failed - {clause for fault in faults for clause in (*fault.breaks, *fault.also)} == set()


def test_what_schemathesis_sees_our_oracles_see_too():
    faults = [FAULTS[name] for names in TOGETHER for name in names]

    assert [fault.name for fault in faults if all(clause.startswith("openapi.") for clause in fault.breaks)] == []


def test_what_shows_every_other_time_is_called_flaky_and_counts(tmp_path, few_cases):
    few_cases("allocation-object.sum-", "state.repeat")
    options = session.Options(Choice(name="embedded", faults=("sum-exceeds-by-one-every-other-time",)), tmp_path)
    with session.started(options) as run:
        report = session.conclude(run, options)
    flaky = [divergence for divergence in report.divergences if divergence.flaky]

    assert {divergence.reproducible for divergence in flaky} <= {"1/3", "2/3"}
    assert {divergence.clause for divergence in flaky} >= {"allocation-object.sum-exceeds-ordered"}
    assert report.exit_code == 1
