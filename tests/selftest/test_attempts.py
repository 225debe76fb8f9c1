"""What a property sends is collected first; it is asked again only where something new shows."""

from contextlib import closing, contextmanager

import pytest

from contracts.allocate_order.requests import allocated, with_member
from contracts.engine import session
from contracts.engine.calibrate import calibrate
from contracts.generation.properties import Attempts, NewDivergence
from contracts.target.targets import Choice

OVER = allocated(lambda ordered: (ordered, 1, 0))
FAULT = "sum-exceeds-by-one"


@contextmanager
def attempts_on(folder, *faults):
    """Attempts on the embedded provider, of which nothing is known but how to be accepted."""
    options = session.Options(Choice(name="embedded", faults=faults), folder)
    with session.prepared(options) as target, session.begun(target, options) as run:
        run.leases.begin()
        calibrate(run)
        with closing(Attempts(run)) as attempts:
            yield run, attempts


def test_what_shows_nothing_new_is_not_asked_again(tmp_path):
    with attempts_on(tmp_path) as (run, attempts):
        with attempts.listening():
            attempts(OVER, units=1)
            attempts(with_member("quantity_accepted", -1))

        assert attempts.unremarkable()
    assert sorted(case.id for case in run.cases if case.origin == "property") == ["property/1", "property/2"]


def test_what_shows_something_new_is_asked_again_and_not_sent_again(tmp_path):
    with attempts_on(tmp_path, FAULT) as (run, attempts):
        with attempts.listening():
            attempts(OVER, units=1)
        again = attempts.unremarkable()
        sent = run.transport.requests
        with pytest.raises(NewDivergence, match="sum-exceeds-ordered"):
            attempts(OVER, units=1)

        assert not again
        assert run.transport.requests == sent


def test_what_is_known_is_nothing_new(tmp_path):
    with attempts_on(tmp_path, FAULT) as (run, attempts):
        with attempts.listening():
            attempts(OVER, units=1)
        attempts.settle()
        run.known |= {finding.signature for case in run.cases for finding in run.judge(case)}
        with attempts.listening():
            attempts(OVER, units=1)

        assert attempts.unremarkable()


def test_what_may_not_leave_is_asked_again_to_report_it(tmp_path):
    with attempts_on(tmp_path) as (_, attempts):
        with attempts.listening():
            attempts(with_member("line_item_uuid", "319bba9f-71b1-4a93-8abf-67a45b8fdd5c"))

        assert not attempts.unremarkable()
