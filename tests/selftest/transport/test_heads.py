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


@pytest.mark.parametrize("line", [b"X\0A: 1", b" Odd : 1", b": 1", b"X-A: a\0", b"X(A): 1", b"X-A"])
def test_a_line_that_is_not_a_field_is_taken_out(line):
    head = Head()

    assert head.feed(b"HTTP/1.1 200 OK\r\nX-B: 1\r\n" + line + b"\r\n\r\n") == (
        b"HTTP/1.1 200 OK\r\nX-B: 1\r\n\r\n" if line[:1] != b" " else b"HTTP/1.1 200 OK\r\nX-B: 1\r\n Odd : 1\r\n\r\n"
    )


@pytest.mark.parametrize("name", [b"Content-Length", b"Transfer-Encoding", b"CONNECTION"])
def test_a_line_that_says_where_the_answer_ends_stays_however_it_is_written(name):
    for line in (name + b" : 2", b"\0" + name + b": 2", name + b"\0: 2"):
        head = Head()
        assert head.feed(b"HTTP/1.1 200 OK\r\n" + line + b"\r\n\r\n") == b"HTTP/1.1 200 OK\r\n" + line + b"\r\n\r\n"
        assert head.headers == []


def test_values_that_were_taken_out_have_no_space_around_them():
    head = Head()
    head.feed(b"HTTP/1.1 200 OK\r\nX A:\t 1 2 \t\r\nno colon\r\n\r\n")

    assert head.headers == [(b"X A", b"1 2"), (b"", b"no colon")]


@pytest.mark.parametrize("size", [65_535, 65_536])
def test_a_head_is_waited_for_up_to_64_kilobytes(size):
    head = Head()
    begun = b"HTTP/1.1 200 OK\r\nX: ".ljust(size, b"a")

    assert head.feed(begun) == (b"" if size < 65_536 else begun)
    assert head.feed(b"\r\n\r\n") == (begun + b"\r\n\r\n" if size < 65_536 else b"\r\n\r\n")


def test_what_follows_a_head_is_handed_on_as_it_comes():
    head = Head()

    assert head.feed(KEPT + b"X Y: 1\r\n") == KEPT + b"X Y: 1\r\n"
    assert head.feed(b"Z Z: 1\r\n\r\n") == b"Z Z: 1\r\n\r\n"
    assert head.headers == []


@pytest.mark.parametrize(("data", "is_one"), [(b"\0\0\0\4\0\0\0\0\0", True), (b"SSH-2.0\r\n", False), (b"\0", False)])
def test_a_frame_of_http_2_in_place_of_a_head_is_seen(data, is_one):
    head = Head()
    head.feed(data)

    assert head.is_http2 is is_one
