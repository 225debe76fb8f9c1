"""How one may write a UUID so that somebody still reads it: forms of the UUID, and codings of any text or bytes.

None of this is the interlock's own code: what it undoes is made here, by other means.
"""

import base64
import quopri
import re
import uuid

ZEROS = "٠۰०০੦௦០０𝟎𝟘𝟶"
"""The zero of some scripts, after which its other digits come."""

JOINERS = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u0301")


def some(numbers, text, change):
    """A text with at least one of its characters changed, and others by chance."""
    chosen = {numbers.randrange(len(text)), *(i for i in range(len(text)) if numbers.random() < 0.3)}
    return "".join(change(char) if index in chosen else char for index, char in enumerate(text))


def digits_of(numbers, text):
    """Decimal digits of another script, some of them or all."""
    zero = ord(numbers.choice(ZEROS))
    share = numbers.choice([0.4, 1])
    return "".join(chr(zero + int(c)) if c in "0123456789" and numbers.random() < share else c for c in text)


def wide(char):
    return chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char


def circled(char):
    return chr(0x24D0 + ord(char) - ord("a")) if char in "abcdef" else char


def regrouped(numbers, name):
    """Hyphens at other places."""
    digits = uuid.UUID(name).hex
    cuts = sorted(numbers.sample(range(1, 32), numbers.randrange(1, 8)))
    return "-".join(digits[a:b] for a, b in zip([0, *cuts], [*cuts, 32], strict=True))


FORMS = {
    "as it is": lambda _n, u: u,
    "upper case": lambda _n, u: u.upper(),
    "mixed case": lambda n, u: some(n, u, str.upper),
    "no hyphens": lambda _n, u: u.replace("-", ""),
    "braces": lambda _n, u: "{" + u + "}",
    "parentheses": lambda _n, u: "(" + u + ")",
    "urn": lambda n, u: n.choice(["urn:uuid:", "URN:UUID:", "uuid:", "guid:"]) + u,
    "moved hyphens": regrouped,
    "other separators": lambda n, u: u.replace("-", n.choice("_:.+~|;")),
    "separated digits": lambda n, u: n.choice("-_:. ").join(uuid.UUID(u).hex),
    "invisible characters": lambda n, u: n.choice(JOINERS).join(u),
    "digits of another script": digits_of,
    "full width": lambda n, u: some(n, u, wide),
    "circled letters": lambda n, u: some(n, u, circled),
    "Windows order": lambda _n, u: str(uuid.UUID(bytes=uuid.UUID(u).bytes_le)),
    "reversed order": lambda _n, u: uuid.UUID(u).bytes[::-1].hex(),
    "hexadecimal number": lambda _n, u: f"0x{uuid.UUID(u).hex}",
    "decimal number": lambda _n, u: str(uuid.UUID(u).int),
}
"""Forms that show that they are a UUID, to a reader who has never seen it."""

ORDERS = {
    "": lambda u: u.bytes,
    " in Windows order": lambda u: u.bytes_le,
    " reversed": lambda u: u.bytes[::-1],
    " in the order of MySQL": lambda u: u.bytes[6:8] + u.bytes[4:6] + u.bytes[:4] + u.bytes[8:],
}


def in_base(raw, alphabet):
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, len(alphabet))
        text = alphabet[digit] + text
    return text


def of_windows(_numbers, name):
    """As .NET writes a GUID with the format X."""
    u = uuid.UUID(name)
    parts = ",".join(f"0x{byte:02x}" for byte in u.bytes[8:])
    return f"{{0x{u.time_low:08x},0x{u.time_mid:04x},0x{u.time_hi_version:04x},{{{parts}}}}}"


KNOWN_FORMS = {
    "digits turned round": lambda _n, u: u[::-1],
    "format X": of_windows,
    "list of bytes": lambda _n, u: ", ".join(map(str, uuid.UUID(u).bytes)),
    "list of signed bytes": lambda _n, u: ",".join(str((b + 128) % 256 - 128) for b in uuid.UUID(u).bytes),
    "two numbers": lambda _n, u: f"{uuid.UUID(u).int >> 64}, {uuid.UUID(u).int & (1 << 64) - 1}",
    "base 36": lambda _n, u: in_base(uuid.UUID(u).bytes, "0123456789abcdefghijklmnopqrstuvwxyz"),
    "base 58": lambda _n, u: in_base(uuid.UUID(u).bytes, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    **{f"bytes{order}": lambda _n, u, to=to: to(uuid.UUID(u)) for order, to in ORDERS.items()},
    **{
        f"number{order}": lambda _n, u, to=to: str(int.from_bytes(to(uuid.UUID(u)), "big"))
        for order, to in ORDERS.items()
    },
}
"""Forms that only those recognize who know the UUID."""


def octets(data):
    return data if isinstance(data, bytes) else data.encode()


def letters(data):
    return data.decode("latin-1") if isinstance(data, bytes) else data


def percent(numbers, data):
    """Percent-encoded: some characters or all, once or several times."""
    share = numbers.choice([0.3, 1])
    text = "".join(
        f"%{b:02x}" if numbers.random() < share or not 33 <= b <= 126 or b == 37 else chr(b) for b in octets(data)
    )
    return text.replace("%", "%" + "25" * numbers.randrange(5))


def escaped(numbers, data):
    form = numbers.choice(["\\u{:04x}", "\\x{:02x}", "\\u{{{:x}}}", "\\{:03o}", "%u{:04X}"])
    units = [*re.findall("..", letters(data).encode("utf-16-be").hex())]
    numbers16 = [int(a + b, 16) for a, b in zip(units[::2], units[1::2], strict=True)]
    if form in {"\\x{:02x}", "\\{:03o}"} and max(numbers16) > 255:
        form = "\\u{:04x}"
    return "".join(form.format(number) for number in numbers16).replace("\\", "\\" * numbers.choice([1, 1, 2, 4]))


def entities(numbers, data):
    form = numbers.choice(["&#{};", "&#x{:x};", "&#X{:04X};", "&#0{};"])
    return "".join(form.format(ord(c)) for c in letters(data)).replace(
        "&", numbers.choice(["&", "&", "&amp;", "&amp;amp;"])
    )


def sixty_four(numbers, data):
    """Base64: of the bytes or of UTF-16, in both alphabets, padded or not, in lines or not, with something before."""
    raw = octets(data) if isinstance(data, bytes) else data.encode(numbers.choice(["utf-8", "utf-16-le", "utf-16-be"]))
    text = base64.b64encode(b"a: "[3 - numbers.randrange(4) :] + raw).decode()
    text = text.translate(str.maketrans("+/", "-_")) if numbers.random() < 0.4 else text
    text = text.rstrip("=") if numbers.random() < 0.4 else text
    width = numbers.choice([0, 0, 4, 16, 20])
    return "\r\n".join(re.findall(f".{{1,{width}}}", text)) if width else text


def thirty_two(numbers, data):
    code = numbers.choice([base64.b32encode, base64.b32hexencode])
    text = code(octets(data)).decode()
    text = text.rstrip("=") if numbers.random() < 0.5 else text
    return text.lower() if numbers.random() < 0.5 else text


CODINGS = {
    "percent signs": percent,
    "escapes": escaped,
    "entities": entities,
    "quoted-printable": lambda _n, d: quopri.encodestring(octets(d).replace(b"-", b"=2D")).decode("ascii"),
    "base64": sixty_four,
    "base32": thirty_two,
    "base16": lambda n, d: octets(d).hex(*n.choice([(), (), (" ",), (":",)])),
}
"""What one may do to any text or bytes; the result is a text. Any of them may be done to what another made."""

LAST = {
    "base85": lambda _n, d: base64.b85encode(octets(d)).decode(),
    "UTF-7": lambda _n, d: letters(d).encode("utf-7").decode("ascii"),
}
"""The same, for what no other coding was done to."""


def label(numbers, name):
    """A label of a host name, in punycode."""
    form = numbers.choice(["digits of another script", "full width", "circled letters"])
    return numbers.choice(["", "xn--"]) + FORMS[form](numbers, name).encode("punycode").decode("ascii")


FORMS["punycode"] = label


def spelled(numbers, name, forms):
    """The UUID in one of the forms, under up to three codings: what was done, and the text or bytes."""
    form = numbers.choice(list(forms))
    data, done = forms[form](numbers, name), [form]
    codings = CODINGS | LAST
    for _ in range(numbers.choice([0, 0, 1, 1, 1, 2, 2, 3])):
        coding = numbers.choice(list(codings))
        data = codings[coding](numbers, data)
        done.append(coding)
        codings = CODINGS
        if len(data) > 1000:
            break
    return done, data
