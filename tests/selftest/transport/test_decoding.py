"""Content codings are undone piece by piece, or said not to be what they were declared as."""

import gzip
import zlib

import pytest

from contracts.transport.decoding import PIECE, CodingError, decoded

BODY = b'{"line_items": []}' * 10


def raw_deflate(body):
    """Without the header of zlib, as some servers send it."""
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return made.compress(body) + made.flush()


CODED = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress}


def pieces(data, size):
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
@pytest.mark.parametrize(
    ("coding", "code"),
    [*CODED.items(), ("deflate", raw_deflate), ("  GZip ", gzip.compress), ("", bytes), ("br", bytes), ("zip", bytes)],
    ids=["gzip", "x-gzip", "deflate", "raw-deflate", "upper-case", "none", "brotli", "unknown"],
)
def test_a_body_is_as_it_was_before_its_coding_or_as_it_came_if_the_coding_is_not_known(coding, code, size):
    assert b"".join(decoded(pieces(code(BODY), size), coding)) == BODY


@pytest.mark.parametrize("level", [1, 9])
def test_both_kinds_of_deflate_are_distinguished_by_their_first_byte(level):
    for window in range(9, 16):
        made = zlib.compressobj(level, wbits=window)
        assert b"".join(decoded([made.compress(BODY) + made.flush()], "deflate")) == BODY
    assert raw_deflate(BODY)[0] & 0x0F != 8  # else this test would say nothing of it


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda data: data[:-1], "it ends early"),
        (lambda data: data[:4], "it ends early"),
        (lambda data: data + b"x", "bytes behind its end"),
        (lambda data: data + data, "bytes behind its end"),
        (lambda _data: BODY, "Error -3"),
    ],
    ids=["cut", "cut-after-four-bytes", "longer", "twice", "not-coded"],
)
@pytest.mark.parametrize("size", [1, 10_000])
def test_what_is_not_in_its_coding_is_an_error_with_its_name(coding, spoil, said, size):
    with pytest.raises(CodingError, match=f"no {coding}: .*{said}"):
        b"".join(decoded(pieces(spoil(CODED[coding](BODY)), size), coding))


@pytest.mark.parametrize("coding", ["gzip", "", "br"])
def test_of_nothing_there_is_nothing(coding):
    assert b"".join(decoded([], coding)) == b""


def test_a_bomb_comes_in_pieces_of_64_kilobytes():
    sizes = [len(piece) for piece in decoded([gzip.compress(b"0" * 1_000_000)], "gzip")]

    assert PIECE == 64 * 1024
    assert max(sizes) == PIECE
    assert sum(sizes) == 1_000_000
