"""Extracts from a sample the request it shows: method, URL, headers, and the JSON in its body."""

from __future__ import annotations

import argparse
import ast
import re
from contextlib import suppress
from typing import Any

from contracts.page.languages import load_json, parse_python, shell_words, unescaped
from contracts.page.values import Call

VERBS = ("get", "put", "post", "patch", "delete", "head", "options")

_JSON = re.compile(r"""\s*(?:\{\s*["}]|\[\s*[\[\]{"\d-])""")
_ITEM = re.compile(r"([^:=@]+?)(:=@|=@|:=|==|=|:)(.*)", re.DOTALL)
_ENDS = frozenset({"|", ";", "&&", "||", ">", ">>", "&"})
_LITERAL = re.compile(
    r"""//[^\n]*|\#[^\n]*|/\*.*?\*/|(?:(?P<name>\w+)(?P<mark>:?=))?(?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)""",
    re.DOTALL,
)
_HEADERS = re.compile(r"""headers\b['"]?\s*[:=]\s*(\{(?:[^{}]|\{[^{}]*\})*\})""", re.IGNORECASE)
_PAIR = re.compile(r"""["']?([A-Za-z][\w-]*)["']?\s*:\s*(?:"([^"\n]*)"|'([^'\n]*)')""")
_VERB = re.compile(
    rf"""\b(?:(?:requests|axios|session|client|http)\.({"|".join(VERBS)})\(|method['"]?\s*[:=]\s*['"](\w+)['"])""",
    re.IGNORECASE,
)
_HOST = re.compile(r"""\b(?:hostname|host)['"]?\s*:\s*['"]([^'"]+)['"]""")
_PATH = re.compile(r"""\bpath['"]?\s*:\s*['"](/[^'"]*)['"]""")


def call_of(language: str, code: str) -> Call:
    """The request a sample shows; for a language not known here, what its string literals give away."""
    with suppress(ValueError, SyntaxError):
        if language == "json":
            return Call(payload=load_json(code))
        if language == "bash":
            return _command(shell_words(code))
        if language == "python":
            return _python(parse_python(code)) or _literals(code)
    return Call() if language in {"json", "bash"} else _literals(code)


def _body(text: str) -> dict[str, Any]:
    """The JSON object or array that a text is; or that it means to be one and does not parse."""
    if not _JSON.match(text):
        return {}
    try:
        return {"payload": load_json(text)}
    except ValueError:
        return {"broken": True}


# ------------------------------------------------------------------------------------------------- shell


class _Curl(argparse.ArgumentParser):
    """The options of curl that say something of the request, or take a value that is none of it."""

    def __init__(self) -> None:
        super().__init__(add_help=False, allow_abbrev=False, exit_on_error=False)
        self.add_argument("-X", "--request")
        self.add_argument("-H", "--header", action="append", default=[])
        self.add_argument(
            *("-d", "--data", "--data-raw", "--data-binary", "--data-ascii"), action="append", default=[], dest="data"
        )
        self.add_argument("--json", action="append", default=[])
        self.add_argument("--url")
        for names in (("-u", "--user"), ("-o", "--output"), ("-A", "--user-agent")):
            self.add_argument(*names)


def _command(words: list[str]) -> Call:
    """The request of the first curl or HTTPie command; an empty one where there is no such command."""
    start = next((index for index, word in enumerate(words) if word in {"curl", "http", "https"}), None)
    if start is None:
        return Call()
    rest = words[start + 1 :]
    end = next((index for index, word in enumerate(rest) if word in _ENDS), len(rest))
    return _curl(rest[:end]) if words[start] == "curl" else _httpie(rest[:end])


def _curl(words: list[str]) -> Call:
    try:
        found, others = _Curl().parse_known_args(words)
    except (argparse.ArgumentError, SystemExit):
        return Call()
    data = [*found.data, *found.json]
    pairs = (header.partition(":") for header in found.header)
    return Call(
        (found.request or ("post" if data else "get")).lower(),
        found.url or next((word for word in others if not word.startswith("-")), None),
        tuple((name.strip(), value.strip()) for name, _, value in pairs),
        declares_json=bool(found.json),
        **_body("&".join(data)),
    )


def _httpie(words: list[str]) -> Call:
    arguments = [word for word in words if not word.startswith("-")]
    method = arguments.pop(0).lower() if arguments and re.fullmatch("[A-Z]+", arguments[0]) else None
    url = arguments.pop(0) if arguments else None
    items = [match.groups() for match in map(_ITEM.fullmatch, arguments) if match]
    payload: dict[str, Any] = {name: value for name, separator, value in items if separator == "="}
    try:
        payload |= {name: load_json(value) for name, separator, value in items if separator == ":="}
        body: dict[str, Any] = {"payload": payload or None}
    except ValueError:
        body = {"broken": True}
    method = method or ("post" if payload else "get")
    headers = tuple((name, value) for name, separator, value in items if separator == ":")
    return Call(method, url, headers, declares_json=True, **body)


# ------------------------------------------------------------------------------------------------ Python


def _python(tree: ast.Module) -> Call | None:
    """The first call of an HTTP library that names a URL; None where no call names one."""
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
            call = _request(verb, node, _Literals(names)) if verb in {*VERBS, "request"} else Call()
            if call.url:
                return call
    return None


class _Literals(ast.NodeTransformer):
    """Puts the value in the place of each name; the names within a value stay, so that it ends."""

    def __init__(self, values: dict[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The expression the name was given."""
        return self.values.get(node.id, node)

    def expression(self, node: ast.expr | None) -> ast.expr | None:
        """Return the value that a name was given, or that `json.dumps` is called with."""
        node = self.visit_Name(node) if isinstance(node, ast.Name) else node
        dumps = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "dumps"
        return node.args[0] if dumps and isinstance(node, ast.Call) and node.args else node

    def value(self, node: ast.expr | None) -> Any:
        """The value of a literal; None for anything else."""
        expression = self.expression(node)
        try:
            return ast.literal_eval(self.visit(expression)) if expression is not None else None
        except (ValueError, TypeError, SyntaxError, RecursionError):
            return None


def _request(verb: str, node: ast.Call, literals: _Literals) -> Call:
    positions = ("method", "url") if verb == "request" else ("url",)
    given = dict(zip(positions, node.args, strict=False)) | {word.arg: word.value for word in node.keywords if word.arg}
    method = literals.value(given.get("method")) if verb == "request" else verb
    url, body = literals.value(given.get("url")), literals.value(given.get("json", given.get("data")))
    headers = literals.expression(given.get("headers"))
    pairs = zip(headers.keys, headers.values, strict=True) if isinstance(headers, ast.Dict) else ()
    texts = ((literals.value(name), literals.value(value)) for name, value in pairs)
    return Call(
        method.lower() if isinstance(method, str) else None,
        url if isinstance(url, str) else None,
        tuple(pair for pair in texts if all(isinstance(text, str) for text in pair)),
        declares_json="json" in given,
        **(_body(body) if isinstance(body, str) else {"payload": body}),
    )


# ------------------------------------------------------------------------------- any other language


def _literals(code: str) -> Call:
    """From string literals and object literals alone: for JavaScript, and for code that does not parse."""
    host, path, verb, headers = (pattern.search(code) for pattern in (_HOST, _PATH, _VERB, _HEADERS))
    literals = [(each, unescaped(each["quoted"][1:-1])) for each in _LITERAL.finditer(code) if each["quoted"]]
    address = next((text for _, text in literals if re.match(r"https?://", text)), None)
    if path:
        address = f"https://{host[1]}{path[1]}" if host else path[1]
    bodies = [(at, body) for at, (_, text) in enumerate(literals) if (body := _body(text))]
    at, body = min(bodies, key=lambda found: "payload" not in found[1], default=(0, {}))
    if "payload" in body and literals[at][0]["mark"] == ":=":  # the items of HTTPie, in another language
        texts = {each["name"]: text for each, text in literals[at + 1 :] if each["mark"] == "="}
        body = {"payload": {literals[at][0]["name"]: body["payload"], **texts}}
    return Call(
        method=(verb[1] or verb[2]).lower() if verb else None,
        url=address,
        headers=tuple((pair[1], pair[2] or pair[3] or "") for pair in _PAIR.finditer(headers[1])) if headers else (),
        **body,
    )
