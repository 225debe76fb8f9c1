"""What bytes may be taken for: each layer that is taken off, and which of it are bytes again."""

import base64

import pytest

from contracts.transport.known_texts import LARGEST, OF_LARGE, OF_SMALL, SEAM, SMALL, KnownTexts
from contracts.transport.layers import DEPTH, plain, texts, views

RAW = bytes.fromhex("319bba9f71b14a938abf67a45b8fdd5c")
NAME = "319bba9f-71b1-4a93"
WIDE_NAME = NAME.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
ARABIC_NAME = NAME.translate({ord("0") + digit: 0x660 + digit for digit in range(10)})


@pytest.mark.parametrize(
    "written",
    [
        "%33%31%39%62ba9f-71b1-4a93",
        "%2533%25319bba9f-71b1-4a93",
        "%25252533%25252531%25252539bba9f-71b1-4a93",
        "%u0033%u00319bba9f-71b1-4a93",
        r"\u0033\u00319bba9f-71b1-4a93",
        r"\u{33}\u{000031}9bba9f-71b1-4a93",
        r"\U0000003319bba9f-71b1-4a93",
        r"\x33\x{31}9bba9f-71b1-4a93",
        r"\063\0619bba9f-71b1-4a93",
        r"\\\\u003319bba9f-71b1-4a93",
        "&#51;&#x31;&#X39;bba9f-71b1-4a93",
        "&#00000051;1&#57bba9f-71b1-4a93",
        "&amp;#51;&amp;#49;9bba9f-71b1-4a93",
        "&amp;amp;amp;#51;19bba9f-71b1-4a93",
        "=33=319bb=\r\na9f-71=\nb1-4a93",
        "+ADM-19bba9f-71b1-4a93",
        "0x319bba9f-0X71b1-0x4a93",
        "".join(chr(ord(character) + 0xFEE0) for character in NAME),
        "\0".join(NAME) + "\0",
        WIDE_NAME.encode().decode("latin-1"),
        "\u2026" + ARABIC_NAME.encode().decode("latin-1"),
    ],
)
def test_each_layer_is_taken_off(written):
    assert any(NAME in plain(text) for text in texts(written.encode()))


def test_pairs_of_escapes_are_one_character():
    bold_three = "\U0001d7d1"
    for written in (r"\ud835\udfd1", "%ud835%udfd1", "&#55349;&#57297;"):
        assert bold_three in list(texts(written.encode()))


@pytest.mark.parametrize("written", [r"\u{%x}", r"\U%08x", "&#x%x;", "&#%d;"])
def test_what_is_beyond_the_last_character_is_nothing(written):
    last = "\U0010ffff"

    assert f"<{last}>" in list(texts(f"<{written % 0x10FFFF}>".encode()))
    assert "<>" in list(texts(f"<{written % 0x110000}>".encode()))


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(RAW.decode("latin-1").encode(), id="characters-for-bytes"),
        pytest.param("".join(f"\\x{byte:02x}" for byte in RAW).encode(), id="escapes"),
        pytest.param("".join(f"\\u{byte:04x}" for byte in RAW).encode(), id="wide-escapes"),
        pytest.param("".join(f"&#{byte};" for byte in RAW).encode(), id="references"),
        pytest.param(base64.b64encode(RAW), id="base64"),
    ],
)
def test_what_may_be_bytes_is_among_the_bytes(written):
    assert any(RAW in raw for raw in views(written).raws)


@pytest.mark.parametrize("form", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("zero", [0x30, 0x660, 0x966, 0xFF10])
@pytest.mark.parametrize("before", [b"", b"a"], ids=["even", "odd"])
def test_bytes_of_wide_characters_are_read(form, zero, before):
    digits = "31902714938674583190271493867458"
    wide = "".join(chr(zero + int(digit)) for digit in digits)

    assert any(digits.encode() in view for view in views(before + wide.encode(form)).outer)


def test_a_plain_text_is_itself_and_no_bytes():
    assert views(b"so it is") == ((b"so it is",), (), ())


@pytest.mark.parametrize("depth", range(1, 7))
def test_four_codings_inside_one_another_are_taken_off(depth):
    inside = f"the name is {NAME} and so on"
    for _ in range(depth):
        inside = base64.b64encode(inside.encode()).decode()
    seen = views(inside.encode())

    assert DEPTH == 4
    assert any(NAME.encode() in view for view in seen.inner) is (depth <= 4)
    assert not any(NAME.encode() in view for view in seen.outer)


def test_what_a_coding_hides_is_not_among_what_none_hides():
    seen = views(base64.b64encode(f"the name is {NAME}".encode()) + b" " + b"%61bcdefg")

    assert any(b"abcdefg" in view for view in seen.outer)
    assert any(NAME.encode() in view for view in seen.inner)


def test_hexadecimal_numbers_of_one_digit_have_a_zero_before_it():
    assert "31,0b,ba,00,9f" in list(texts(b"0x31,0xb,0xba,0x0,0X9f"))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(0x663, "3", id="Arabic-Indic"),
        pytest.param(0xFF13, "3", id="full-width"),
        pytest.param(0x2462, "3", id="circled"),
        pytest.param(0x4E94, "5", id="Chinese"),
        pytest.param(0xFF41, "a", id="letter-of-full-width"),
        pytest.param(0xE9, "e\u0301", id="letter-with-a-mark"),
        pytest.param(0x5341, "\u5341", id="ten"),
        pytest.param(0xBD, "1\u20442", id="a-half"),
    ],
)
def test_a_digit_of_any_script_is_the_one_of_ascii(code, expected):
    assert plain(chr(code)) == expected


# ------------------------------------------------------------------------------------------- known texts


def known(*added):
    texts_without = KnownTexts()
    for text in added:
        texts_without.add(text)
    return texts_without


def test_a_short_text_is_known_as_a_whole_and_a_longer_one_by_its_differences():
    short, long = "a" * SMALL, "a" * (SMALL + 1)

    assert (SMALL, OF_SMALL, OF_LARGE, LARGEST, SEAM) == (1000, 4096, 4, 2_000_000, 65_536)
    assert (known(short).rest(short), known(long).rest(long)) == ("", "")
    assert known(short).rest(short[1:]) == short[1:]
    assert known(long).rest(short) == short
    assert known().rest(long) == long


def test_of_short_texts_4096_are_remembered_and_then_none_of_them():
    names = [str(number) for number in range(OF_SMALL + 1)]

    assert [known(*names[:OF_SMALL]).rest(name) for name in (names[0], names[-1])] == ["", names[-1]]
    assert [known(*names).rest(name) for name in (names[0], names[-2], names[-1])] == [names[0], names[-2], ""]


def test_of_long_texts_the_last_four_are_remembered():
    long = [chr(ord("a") + number) * (SMALL + 1) for number in range(5)]
    remembered = known(*long)

    assert [remembered.rest(text) for text in long] == [long[0], "", "", "", ""]


@pytest.mark.parametrize(("length", "rest"), [(LARGEST, 0), (LARGEST + 1, LARGEST + 1)])
def test_a_text_of_more_than_two_million_characters_is_not_remembered(length, rest):
    text = "a" * length

    assert len(known(text).rest(text)) == rest


@pytest.mark.parametrize(
    ("before", "after"), [(200_000, 150_000), (100, 200_000), (200_000, 100), (0, 200_000), (200_000, 0)]
)
def test_what_is_around_a_difference_is_searched_for_a_seam_to_both_sides(before, after):
    first, last = "a" * before, "b" * after

    assert known(f"{first}y{last}").rest(f"{first}changed{last}") == f"{first[-SEAM:]}changed{last[:SEAM]}"
    assert known(f"{first}{last}").rest(f"{first}changed{last}") == f"{first[-SEAM:]}changed{last[:SEAM]}"
