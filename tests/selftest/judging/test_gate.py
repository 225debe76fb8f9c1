"""The exit code as a table: what fails a run, and what does not."""

import datetime

import pytest

from contracts.judging.causes import causes_of
from contracts.judging.gate import gate
from contracts.model.report import Note
from tests.selftest.report_sample import (
    FLAGGED,
    KNOWN,
    NEW,
    PASSED,
    SHOULD,
    UNTESTED,
    divergence,
    exchange,
    failed,
    said,
)

ENCODING = FLAGGED.clause.id
DAY = datetime.date(2027, 1, 1)
POOLED = failed(divergence("availability.every-request-is-answered", "an answer", "502", exchange(20, b"", 502)))
HEALED = Note("healed", KNOWN.clause.id, "it is gone", "remove the entry", fails=True)
EXPIRED = Note("expired", KNOWN.clause.id, "it has expired", "mend it", fails=True)
DRIFTED = Note("drifted", ENCODING, "it is another reading", "pin it", fails=True)
LOST = Note("lost", UNTESTED.clause.id, "it has no verdict", "see why", fails=True)
ABSENT = Note("absent", KNOWN.clause.id, "it was not seen", "nothing to do")


def code(*verdicts, **options):
    """Return the exit code of a complete run with these verdicts, and the reason."""
    causes = causes_of(verdicts, said)
    return gate(verdicts, causes, **{"errors": (), "complete": True, "pedantic": False, **options})


@pytest.mark.parametrize(
    ("verdicts", "options", "expected"),
    [
        pytest.param((PASSED,), {}, (0, "nothing diverges from the page"), id="all-passed"),
        pytest.param((PASSED, NEW), {}, (1, "1 new cause (1 divergence on 1 clause)"), id="a-new-divergence"),
        pytest.param((PASSED, KNOWN), {}, (0, "nothing that fails the run; 1 known cause"), id="a-known-divergence"),
        pytest.param(
            (PASSED, SHOULD),
            {},
            (0, "nothing that fails the run; 1 new cause at level should"),
            id="a-divergence-at-level-should",
        ),
        pytest.param(
            (PASSED, SHOULD), {"pedantic": True}, (1, "1 new cause (1 divergence on 1 clause)"), id="the-same-pedantic"
        ),
        pytest.param((FLAGGED,), {}, (0, "nothing that fails the run; 1 flagged reading"), id="a-flagged-reading"),
        pytest.param(
            (FLAGGED,), {"pedantic": True}, (1, "1 flagged reading, and the run is pedantic"), id="flagged-pedantic"
        ),
        pytest.param(
            (FLAGGED,),
            {"pedantic": True, "pinned": {ENCODING: "both"}},
            (0, "nothing that fails the run; 1 flagged reading"),
            id="flagged-pedantic-and-pinned",
        ),
        pytest.param((PASSED,), {"notes": (HEALED,)}, (1, "1 known divergence that healed"), id="healed"),
        pytest.param((PASSED,), {"notes": (EXPIRED,)}, (1, "1 known divergence that expired"), id="expired"),
        pytest.param((PASSED,), {"notes": (DRIFTED, DRIFTED)}, (1, "2 pinned readings that drifted"), id="drifted"),
        pytest.param((PASSED,), {"notes": (LOST,)}, (1, "1 clause without the coverage of before"), id="lost-coverage"),
        pytest.param(
            (PASSED,), {"notes": (LOST, LOST)}, (1, "2 clauses without the coverage of before"), id="lost-twice"
        ),
        pytest.param(
            (PASSED,), {"notes": (ABSENT,)}, (0, "nothing diverges from the page"), id="a-note-that-fails-none"
        ),
        pytest.param(
            (PASSED, NEW),
            {"notes": (LOST,)},
            (1, "1 new cause (1 divergence on 1 clause); 1 clause without the coverage of before"),
            id="two-reasons",
        ),
        pytest.param((UNTESTED,), {}, (5, "nothing was tested"), id="nothing-tested"),
        pytest.param((UNTESTED, POOLED), {}, (5, "nothing was tested"), id="nothing-tested-but-the-way-to-the-target"),
        pytest.param(
            (PASSED, NEW),
            {"complete": False},
            (2, "interrupted; what was judged so far is reported"),
            id="interrupted-with-a-divergence",
        ),
        pytest.param(
            (PASSED,),
            {"errors": ("an oracle failed", "another")},
            (3, "the suite itself failed: an oracle failed"),
            id="an-error-of-the-suite",
        ),
        pytest.param(
            (PASSED, NEW),
            {"errors": ("an oracle failed",), "complete": False, "notes": (LOST,)},
            (3, "the suite itself failed: an oracle failed"),
            id="an-error-of-the-suite-counts-before-all",
        ),
    ],
)
def test_the_exit_code_and_its_reason(verdicts, options, expected):
    assert code(*verdicts, **options) == expected
