"""Extracts from a sample what it sends: its headers, and the JSON in its body."""

from __future__ import annotations

import ast
import copy
import json
import re
import shlex
import warnings
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import dropwhile, takewhile
from typing import Any

from contracts.page.values import FORMAT, SampleCall

_JSON = re.compile(r"""\s*(?:\{\s*["}]|\[\s*[\[\]{"\d-])""")
_ANSI_C = re.compile(r"\$'((?:\\.|[^'\\])*)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_OPTION = re.compile(r"^-(?:-[\w-]+=|\w)(?=[{\[\w])")
_ITEM = re.compile(r"^([A-Za-z][\w-]*)\s*(:=@|=@|:=|==|=|:(?!//))\s*(.*)", re.DOTALL)
_ENDS = frozenset({"|", ";", "&&", "||", ">", ">>", "&"})
_LITERAL = re.compile(
    r"""//[^\n]*|\#[^\n]*|/\*.*?\*/|(?:(\w+)(:?=))?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)""", re.DOTALL
)
_PAIR = re.compile(r"""["']?([A-Za-z][\w-]*)["']?\s*[:=]\s*(["'])([^"'\n]*)\2""")
_HEADERS = re.compile(r"""headers\b['"]?\s*[:=]\s*(\{(?:[^{}]|\{[^{}]*\})*\})""", re.IGNORECASE)


def language_of(info: str, code: str) -> str:
    """Return the language of a sample, from the words at its fence; where there are none, from how it begins."""
    start = code.lstrip()
    guess = "json" if start.startswith(("{", "[")) else "bash" if start.startswith(("curl ", "http ")) else ""
    word = (info.lower().split() or [guess])[0]
    return FORMAT["languages"].get(word, word)


def call_of(language: str, code: str) -> SampleCall:
    """Return what a sample sends; for a language not known here, what its string literals give away."""
    try:
        if language == "json":
            return SampleCall(payload=_load(code))
        return {"bash": _shell, "python": _python}.get(language, _literals)(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        found = _literals(code) if language == "python" else SampleCall()
        return replace(found, wrong=getattr(error, "lineno", None) or 1)


def _load(text: str) -> Any:
    """Return the value of a JSON text. Raises ValueError, also for a key that is there twice, and for depth."""
    try:
        # int() refuses NaN and Infinity, which are not JSON.
        return json.loads(text, parse_constant=int, object_pairs_hook=_object)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice in one object")
    return found


def _call(headers: Iterable[tuple[str, str]], texts: Iterable[str]) -> SampleCall:
    """Return what is sent with headers, if the body is the first JSON object or array among texts."""
    body = next(filter(_JSON.match, texts), "null")
    try:
        return SampleCall(tuple(headers), _load(body))
    except ValueError:
        return SampleCall(tuple(headers), broken=True)


def _members(items: Iterable[tuple[str, str, str]]) -> str:
    """Return the JSON object that HTTPie makes of its items `name=text` and `name:=json`; empty without any."""
    texts = [(name, json.dumps(text) if mark == "=" else text) for name, mark, text in items if mark in {"=", ":="}]
    return f"{{{', '.join(f'{json.dumps(name)}: {text}' for name, text in texts)}}}" if texts else ""


def _unescaped(text: str) -> str:
    """Return the text of a string literal; C, JavaScript and the `$''` of bash have the same escapes."""
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[3], found[3]) or chr(int(found[1] or found[2], 16)), text)


def _shell(code: str) -> SampleCall:
    """Return what a command of curl or HTTPie sends, whose words say by themselves what they are."""
    plain = _ANSI_C.sub(lambda found: shlex.quote(_unescaped(found[1])), code.replace("\\\n", " "))
    words = list(takewhile(lambda word: word not in _ENDS, shlex.split(plain, comments=True)))
    texts = [_OPTION.sub("", word) for word in words]
    items = [item for text in texts for item in _ITEM.findall(text)]
    headers = ((name, value.strip()) for name, mark, value in items if mark == ":")
    of_httpie = not {"http", "https"}.isdisjoint(words)
    return _call(headers, [_members(items)] if of_httpie else texts)


class _Names(ast.NodeTransformer):
    """Puts its value in the place of a name, and what `json.dumps` is called with in the place of that call."""

    def __init__(self, tree: ast.Module) -> None:
        given = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
        self.values = {name.id: each.value for each in given for name in each.targets if isinstance(name, ast.Name)}

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Return the expression that the name was given."""
        return self.visit(copy.deepcopy(self.values[node.id])) if node.id in self.values else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Return the first argument: a body is written by `json.dumps`."""
        return self.visit(node.args[0]) if node.args else node


def _python(code: str) -> SampleCall:
    """Return what literals say, and the body that a call of an HTTP library is given by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(code)
    bodies = [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg in {"json", "data"}]
    found = _literals(code)
    for body in bodies:
        with suppress(ValueError, TypeError, RecursionError, MemoryError):
            value = ast.literal_eval(_Names(tree).visit(body.value))
            if not isinstance(value, str):
                return replace(found, payload=json.loads(json.dumps(value)), broken=False)
    return found


def _literals(code: str) -> SampleCall:
    """Return what string literals and object literals say: for JavaScript, and for code that does not parse."""
    literals = [(name, mark, _unescaped(quoted[1:-1])) for name, mark, quoted in _LITERAL.findall(code) if quoted]
    items = [*dropwhile(lambda literal: literal[1] != ":=", literals)]
    headers = _HEADERS.search(code)
    named = [(name, value) for name, _, value in _PAIR.findall(headers[1])] if headers else []
    return _call(named, [_members(items)] if items else [text for _, _, text in literals])
