"""Every clause keeps what the page, or a standard that it builds on, says. One item a clause; all was sent before."""

import pytest

from contracts.model.clause import Outcome


def test_clause(clause_id, verdicts):
    """The target keeps this clause, as far as anything exercised it."""
    verdict = verdicts[clause_id]
    if verdict.outcome in {Outcome.UNTESTED, Outcome.INAPPLICABLE, Outcome.CANT_TELL}:
        pytest.skip(f"{verdict.outcome}: {verdict.reason}")
    new = [in_words(divergence) for divergence in verdict.divergences if not divergence.known]
    if new:
        pytest.fail("\n".join([f"{clause_id}: {verdict.clause.means}", *new]), pytrace=False)


def in_words(divergence):
    """A divergence as a maintainer reads it."""
    return f"  expected  {divergence.expected}\n  observed  {divergence.observed}\n  replay    {divergence.curl}"
