"""Codings of bytes as text: each alphabet with all of its characters, wherever a run begins, and how long it is."""

import base64

import pytest

from contracts.transport.codings import decoded

RAW = bytes.fromhex("319bba9f71b14a938abf67a45b8fdd5c")
ALL = bytes(range(1, 256))
"""Every byte; no group of four is zero, for which Ascii85 has a sign of its own."""

Z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
"""The alphabet of ZeroMQ's RFC 32."""

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The alphabet of base32 without I, L, O and U."""


def z85(raw):
    """Bytes in Z85; each group of four is five characters."""
    numbers = (int.from_bytes(raw[at : at + 4], "big") for at in range(0, len(raw), 4))
    return "".join(Z85[number // 85**power % 85] for number in numbers for power in (4, 3, 2, 1, 0))


def crockford(raw):
    """Bytes in the alphabet of Crockford."""
    usual = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return base64.b32encode(raw).decode().rstrip("=").translate(str.maketrans(usual, CROCKFORD))


CODINGS = {
    "base64": lambda raw: base64.b64encode(raw).decode(),
    "base64 of URLs": lambda raw: base64.urlsafe_b64encode(raw).decode(),
    "base32": lambda raw: base64.b32encode(raw).decode(),
    "base32hex": lambda raw: base64.b32hexencode(raw).decode(),
    "base32 in lower case": lambda raw: base64.b32encode(raw).decode().lower(),
    "base32 of Crockford": crockford,
    "base16": lambda raw: raw.hex(),
    "BASE16": lambda raw: raw.hex().upper(),
    "Ascii85": lambda raw: base64.a85encode(raw).decode(),
    "base85 of RFC 1924": lambda raw: base64.b85encode(raw).decode(),
    "Z85": z85,
    "numbers": lambda raw: ", ".join(map(str, raw)),
    "signed numbers": lambda raw: ",".join(str((byte + 128) % 256 - 128) for byte in raw),
}
STEPS = {"base64": 4, "base32": 8, "base16": 2, "BASE16": 2, "Ascii85": 5, "base85": 5, "Z85": 5}
"""After so many characters, the groups of a coding begin again at a byte."""


def raws(text):
    """The bytes that a text may hold."""
    return [raw for contents in decoded(text) for raw in contents.raws]


def texts(text):
    """The texts that the bytes may be that a text holds."""
    return {run for contents in decoded(text) for runs in contents.texts for run in runs}


@pytest.mark.parametrize("at", range(0, len(ALL) - 24, 21))
@pytest.mark.parametrize("name", CODINGS)
def test_bytes_are_found_in_each_coding_whatever_they_are(name, at):
    part = ALL[at : at + 24]

    assert any(part in raw for raw in raws(CODINGS[name](part)))


@pytest.mark.parametrize(
    ("name", "skip"),
    [(name, skip) for name in CODINGS for skip in range(STEPS.get(name.split()[0], 1)) if "numbers" not in name],
)
def test_bytes_are_found_wherever_their_coding_begins_in_a_run(name, skip):
    """Characters before them belong to nothing, and do not hide them."""
    part = ALL[40:64]
    before = CODINGS[name](ALL[100:124])[:skip]

    assert any(part[:20] in raw for raw in raws(f'"{before}{CODINGS[name](part)}"'))


@pytest.mark.parametrize("name", CODINGS)
def test_spaces_and_line_ends_are_no_part_of_a_coding(name):
    written = CODINGS[name](RAW * 2)
    wrapped = written if "numbers" in name else "\r\n ".join(written[at : at + 7] for at in range(0, len(written), 7))

    assert any(RAW in raw for raw in raws(wrapped))


def test_the_example_of_z85_is_read():
    """ZeroMQ's RFC 32: the bytes 86 4F D2 6F B5 59 F7 5B are written HelloWorld."""
    assert bytes.fromhex("864FD26FB559F75B" * 2) in raws("HelloWorld" * 2)


def digits(zero):
    """Sixteen digits of a script with this zero."""
    return "".join(chr(zero + int(digit)) for digit in "3190271493867458")


SIXTEEN = {
    "letters": "abcdefghijklmnop",
    "with spaces": "a b c d e f g h ",
    "with line ends": "abcdefgh\r\n\tijklm",
    "in two bytes a character": "äöüßäöüßäöüßäöüß",
    "in three bytes a character": digits(0xFF10),
    "in four bytes a character": digits(0x1D7CE),
}


@pytest.mark.parametrize("coding", ["base64", "base32", "base16", "base85 of RFC 1924"])
@pytest.mark.parametrize("text", SIXTEEN.values(), ids=SIXTEEN)
def test_sixteen_characters_are_read_as_a_text_and_fifteen_are_not(text, coding):
    def written(of):
        return CODINGS[coding](b"\x01\x02\x03" + of.encode() + b"\x01\x02\x03\x04\x05")

    assert text in texts(written(text))
    assert not any(text[:15] in run for run in texts(written(text[:15])))


@pytest.mark.parametrize("form", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_text_of_wide_characters_is_read(form):
    text = "319bba9f-71b1-4a93"

    assert any(text in run.replace("\0", "") for run in texts(base64.b64encode(text.encode(form)).decode()))


@pytest.mark.parametrize("zero", [0x660, 0x966, 0x6F0, 0xFF10])
@pytest.mark.parametrize("form", ["utf-16-le", "utf-16-be"])
def test_wide_digits_of_another_script_are_read(form, zero):
    assert digits(zero) in texts(base64.b64encode(digits(zero).encode(form)).decode())


@pytest.mark.parametrize(
    ("kind", "long", "short"),
    [
        ("base64", base64.b64encode(RAW).decode().rstrip("="), base64.b64encode(RAW[:15]).decode()),
        ("base16", RAW.hex() + "00112233", RAW.hex() + "0011223"),
        ("base85", base64.b85encode(RAW).decode(), base64.b85encode(RAW).decode()[:19]),
        ("numbers", ",".join(map(str, RAW)), ",".join(map(str, RAW[:15]))),
    ],
)
def test_a_run_that_is_too_short_for_sixteen_bytes_is_none(kind, long, short):
    assert any(RAW in raw for raw in raws(long)), kind
    assert not any(RAW[:14] in raw for raw in raws(short)), kind


@pytest.mark.parametrize("separator", [",", ", ", " ", ";", "\n", "][", "0x"])
def test_numbers_are_bytes_with_up_to_three_other_characters_between_them(separator):
    written = separator.join(map(str, RAW))

    assert (RAW in raws(written)) == (separator != "0x")
    assert RAW not in raws(written.replace(separator, " -- ") if len(separator) < 3 else written)


@pytest.mark.parametrize("host", ["{}", "xn--{}", "XN--{}", "a.xn--{}.example"])
def test_a_label_of_a_host_name_is_read(host):
    text = f"319bba9f-71b1-4a93-{chr(0xFF18)}"

    assert text in texts(host.format(text.encode("punycode").decode()))


def test_a_word_of_two_hundred_characters_is_not_a_label():
    label = f"{'a' * 175}-319bba9f-71b1-4a93--q1k"

    assert label.encode() in raws(label)
    assert f"a{label}".encode() not in raws(f"a{label}")


def test_base85_is_looked_for_in_short_texts_only():
    written = base64.b85encode(RAW).decode()

    assert RAW in raws("." * (4096 - 20) + written)
    assert RAW not in raws("." * (4096 - 19) + written)
