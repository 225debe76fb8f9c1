"""What a gateway, or the tool that records, answers in place of the application is not held against the application."""

import json

import pytest

from tests.selftest.hostile_files import entry, log
from tests.selftest.recording.test_recording_shapes import judged

LOST = "availability.every-request-is-answered"


def answered(status, text, **headers):
    """An entry with this answer."""
    made = entry()
    made["response"] |= {"status": status, "bodySize": len(text), "content": {"size": len(text), "text": text}}
    made["response"]["headers"] = [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
    return made


def found(folder, *entries):
    """What is found in a recording of these entries."""
    (folder / "recording.har").write_text(json.dumps(log(*entries)), "utf-8")
    finds, _, calls, errors = judged(folder / "recording.har")
    assert (calls, errors) == (len(entries), [])
    return finds


HTML = {"Content_Type": "text/html"}
GATEWAYS = {
    "502-of-a-proxy": answered(502, "<h1>ERROR: The requested URL could not be retrieved</h1>", **HTML),
    "503-without-a-body": answered(503, "", Content_Length="0"),
    "504-of-a-gateway": answered(504, '{"message": "Endpoint request timed out"}', Content_Type="application/json"),
    "504-of-the-tool": answered(504, "[Fiddler] ReadResponse() failed: no answer", Content_Type="text/html"),
    "520-of-a-network": answered(520, "error code: 520", Content_Type="text/plain"),
}


@pytest.mark.parametrize("lost", GATEWAYS.values(), ids=GATEWAYS)
def test_a_lost_answer_is_named_as_one_and_no_error_of_the_application(lost, tmp_path):
    assert found(tmp_path, entry(), lost) == {LOST}
    assert found(tmp_path, entry(), lost, entry()) == {LOST}


def test_nothing_is_said_of_a_limit_of_the_rate(tmp_path):
    assert found(tmp_path, entry(), answered(503, "slow down", Content_Type="text/plain", Retry_After="2")) == set()


def test_of_a_401_whose_headers_are_not_recorded_nothing_is_said_of_the_challenge(tmp_path):
    unknown, empty = (answered(401, '{"detail": "Invalid token."}') for _ in range(2))
    empty["response"]["headers"] = [{"name": "Content-Type", "value": "application/json"}]

    assert found(tmp_path, entry(), unknown) == set()
    assert "authentication.challenge" in found(tmp_path, entry(), empty)


def test_an_error_of_the_application_is_one(tmp_path):
    text = '{"error": {"code": "oops"}}'

    assert found(tmp_path, entry(), answered(500, text, Content_Type="application/json")) == {"http.no-server-error"}


def test_where_calls_to_two_places_are_answered_one_has_to_be_named(tmp_path):
    other = entry()
    other["request"]["url"] = other["request"]["url"].replace("api.example.com", "api-dev.example.com")

    with pytest.raises(
        ValueError, match=r"several places \(https://api-dev\.example\.com, https://api\.example\.com\)"
    ):
        found(tmp_path, entry(), other)
