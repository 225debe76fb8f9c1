"""Extracts the request from a line of curl or of HTTPie."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from contracts.page.languages import load_json
from contracts.page.values import Call

_ANSI_C = re.compile(r"\$'((?:\\.|[^'\\])*)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}
_JSON = re.compile(r"""\s*(?:\{\s*["}]|\[\s*[\[\]{"\d-])""")
_ITEM = re.compile(r"([^:=@]+?)(:=@|=@|:=|==|=|:)(.*)", re.DOTALL)
_METHOD = re.compile(r"[A-Z]+")
_ENDS = frozenset({"|", ";", "&&", "||", ">", ">>", "&"})
_LONG = {"-X": "--request", "-H": "--header", "-d": "--data", "-u": "--user", "-o": "--output", "-A": "--user-agent"}
_WITH_VALUE = frozenset(_LONG.values()) | {"--data-raw", "--data-binary", "--data-ascii", "--json", "--url"}


def unescaped(text: str) -> str:
    """A string literal's text with its backslash escapes carried out, as C, JavaScript and bash's `$''` have them."""
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    escape = match[1]
    if len(escape) > 1:
        return chr(int(escape[1:], 16))
    return _CONTROL.get(escape, escape)


def json_body(text: str) -> tuple[Any, bool]:
    """The JSON object or array that a text is, or None; and whether it means to be one and does not parse."""
    if not _JSON.match(text):
        return None, False
    try:
        return load_json(text), False
    except ValueError:
        return None, True


def call_of(code: str) -> Call:
    """The request of the first curl or HTTPie command; an empty one where there is none."""
    joined = code.replace("\\\n", " ")
    plain = _ANSI_C.sub(lambda match: shlex.quote(unescaped(match[1])), joined)
    try:
        words = shlex.split(plain, comments=True)
    except ValueError:
        return Call()
    start = next((index for index, word in enumerate(words) if word in {"curl", "http", "https"}), None)
    if start is None:
        return Call()
    rest = words[start + 1 :]
    end = next((index for index, word in enumerate(rest) if word in _ENDS), len(rest))
    return _curl(rest[:end]) if words[start] == "curl" else _httpie(rest[:end])


@dataclass
class _Curl:
    """What the words of a curl command add up to."""

    method: str | None = None
    url: str | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    declares_json: bool = False

    def option(self, name: str, value: str) -> None:
        if name == "--request":
            self.method = value
        elif name == "--header":
            key, _, rest = value.partition(":")
            self.headers.append((key.strip(), rest.strip()))
        elif name == "--url":
            self.url = value
        elif name.startswith("--data") or name == "--json":
            self.data.append(value)
            self.declares_json |= name == "--json"


def _curl(words: list[str]) -> Call:
    found = _Curl()
    for name, value in _options(words):
        if name is None:
            found.url = found.url or value
        else:
            found.option(name, value)
    payload, broken = json_body("&".join(found.data))
    method = found.method or ("post" if found.data else "get")
    return Call(method.lower(), found.url, tuple(found.headers), payload, broken, found.declares_json)


def _options(words: list[str]) -> Iterator[tuple[str | None, str]]:
    """Options under their long names with their values; arguments with None for a name."""
    waiting = iter(words)
    for word in waiting:
        name, _, attached = word.partition("=") if word.startswith("--") else (word[:2], "", word[2:])
        name = _LONG.get(name, name)
        if name in _WITH_VALUE:
            yield name, attached or next(waiting, "")
        elif not word.startswith("-"):
            yield None, word


def _httpie(words: list[str]) -> Call:
    arguments = [word for word in words if not word.startswith("-")]
    method = arguments.pop(0).lower() if arguments and _METHOD.fullmatch(arguments[0]) else None
    url = arguments.pop(0) if arguments else None
    headers: list[tuple[str, str]] = []
    payload: dict[str, Any] = {}
    broken = False
    for name, separator, value in (match.groups() for match in map(_ITEM.fullmatch, arguments) if match):
        if separator == ":":
            headers.append((name, value))
        elif separator == "=":
            payload[name] = value
        elif separator == ":=":
            try:
                payload[name] = load_json(value)
            except ValueError:
                broken = True
    return Call(
        method or ("post" if payload else "get"),
        url,
        tuple(headers),
        None if broken else payload or None,
        broken,
        declares_json=True,
    )
