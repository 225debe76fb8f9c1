"""Credentials of a recorded request that are not in Authorization are found by what they are called."""

import pytest

from contracts.recording.elsewhere import given

URL = "https://api.example.com/timp/orders/allocation/x/"


@pytest.mark.parametrize(
    ("asked", "headers"),
    [
        pytest.param({"url": f"{URL}?page=1&token=s3cr%2Ft"}, (), id="query"),
        pytest.param({}, (("X-Auth-Token", "s3cr/t"),), id="header"),
        pytest.param({}, (("api-key", "s3cr/t"),), id="header-in-lower-case"),
        pytest.param({}, (("Cookie", "a=b; access_token=s3cr/t"),), id="cookie"),
        pytest.param({"postData": {"text": '{"line_items": [], "Token": "s3cr/t"}'}}, (), id="body"),
        pytest.param({"postData": {"text": "x=1&api_key=s3cr%2Ft"}}, (), id="form"),
    ],
)
def test_credentials_are_found_in_each_place(asked, headers):
    assert given(asked, headers) == ("s3cr/t",)


@pytest.mark.parametrize(
    ("asked", "headers"),
    [
        pytest.param({"url": f"{URL}?page=1&tokens=3"}, (("X-Request-Id", "a"), ("Cookie", "session=a")), id="others"),
        pytest.param({"postData": {"text": '{"tracking_token_count": "5", "token": 5}'}}, (), id="no-text"),
        pytest.param({"url": 5, "postData": []}, (), id="no-request"),
    ],
)
def test_what_is_called_otherwise_is_not_a_credential(asked, headers):
    assert given(asked, headers) == ()
