"""A request without what its credentials add is the request as it was: path, query, headers and body."""

import pytest

from contracts.transport.credentials import added
from contracts.transport.interlock import NOTHING, Outgoing

TOKEN = "the-suppliers-token"  # noqa: S105 - no one's
BODY = b'{"line_items": []}'


@pytest.mark.parametrize("path", ["/a/", "/a/?", "/a/?b=1", "/a/?b=1&c=2", "/a/?b"])
@pytest.mark.parametrize("label", ["valid", "absent", "in query", "in cookie", "in header", "in body"])
def test_a_bare_request_is_the_one_before_credentials_were_added(label, path):
    credentials = added(label, {"valid": TOKEN})
    own = ((b"Host", b"here"), (b"X-Note", b"1"))
    headers = (*own, *((name.encode(), value.encode()) for name, value in credentials.headers))
    sent = Outgoing("PUT", "http://here", credentials.path(path).encode(), headers, credentials.body(BODY), credentials)

    assert (TOKEN.encode() in b"".join([sent.target, sent.body, *(value for _, value in headers)])) is (
        label != "absent"
    )
    assert sent.bare.target == (path.removesuffix("?") if label == "in query" else path).encode()
    assert (sent.bare.headers, sent.bare.body, sent.bare.credentials) == (own, BODY, NOTHING)
