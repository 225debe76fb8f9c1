"""What a run wrote down about itself: read as it was meant, also from older versions."""

import pytest

from contracts.judging.cases import NOT_READ
from contracts.recording import checked
from contracts.recording.recorded import Facts, facts_as_json


@pytest.mark.parametrize("unread", ["", "it answers 404"])
def test_why_orders_cannot_be_read_back_is_read_as_it_was_written(unread):
    line = facts_as_json(Facts(started=1.0, unread=unread))

    assert line["reads_back"] is not bool(unread)
    assert checked.facts(line).unread == unread


@pytest.mark.parametrize(("reads_back", "unread"), [(True, ""), (False, NOT_READ)])
def test_an_older_line_without_the_reason_is_read(reads_back, unread):
    line = facts_as_json(Facts(started=1.0)) | {"reads_back": reads_back}
    del line["unread"]

    assert checked.facts(line).unread == unread
