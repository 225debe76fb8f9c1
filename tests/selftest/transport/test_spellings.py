"""A UUID that is known beforehand is found in each order of its bytes, as bytes, digits and numbers in each base."""

import uuid

import pytest

from contracts.transport.spellings import Spellings, found
from tests.selftest.transport.test_codings import CODINGS

NAME = uuid.UUID("319bba9f-71b1-4a93-8abf-67a45b8fdd5c")
OTHER = uuid.UUID("7a1e2b9c-3f60-4f7e-9a55-0c9d1e2d3a4b")
LOWER, UPPER, DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"


def orders(name):
    """The 16 bytes as the RFC, Windows, MySQL (time swapped) and the old driver of MongoDB for Java keep them."""
    raw = name.bytes
    mysql = raw[6:8] + raw[4:6] + raw[0:4] + raw[8:16]
    java = bytes(reversed(raw[0:8])) + bytes(reversed(raw[8:16]))
    return {"RFC": raw, "Windows": name.bytes_le, "MySQL": mysql, "Java": java}


def in_base(number, alphabet):
    """A number in the digits of an alphabet."""
    text = ""
    while number:
        number, digit = divmod(number, len(alphabet))
        text = alphabet[digit] + text
    return text


BASES = {
    "8": "01234567",
    "10": DIGITS,
    "36": DIGITS + LOWER,
    "36 in upper case": DIGITS + UPPER,
    "57": "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "58": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "62": DIGITS + UPPER + LOWER,
    "62, lower case first": DIGITS + LOWER + UPPER,
    "62, letters first": UPPER + LOWER + DIGITS,
}
WRITTEN = {
    "bytes": lambda raw: raw,
    "digits": lambda raw: raw.hex().encode(),
    "DIGITS": lambda raw: raw.hex().upper().encode(),
    "two numbers": lambda raw: b"%d, %d" % tuple(int.from_bytes(raw[at : at + 8], "big") for at in (0, 8)),
    "two signed numbers": lambda raw: (
        b"%d:%d" % tuple(int.from_bytes(raw[at : at + 8], "big", signed=True) for at in (0, 8))
    ),
    **{f"base {base}": lambda raw, a=a: in_base(int.from_bytes(raw, "big"), a).encode() for base, a in BASES.items()},
}


@pytest.mark.parametrize("name", [NAME, OTHER], ids=str)
@pytest.mark.parametrize("order", orders(NAME))
@pytest.mark.parametrize("turned", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize("written", WRITTEN)
def test_a_uuid_is_found_in_each_order_and_writing_alone_and_within_a_text(name, order, turned, written):
    raw = orders(name)[order][:: -1 if turned else 1]
    text = WRITTEN[written](raw)
    known = Spellings([NAME.hex, OTHER.hex])

    assert known.first(text) == name.hex
    assert known.first(b'{"a": "' + text + b'"}') == name.hex
    assert known.first(text[:-1]) is None
    assert Spellings([uuid.UUID(int=5).hex]).first(text) is None


def test_digits_turned_round_are_found():
    known = Spellings([NAME.hex])

    assert known.first(str(NAME)[::-1].encode()) == NAME.hex
    assert known.first(b"") is None
    assert Spellings([]).first(str(NAME).encode()) is None


# ------------------------------------------------------------------------- what shows that it is a UUID


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        pytest.param(str(NAME), True, id="usual"),
        pytest.param(NAME.hex, True, id="without-hyphens"),
        pytest.param(str(NAME).replace("-", "--"), True, id="two-signs-between-groups"),
        pytest.param(str(NAME).replace("-", "---"), False, id="three-signs-between-groups"),
        pytest.param("-".join(NAME.hex), True, id="a-sign-between-digits"),
        pytest.param(". ".join(NAME.hex), True, id="two-signs-between-digits"),
        pytest.param("...".join(NAME.hex), False, id="three-signs-between-digits"),
        pytest.param(f"a{NAME.hex}", False, id="33-digits"),
        pytest.param(NAME.hex[:-1], False, id="31-digits"),
        pytest.param(f"x{NAME}x", True, id="groups-within-letters"),
        pytest.param(str(NAME.int), True, id="number"),
        pytest.param(f"0{NAME.int}"[:40], True, id="number-of-39-digits-with-a-zero"),
        pytest.param(f".{NAME.int}", False, id="behind-a-point"),
        pytest.param(f"{NAME.int}5", False, id="longer-number"),
        pytest.param(str(2**128 + NAME.int), False, id="number-of-more-than-128-bits"),
        pytest.param(str(10**34), False, id="number-of-35-digits-without-a-version"),
    ],
)
def test_what_shows_that_it_is_a_uuid_is_found(text, is_one):
    assert (found(text.encode()) == {NAME.hex}) is is_one
    assert (found(f'{{"a": "{text}"}}'.encode()) == {NAME.hex}) is is_one


@pytest.mark.parametrize(
    ("coding", "size"), [("base64", 3), ("base16", 1), ("Ascii85", 4), ("base85 of RFC 1924", 4), ("Z85", 4)]
)
def test_in_a_coding_a_longer_row_of_digits_is_none_either(coding, size):
    encoded = CODINGS[coding]

    assert found(encoded(b" " * size + NAME.hex.encode()).encode()) == {NAME.hex}
    assert found(encoded(b"a" * size + NAME.hex.encode()).encode()) == frozenset()


@pytest.mark.parametrize("version", range(16))
@pytest.mark.parametrize("variant", range(4))
def test_bytes_in_a_coding_are_a_uuid_if_they_have_a_version_and_the_variant(version, variant):
    """RFC 9562 sections 4.1 and 4.2: versions 1 to 8, and the variant 10."""
    raw = bytearray(NAME.bytes)
    raw[6], raw[8] = version << 4 | 3, variant << 6 | 5
    number = str(int.from_bytes(raw, "big"))

    assert (found(number.encode()) == {raw.hex()}) is (1 <= version <= 8 and variant == 2)


@pytest.mark.parametrize(
    ("before", "after", "is_one"),
    [
        ("", "", True),
        ('{"a": "', '"}', True),
        ("/orders/", "/", True),
        ("?a=", "&b=1", True),
        ("?a=", "", True),
        ('{"a": ', "}", False),
        ("a ", "", False),
        ("", " a", False),
        ("(", ")", False),
    ],
)
def test_decimal_digits_alone_are_a_uuid_where_they_are_all_of_a_value(before, after, is_one):
    digits = "31900094711449838467674500084500"

    assert (digits in found(f"{before}{digits}{after}".encode())) is is_one
