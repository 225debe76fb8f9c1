"""Which stretch of the source a stretch of a reading comes from: digit by digit, and escape by escape."""

import base64

import pytest

from contracts.transport.encodings import MappedText, readings, unescaped

WORD = "a secret of some length"


def sources(text, word):
    """The stretches of a text from which its readings have a word."""
    found = set()
    for reading in readings(text):
        at = reading.text.find(word)
        if at >= 0:
            start, end = reading.span(at, at + len(word))
            found.add(text[start:end])
    return found


def test_a_text_comes_from_itself():
    assert MappedText("abc").span(1, 3) == (1, 3)
    assert sources("so it is", "it") == {"it"}


@pytest.mark.parametrize("start", range(6))
@pytest.mark.parametrize("length", [7, 8, 9, 10])
def test_of_base64_the_source_is_every_digit_that_encodes_a_bit_of_it(start, length):
    """RFC 4648 section 4: each digit encodes six bits."""
    digits = base64.b64encode(WORD.encode()).decode().rstrip("=")
    first, last = start * 8 // 6, -(-(start + length) * 8 // 6)

    assert digits[first:last] in sources(f'"{digits}"', WORD[start : start + length])


@pytest.mark.parametrize("start", range(4))
def test_of_hexadecimal_digits_the_source_is_two_for_each_character(start):
    digits = WORD.encode().hex()

    assert sources(f"<{digits}>", WORD[start : start + 9]) == {digits[2 * start : 2 * (start + 9)]}


def test_each_of_several_runs_is_the_source_of_what_it_holds():
    runs = [base64.b64encode(f"{name} secret of some length".encode()).decode() for name in ("one", "two", "six")]
    text = " and ".join(runs)

    for name, run in zip(("one", "two", "six"), runs, strict=True):
        assert run.rstrip("=") in sources(text, f"{name} secret of some length")


@pytest.mark.parametrize(
    ("text", "word", "source"),
    [
        ("x%61bc", "ab", "%61b"),
        ("xa%62c", "ab", "a%62"),
        ("xa%62c", "xa", "xa"),
        ("xa%62c", "c", "c"),
        ("%61%62%63", "abc", "%61%62%63"),
        ("%61%62%63", "b", "%62"),
        ("<&#97;b&#x63;>", "abc", "&#97;b&#x63;"),
        (r"\u0061b\x63", "bc", r"b\x63"),
        ("%2561bc", "ab", "%2561b"),
        ("a\u200bbc", "ab", "a\u200bb"),
        ("=3Da=\r\nbc", "ab", "a=\r\nb"),
    ],
)
def test_of_an_escape_the_source_is_all_of_it_and_of_what_is_around_it_nothing_else(text, word, source):
    assert source in sources(text, word)


@pytest.mark.parametrize("spelled", ["%61%20secret%20of some", "a secret&#32;of%20some"])
def test_layers_lead_back_to_the_source(spelled):
    digits = base64.b64encode(f"so {spelled} length".encode()).decode().rstrip("=")
    first, last = 3 * 8 // 6, -(-(3 + len(spelled)) * 8 // 6)

    assert digits[first:last] in sources(digits, "a secret of some")


def test_what_is_joined_over_white_space_leads_back_to_all_of_it():
    assert "a se\r\n cret" in sources("so a se\r\n cret of", "asecret")


def test_numbers_of_characters_lead_back_to_the_first_and_the_last():
    numbers = ", ".join(str(ord(character)) for character in WORD)

    assert ", ".join(numbers.split(", ")[2:8]) in sources(f"[{numbers}]", WORD[2:8])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&#325;", chr(325)),
        ("&#325", " 5"),
        ("&#1261", "~1"),
        ("&#1271", chr(1271)),
        ("&#9", "\t"),
        ("&#x201", " 1"),
        ("&#x7E1", "~1"),
        ("&#x7f1", chr(0x7F1)),
        ("&#0000065;", "A"),
        ("&amp;", "&"),
        ("&ampx", "&x"),
        ("&fjlig;", "fj"),
        ("&lt1", "<1"),
        ("&nothing;", "&nothing;"),
        ("&notit", "&notit"),
        ("%41=42", "AB"),
        ("%u0041", "A"),
        ("=\r\n=\n", ""),
        (r"\x41\X42\u0043\U00000044", "ABCD"),
        (r"\u{41}\x{000042}", "AB"),
        (r"\101\0102\7", "AB\x07"),
        (r"\n\t\a", "   "),
        (r"\"\/\\", '"/\\'),
        ("\u00c3\u00a4", "\u00e4"),
        ("\u00c3\u00c3", "\u00c3\u00c3"),
        ("a\u00ad\u200b\ufeffb", "ab"),
        (r"\u{110000}", "\ufffd"),
    ],
)
def test_an_escape_is_read_as_its_character(written, read):
    first, *_ = [*unescaped(f"<{written}>"), f"<{written}>"]

    assert first == f"<{read}>"


def test_four_layers_of_escapes_are_taken_off():
    written = "%2525252541"

    assert list(unescaped(written)) == ["%25252541", "%252541", "%2541", "%41"]


def test_of_numbers_those_that_are_none_in_a_base_stay_as_they_are():
    text = " ".join(["0x49", "0x58"] * 4)
    found = [reading.text for reading in readings(text)]

    assert text.replace(" ", "") in found  # in base 8
    assert "1:" * 4 in found  # in base 10
    assert "IX" * 4 in found  # in base 16


def base64_of(text):
    return base64.b64encode(text.encode()).decode().rstrip("=")


def hex_of(text):
    return text.encode().hex()


def numbers_of(text):
    return ", ".join(str(ord(character)) for character in text)


@pytest.mark.parametrize(
    ("coded", "is_read"),
    [
        ([], True),
        ([base64_of], True),
        ([hex_of, base64_of], True),
        ([base64_of, base64_of], True),
        ([base64_of, base64_of, base64_of], False),
        ([hex_of, hex_of, hex_of], False),
        ([numbers_of], True),
        ([numbers_of, base64_of], True),
        ([numbers_of, base64_of, hex_of], False),
        ([base64_of, numbers_of], False),
        ([numbers_of, numbers_of], False),
    ],
)
def test_two_codings_are_taken_off_and_nothing_of_what_numbers_spell(coded, is_read):
    text = WORD
    for coding in coded:
        text = coding(text)

    assert any(WORD in reading.text for reading in readings(f"<{text}>")) is is_read
