"""Extracts from a sample the request it shows: method, URL, headers, and the JSON in its body."""

from __future__ import annotations

import argparse
import ast
import copy
import json
import re
import shlex
import warnings
from collections.abc import Iterable
from dataclasses import replace
from itertools import dropwhile, takewhile
from typing import Any

from contracts.page.values import FORMAT, Call

_VERBS = ("get", "put", "post", "patch", "delete", "head", "options")
_JSON = re.compile(r"""\s*(?:\{\s*["}]|\[\s*[\[\]{"\d-])""")
_ANSI_C = re.compile(r"\$'((?:\\.|[^'\\])*)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_ITEM = re.compile(r"^([^:=@]+?)(:=@|=@|:=|==|=|:)(.*)", re.DOTALL)
_ENDS = frozenset({"|", ";", "&&", "||", ">", ">>", "&"})
_LITERAL = re.compile(
    r"""//[^\n]*|\#[^\n]*|/\*.*?\*/|(?:(\w+)(:?=))?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)""", re.DOTALL
)
_PAIR = re.compile(r"""["']?([A-Za-z][\w-]*)["']?\s*[:=]\s*(["'])([^"'\n]*)\2""")
_HEADERS = re.compile(r"""headers\b['"]?\s*[:=]\s*(\{(?:[^{}]|\{[^{}]*\})*\})""", re.IGNORECASE)
_LIBRARY = r"\b(?:requests|axios|session|client|http)\.(?:request\(\s*['\"])?"
_CALLED = re.compile(rf"{_LIBRARY}({'|'.join(_VERBS)})['\"(]", re.IGNORECASE)


def language_of(info: str, code: str) -> str:
    """Return the language of a sample, from the words at its fence; where there are none, from how it begins."""
    start = code.lstrip()
    guess = "json" if start.startswith(("{", "[")) else "bash" if start.startswith(("curl ", "http ")) else ""
    word = (info.lower().split() or [guess])[0]
    return FORMAT["languages"].get(word, word)


def call_of(language: str, code: str) -> Call:
    """Return the request that a sample shows; for a language not known here, what its string literals give away."""
    try:
        if language == "json":
            return Call(payload=_load(code))
        return {"bash": _shell, "python": _python}.get(language, _literals)(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        found = _literals(code) if language == "python" else Call()
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


def _body(text: str) -> tuple[Any, bool]:
    """Return the JSON object or array that a text is, None for other texts; and whether it does not parse."""
    try:
        return _load(text) if _JSON.match(text) else None, False
    except ValueError:
        return None, True


def _members(items: Iterable[tuple[str, str, str]]) -> str:
    """Return the JSON object that HTTPie makes of its items `name=text` and `name:=json`; empty without any."""
    texts = [(name, json.dumps(text) if mark == "=" else text) for name, mark, text in items if mark in {"=", ":="}]
    return f"{{{', '.join(f'{json.dumps(name)}: {text}' for name, text in texts)}}}" if texts else ""


def _unescaped(text: str) -> str:
    """Return the text of a string literal; C, JavaScript and the `$''` of bash have the same escapes."""
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[3], found[3]) or chr(int(found[1] or found[2], 16)), text)


def _curl() -> argparse.ArgumentParser:
    """Return the options of curl that say something of the request, or take a value that does not."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    others = ("-X --request", "-H --header", "--json", "--url", "-u --user", "-o --output", "-A --user-agent")
    for names in ("-d --data --data-raw --data-binary --data-ascii", *others):
        parser.add_argument(*names.split(), action="append", default=[])
    return parser


def _shell(code: str) -> Call:
    """Return the request of the first curl or HTTPie command; without such a command, an empty one."""
    plain = _ANSI_C.sub(lambda found: shlex.quote(_unescaped(found[1])), code.replace("\\\n", " "))
    words = dropwhile(lambda word: word not in {"curl", "http", "https"}, shlex.split(plain, comments=True))
    command, *rest = [*takewhile(lambda word: word not in _ENDS, words)] or [""]
    if command != "curl":  # the options of HTTPie take no value that says something of the request
        rest = [word for word in rest if not word.startswith("-")]
    try:
        found, others = _curl().parse_known_args(rest)
    except (argparse.ArgumentError, SystemExit):
        return Call()
    others = [word for word in others if not word.startswith("-")]
    methods = [others.pop(0)] if others and re.fullmatch("[A-Z]+", others[0]) else found.request
    url = next(iter([*found.url, *others]), None)
    items = [item for word in others[1:] for item in _ITEM.findall(word)] if command != "curl" else []
    headers = [header.partition(":") for header in found.header] + [item for item in items if item[1] == ":"]
    body = _members(items) or "&".join([*found.data, *found.json])
    return Call(
        (methods or ["post" if body else "get"])[0].lower() if url else None,
        url,
        tuple((name.strip(), value.strip()) for name, _, value in headers),
        *_body(body),
        declares_json=command != "curl" or bool(found.json),
    )


class _Literals(ast.NodeTransformer):
    """Puts its value in the place of a name, and what `json.dumps` is called with in the place of that call."""

    def __init__(self, tree: ast.Module) -> None:
        given = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
        self.values = {name.id: each.value for each in given for name in each.targets if isinstance(name, ast.Name)}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return the expression that the name was given."""
        return copy.deepcopy(self.values.get(node.id, node))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Return what `json.dumps` is called with, and any other call as it is."""
        dumps = isinstance(node.func, ast.Attribute) and node.func.attr == "dumps" and node.args
        return self.visit(node.args[0]) if dumps else node

    def value(self, node: ast.expr) -> Any:
        """Return the value of a literal; None for anything else. A name may have a value in which there are names."""
        try:
            return ast.literal_eval(self.visit(self.visit(node)))
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            return None


def _python(code: str) -> Call:
    """Return what literals say, once each body is written as the JSON text that an HTTP library makes of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(code)
    literals = _Literals(tree)
    bodies = [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg in {"json", "data"}]
    for body in bodies:
        value = literals.value(body.value)
        if isinstance(value, dict | list):
            body.value = ast.Constant(json.dumps(value, skipkeys=True, default=repr))
    return replace(_literals(ast.unparse(tree)), declares_json=any(body.arg == "json" for body in bodies))


def _literals(code: str) -> Call:
    """Return what string literals and object literals say: for JavaScript, and for code that does not parse."""
    literals = [(name, mark, _unescaped(quoted[1:-1])) for name, mark, quoted in _LITERAL.findall(code) if quoted]
    items = [*dropwhile(lambda literal: literal[1] != ":=", literals)]
    texts = [_members(items)] if items else [text for _, _, text in literals]
    bodies = [_body(text) for text in texts]
    named = {name.lower(): value for name, _, value in reversed(_PAIR.findall(code))}
    url = next((text for _, _, text in literals if re.match(r"https?://", text)), None)
    if named.get("path", "").startswith("/"):
        host = named.get("hostname", named.get("host"))
        url = f"https://{host}{named['path']}" if host else named["path"]
    headers, called = _HEADERS.search(code), _CALLED.search(code)
    method = called[1] if called else named.get("method")
    return Call(
        method.lower() if method else None,
        url,
        tuple((name, value) for name, _, value in _PAIR.findall(headers[1])) if headers else (),
        *next((body for body in bodies if body[0] is not None), (None, any(broken for _, broken in bodies))),
    )
