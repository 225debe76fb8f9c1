"""What the properties need to know of the target: found by the run, not by the tests."""

import pytest


@pytest.fixture(scope="session")
def date_form(run):
    """The form in which this target takes dates; without one, the properties of dates have nothing to send."""
    if run.kit.dialect.form is None:
        pytest.skip("this target accepted no backorder with a date")
    return run.kit.dialect.form
