"""Each deviation of the provider is seen at its clause, and at no clause that keeps nothing of it."""

import pytest

from contracts import session
from contracts.targets import Choice
from provider.allocate_order import field_faults
from provider.allocate_order.faults import FAULTS


def failed_clauses(faults, reports):
    """The clauses that fail on a provider with these deviations."""
    options = session.Options(Choice(name="embedded", faults=faults), reports)
    with session.started(options) as run:
        assert run.stopped is None
        report = session.conclude(run, options)
    return {verdict.clause.id for verdict in report.verdicts if verdict.divergences}


IN_FAMILIES = {fault.name for fault in field_faults.FAULTS}
OF_FAMILIES = {
    "accepts-missing-quantity-accepted",
    "accepts-true-for-quantity-backordered",
    "wraps-quantity-rejected-at-32-bits",
    "accepts-negative-quantity-rejected-from-the-second-line-on",
    "accepts-date-13-01",
    "refuses-date-02-29",
    "quantity-shipped-as-true",
    "success-names-a-member-twice",
}
FEW = sorted(FAULTS.keys() - IN_FAMILIES | OF_FAMILIES)
"""All that stand alone, and one of each kind of those that come in families; `make prove` runs them all."""


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.xdist_group(f"fault {name}")) for name in FEW], ids=FEW
)
def seen(request, tmp_path_factory):
    """One deviation, and the clauses that fail because of it."""
    return FAULTS[request.param], failed_clauses((request.param,), tmp_path_factory.mktemp("reports"))


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

    assert {divergence.reproducible for divergence in flaky} == {"2/3"}
    assert {divergence.clause for divergence in flaky} >= {"allocation-object.sum-exceeds-ordered"}
    assert report.exit_code == 1
