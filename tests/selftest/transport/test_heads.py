"""Header lines that the parser of HTTP refuses are taken out of a head, however it arrives, and kept."""

import pytest

from contracts.transport.heads import Head

LINES = b"HTTP/1.1 200 OK\r\nX Trace Id: 1\r\nContent-Length: 2\r\nX-Odd: a\0b\r\nnothing\r\n\r\n"
KEPT = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"


@pytest.mark.parametrize("size", [1, 7, 40, 1_000])
def test_such_lines_are_taken_out_and_kept(size):
    head, data = Head(), LINES + b"{}"
    passed = b"".join(head.feed(data[at : at + size]) for at in range(0, len(data), size))

    assert passed == KEPT + b"{}"
    assert head.headers == [(b"X Trace Id", b"1"), (b"X-Odd", b"a\0b"), (b"", b"nothing")]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(KEPT + b"X Trace Id: 1\r\n\r\n", id="what-looks-like-one-in-a-body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Folded: a\r\n  b\r\nX-Latin: \xe9\r\n\r\n", id="folded-and-beyond-ascii"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}", id="a-line-that-says-where-the-answer-ends"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n", id="no-HTTP"),
        pytest.param(b"HTTP/1.1 200 " + b"O" * 100_000, id="no-end"),
    ],
)
def test_everything_else_stays_as_it_is(data):
    head = Head()

    assert head.feed(data) + head.feed(b"") == data
    assert head.headers == []


def test_interim_answers_have_heads_of_their_own():
    head, interim = Head(), b"HTTP/1.1 103 Early Hints\r\nX Y: 1\r\n\r\n"

    assert head.feed(interim * 2_000 + LINES) == b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2_000 + KEPT
    assert len(head.headers) == 2_003


def test_a_head_that_is_cut_off_is_handed_on():
    head = Head()

    assert head.feed(b"HTTP/1.1 200 OK\r\nX: 1") == b""
    assert head.feed(b"") == b"HTTP/1.1 200 OK\r\nX: 1"
