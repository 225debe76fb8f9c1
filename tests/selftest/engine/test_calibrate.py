"""What calibration finds out about a target, and that the run uses the target so from then on alone."""

from dataclasses import replace

import pytest

from contracts.engine import session
from contracts.engine.calibrate import calibrate
from contracts.engine.profile import Profile
from contracts.judging.cases import NOT_READ
from contracts.target.embedded import target as embedded
from contracts.target.targets import Choice
from provider import server

SECOND = "state.second-allocation"


@pytest.mark.parametrize(
    ("reading", "again"), [pytest.param("accepted", True, id="taken"), pytest.param("refused", False, id="refused")]
)
def test_an_order_is_changed_again_if_the_target_takes_that(tmp_path, reading, again):
    options = session.Options(Choice(name="embedded", readings={SECOND: reading}), tmp_path)
    with session.prepared(options) as target, session.begun(target, options) as run:
        profile = calibrate(run)
        before = (run.unread, run.stock.again)
        run.adopt(profile)

    assert (profile.dialect.form, profile.unread, profile.again) == ("iso", "", again)
    assert before == (NOT_READ, True)
    assert (run.kit.dialect, run.reads_back, run.stock.again) == (profile.dialect, True, again)


def test_nothing_is_read_or_changed_twice_on_a_target_that_may_not_be_allocated(tmp_path):
    with server.running(server.Settings()) as running:
        target = replace(embedded(running), may_allocate=False)
        with session.begun(target, session.Options(Choice(), tmp_path)) as run:
            profile = calibrate(run)
            roles = {role for case in run.cases for role, _ in case.steps}

    assert profile == Profile(profile.dialect, NOT_READ, again=True)
    assert not roles & {"read", "again"}


@pytest.mark.parametrize(
    ("status", "unread"), [pytest.param(404, "404", id="refused"), pytest.param(None, NOT_READ, id="no-such-call")]
)
def test_why_orders_cannot_be_read_back_is_kept(bench, tmp_path, monkeypatch, status, unread):
    options = session.Options(Choice(name="embedded"), tmp_path)
    shown = status and bench.exchange(bench.base(), status, {})
    with session.prepared(options) as target, session.begun(target, options) as run:
        monkeypatch.setattr(run, "read", lambda _order: shown)
        run.adopt(calibrate(run))

    assert unread in run.unread
    assert not run.reads_back
