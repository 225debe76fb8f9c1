"""A secret in each encoding in which a target may send it back."""

import base64
from urllib.parse import quote


def _wide(text):
    return "".join("\u3000" if char == " " else chr(ord(char) + 0xFEE0) for char in text)


def _base64(data):
    return base64.b64encode(data).decode()


def _wrapped(text, width, end="\n"):
    return end.join(text[at : at + width] for at in range(0, len(text), width))


def _each(form):
    return lambda secret: "".join(form(ord(char)) for char in secret)


def _percent(text):
    return "".join(f"%{byte:02x}" for byte in text.encode())


def _mixed(secret):
    forms = ["{0}", "%{1:02X}", "\\u{1:04x}", "&#{1};", "\\x{1:02x}", "\\{1:03o}", "&#x{1:x}"]
    return "".join(forms[at % len(forms)].format(char, ord(char)) for at, char in enumerate(secret))


NAMES = {"/": "&sol;", "+": "&plus;", "-": "&#45;", "_": "&lowbar;", "~": "&#x7E;", ".": "&period;"}

SPELLINGS = {
    "as it is": lambda s: s,
    "upper case": str.upper,
    "lower case": str.lower,
    "swapped case": str.swapcase,
    "reversed": lambda s: s[::-1],
    "full width": _wide,
    "UTF-16": lambda s: s.encode("utf-16-le").decode("latin-1"),
    "hex": lambda s: s.encode().hex(),
    "upper hex": lambda s: s.encode().hex().upper(),
    "hex with spaces": lambda s: s.encode().hex(" "),
    "hex with colons": lambda s: s.encode().hex(":"),
    "hex numbers": lambda s: ", ".join(hex(byte) for byte in s.encode()),
    "hex of UTF-16": lambda s: s.encode("utf-16-be").hex(),
    "hex reversed": lambda s: s[::-1].encode().hex(),
    "decimal numbers": lambda s: str(list(s.encode())),
    "octal numbers": lambda s: " ".join(f"{byte:03o}" for byte in s.encode()),
    "percent": _percent,
    "some percent": lambda s: quote(s, safe=""),
    "double percent": lambda s: quote(_percent(s)),
    "triple percent": lambda s: quote(quote(_percent(s))),
    "percent of full width": lambda s: quote(_wide(s)),
    "percent u": _each("%u{:04x}".format),
    "backslash x": _each("\\x{:02x}".format),
    "backslash u": _each("\\u{:04X}".format),
    "backslash u, twice escaped": _each("\\\\u{:04x}".format),
    "backslash u in braces": _each("\\u{{{:x}}}".format),
    "backslash U": _each("\\U{:08x}".format),
    "octal": _each("\\{:03o}".format),
    "octal with a zero": _each("\\0{:03o}".format),
    "escaped slashes": lambda s: s.replace("/", "\\/").replace("-", "\\-"),
    "decimal entities": _each("&#{};".format),
    "decimal entities with zeros": _each("&#{:07};".format),
    "decimal entities without semicolons": _each("&#{}".format),
    "hex entities": _each("&#x{:x};".format),
    "upper hex entities with zeros": _each("&#X{:06X};".format),
    "hex entities without semicolons": _each("&#x{:x}".format),
    "named entities": lambda s: "".join(NAMES.get(char, char) for char in s),
    "named entities without semicolons": lambda s: "".join(NAMES.get(char, char).rstrip(";") for char in s),
    "entities of percent": lambda s: "".join(f"&#{ord(char)};" for char in _percent(s)),
    "quoted-printable": _each("={:02X}".format),
    "base64": lambda s: _base64(s.encode()),
    "base64 behind a scheme": lambda s: _base64(f"Token {s}".encode()),
    "base64 at each offset": lambda s: " ".join(_base64(b"x" * offset + s.encode()) for offset in range(3)),
    "base64 without padding": lambda s: _base64(s.encode()).rstrip("="),
    "url-safe base64": lambda s: base64.urlsafe_b64encode(f"~?>{s}~?>".encode()).decode(),
    "wrapped base64": lambda s: _wrapped(_base64(s.encode()), 7),
    "wrapped base64 in JSON": lambda s: _wrapped(_base64(s.encode()), 7, "\\r\\n"),
    "base64 of UTF-16": lambda s: _base64(s.encode("utf-16")),
    "base64 of UTF-16, big end first": lambda s: _base64(s.encode("utf-16-be")),
    "base64 of full width": lambda s: _base64(_wide(s).encode()),
    "base64 of upper case": lambda s: _base64(s.upper().encode()),
    "base64 of base64": lambda s: _base64(_base64(s.encode()).encode()),
    "base64 of hex": lambda s: _base64(s.encode().hex().encode()),
    "percent of base64": lambda s: _percent(_base64(s.encode())),
    "mixed": _mixed,
    "base64 of mixed": lambda s: _base64(_mixed(s).encode()),
}
"""How a target may write a secret, by what it is called."""
