"""Extracts from a sample the request it shows: method, URL, headers, and the JSON in its body."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.page import shell
from contracts.page.languages import load_json, parse_python
from contracts.page.values import Call

VERBS = ("get", "put", "post", "patch", "delete", "head", "options")

_LITERAL = re.compile(
    r"""//[^\n]*|\#[^\n]*|/\*.*?\*/|(?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)""", re.DOTALL
)
_NAMED = re.compile(r"(\w+):=$")
_NEAR = 80
_HEADERS = re.compile(r"""headers\b['"]?\s*[:=]\s*(\{(?:[^{}]|\{[^{}]*\})*\})""", re.IGNORECASE)
_PAIR = re.compile(r"""["']?([A-Za-z][\w-]*)["']?\s*:\s*(?:"([^"\n]*)"|'([^'\n]*)')""")
_VERB = re.compile(rf"\b(?:requests|axios|session|client|http)\.({'|'.join(VERBS)})\(", re.IGNORECASE)
_METHOD = re.compile(r"""\bmethod['"]?\s*[:=]\s*['"](\w+)['"]""", re.IGNORECASE)
_HOST = re.compile(r"""\b(?:hostname|host)['"]?\s*:\s*['"]([^'"]+)['"]""")
_PATH = re.compile(r"""\bpath['"]?\s*:\s*['"](/[^'"]*)['"]""")


def call_of(language: str, code: str) -> Call:
    """The request a sample shows; for a language not known here, what its string literals give away."""
    if language == "json":
        return _json(code)
    if language == "bash":
        return shell.call_of(code)
    if language == "python":
        return _python(code) or _literals(code)
    return _literals(code)


def _json(code: str) -> Call:
    try:
        return Call(payload=load_json(code))
    except ValueError:
        return Call()


def _python(code: str) -> Call | None:
    """From the syntax tree; None where the code does not parse or calls no HTTP library."""
    try:
        tree = parse_python(code)
    except (SyntaxError, ValueError):
        return None
    names = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            verb = node.func.attr
            if verb in VERBS or verb == "request":
                call = _request(verb, node, names)
                if call.url:
                    return call
    return None


def _request(verb: str, node: ast.Call, names: dict[str, ast.expr]) -> Call:
    given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    positions = ("method", "url") if verb == "request" else ("url",)
    given = {**dict(zip(positions, node.args, strict=False)), **given}
    url = _value(given.get("url"), names)
    method = _value(given.get("method"), names) if verb == "request" else verb
    body = _value(given.get("json", given.get("data")), names)
    call = Call(
        method=method.lower() if isinstance(method, str) else None,
        url=url if isinstance(url, str) else None,
        headers=tuple(_python_headers(given.get("headers"), names)),
        declares_json="json" in given,
    )
    if isinstance(body, str):
        payload, broken = shell.json_body(body)
        return replace(call, payload=payload, broken=broken)
    return replace(call, payload=body)


def _value(node: ast.expr | None, names: dict[str, ast.expr]) -> Any:
    """The value of a literal, of the names given one, or of what `json.dumps` is called with; else None."""
    node = names.get(node.id) if isinstance(node, ast.Name) else node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "dumps" and node.args:
        node = node.args[0]
    try:
        return ast.literal_eval(_Names(names).visit(node)) if node is not None else None
    except (ValueError, TypeError, SyntaxError, RecursionError):
        return None


class _Names(ast.NodeTransformer):
    """Puts the value in the place of each name; the names within a value stay, so that it ends."""

    def __init__(self, values: dict[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The expression the name was given."""
        return self.values.get(node.id, node)


def _python_headers(node: ast.expr | None, names: dict[str, ast.expr]) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Name):
        node = names.get(node.id)
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            pair = _value(key, names), _value(value, names)
            if isinstance(pair[0], str) and isinstance(pair[1], str):
                yield pair[0], pair[1]


def _literals(code: str) -> Call:
    """From string literals and object literals alone: for JavaScript, and for code that does not parse."""
    host, path = _HOST.search(code), _PATH.search(code)
    method = _METHOD.search(code) or _VERB.search(code)
    texts = tuple(_texts(code))
    payload, broken = _payload(texts)
    address = next((text for _, text in texts if re.match(r"https?://", text)), None)
    if path:
        address = f"https://{host[1]}{path[1]}" if host else path[1]
    return Call(
        method=method[1].lower() if method else None,
        url=address,
        headers=_headers(code),
        payload=payload,
        broken=broken,
    )


def _texts(code: str) -> Iterator[tuple[str | None, str]]:
    """Each string literal outside comments, unescaped, with the name that `:=` gives it."""
    for literal in _LITERAL.finditer(code):
        if quoted := literal["quoted"]:
            named = _NAMED.search(code, max(0, literal.start() - _NEAR), literal.start())
            yield (named[1] if named else None), shell.unescaped(quoted[1:-1])


def _payload(texts: tuple[tuple[str | None, str], ...]) -> tuple[Any, bool]:
    """The first literal that is a JSON object or array; failing that, whether one means to be."""
    broken = False
    for name, text in texts:
        payload, wrong = shell.json_body(text)
        if payload is not None:
            return ({name: payload} if name else payload), False
        broken = broken or wrong
    return None, broken


def _headers(code: str) -> tuple[tuple[str, str], ...]:
    found = _HEADERS.search(code)
    return tuple((pair[1], pair[2] or pair[3] or "") for pair in _PAIR.finditer(found[1])) if found else ()
