"""The bridge to Schemathesis: what it says of recorded answers, and the requests it makes up.

Knows no endpoint. Schemathesis never sends anything here: its checks run on stored values, its cases become
requests of our own. It is imported late, for what starts without it should not wait for it.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from contracts.endpoint.problems import Problem, problem_of
from contracts.model.exchange import Exchange, Request, Response
from contracts.model.nesting import readable

if TYPE_CHECKING:
    import schemathesis
    from schemathesis.checks import CheckFunction

# The address that Schemathesis requires; nothing is ever sent there.
NOWHERE = "http://localhost"
# Ten times as fast where PyYAML was built with libyaml, as its wheels are.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
VERBS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


class _Operation(NamedTuple):
    """A documented verb on a documented path."""

    #: The verb.
    method: str
    #: What the path has to match.
    path: re.Pattern[str]
    #: A substitute for what was sent: no check looks at it.
    case: schemathesis.Case[Any]


class _CheckedAnswer(NamedTuple):
    """All of an answer that a check may look at: equal answers to one operation have equal problems."""

    #: The status code.
    status: int
    #: The headers, in their order.
    headers: tuple[tuple[str, str], ...]
    #: The bytes of the body.
    body: bytes
    #: The names of the checks that look at it.
    checks: tuple[str, ...]


REMEMBERED = 2_048  # answers: most of a run's are alike, and a recording may have very many


class Specification:
    """An OpenAPI 3.0 document, against which recorded exchanges can be held."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Take a parsed document, which is not changed.

        Raises schemathesis.errors.LoaderError where it is not an OpenAPI document.
        """
        import requests  # noqa: PLC0415

        self._operations = _operations(document)
        self._headers = frozenset({"content-type", *_header_names(document)})
        self._request = requests.Request("GET", NOWHERE).prepare()
        self._known: dict[tuple[object, ...], tuple[Problem, ...]] = {}

    def problems(self, exchange: Exchange) -> tuple[Problem, ...]:
        """Return the failures of Schemathesis' passive checks on an answer. Nothing is sent.

        Empty without an answer and for a path that is not documented. A verb that is not documented is held
        to what the path's first documented verb says of refusals, for a 401 or 405 is the same for every
        verb; of its other answers the document says nothing.
        """
        response = exchange.response
        index = self._index(exchange)
        if response is None or index is None:
            return ()
        answer = _CheckedAnswer(
            response.status, self._of_interest(response), readable(response.body), _checks(response)
        )
        key = (index, *answer[:2], hashlib.sha256(answer.body).digest(), answer.checks)
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = tuple(self._judge(self._operations[index].case, answer))
        return self._known[key]

    def _index(self, exchange: Exchange) -> int | None:
        path = exchange.request.path.partition("?")[0]
        here = [i for i, operation in enumerate(self._operations) if operation.path.fullmatch(path)]
        for i in here:
            if self._operations[i].method == exchange.request.method:
                return i
        return here[0] if here and exchange.refused else None

    def _of_interest(self, response: Response) -> tuple[tuple[str, str], ...]:
        """The documented headers, each once: repeated ones are joined as RFC 9110 section 5.3 has it."""
        listed = ((name, response.listed(name)) for name in sorted(self._headers))
        return tuple((name, value) for name, value in listed if value is not None)

    def _judge(self, case: schemathesis.Case[Any], answer: _CheckedAnswer) -> Iterator[Problem]:
        import schemathesis  # noqa: PLC0415

        stored = schemathesis.Response(
            status_code=answer.status,
            headers={name: [value] for name, value in answer.headers},
            content=answer.body,
            request=self._request,
            elapsed=0.0,
            verify=True,
        )
        functions = _passive_checks()
        for check in answer.checks:
            try:
                case.validate_response(stored, checks=[functions[check]])
            except schemathesis.errors.FailureGroup as group:
                yield from sorted({problem_of(check, failure) for failure in group.exceptions})
                if check == "content-type":
                    # Of a body in another media type, a schema for JSON has nothing to say.
                    return


def load(path: Path) -> dict[str, Any]:
    """Read a mapping from a YAML file, such as an OpenAPI document.

    Raises OSError or yaml.YAMLError where it cannot be read, TypeError where it is not a mapping.
    """
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - safe, in C where there is one
    if not isinstance(document, dict):
        raise TypeError(f"{path} holds no mapping")
    return document


def coverage(document: Mapping[str, Any], *, seed: int) -> schemathesis.BaseSchema:
    """A schema whose `parametrize()` sends each value of each documented field once, good and bad ones.

    These cases are enumerated, not drawn. No other verb than the documented ones is tried.
    """
    lighter = copy.deepcopy(dict(document))
    for node in _objects(lighter):
        _state_by_pattern(node)
    return _schema(lighter, seed, {"phases": _phases("coverage")})


def _state_by_pattern(node: dict[str, Any]) -> None:
    """Replace an enumeration of one text by a pattern that only this text matches.

    Schemathesis draws more than a thousand values to find one outside of an enumeration, which takes half a second, and
    only a few for one that does not match a pattern.
    """
    if node.get("type") == "string" and len(node.get("enum", ())) == 1:
        (text,) = node.pop("enum")
        node["pattern"] = f"^{re.escape(text)}$"


def fuzzing(document: Mapping[str, Any], *, seed: int, mode: str, examples: int) -> schemathesis.BaseSchema:
    """A schema whose `parametrize()` draws `examples` cases of one mode, "positive" or "negative".

    Path parameters with one allowed value stay at it and credentials are left alone, since else most negative
    cases would be refused before their body is read.
    """
    generation = {"mode": mode, "max-examples": examples, "database": "none", "with-security-parameters": False}
    settings = {"phases": _phases("fuzzing"), "generation": generation, "parameters": dict(_held(document))}
    return _schema(document, seed, settings)


def request_of(case: schemathesis.Case[Any]) -> Request:
    """The request of a generated case, byte for byte as Schemathesis would send it.

    Its library's own headers are left out, JSON is asked for. Where the document asks for credentials, every
    case has an invented Authorization to fill the place, mostly an empty one. It gives way to the target's
    own: `credential` is "valid", except where Schemathesis meant to spoil it. There it is "absent" where it
    left the header out (scenario missing_parameter), and "given", with the header kept, where it made up a
    bad one; so it is in a case that a test wrote by hand with the header.
    """
    import requests  # noqa: PLC0415

    prepared = requests.Request(**case.as_transport_kwargs(base_url=NOWHERE)).prepare()
    credential = _credential(case)
    own = {name.lower() for name in case.headers} | {"content-type", "cookie"}
    if credential != "given":
        own.discard("authorization")
    headers = {name.lower(): (name, _text(value)) for name, value in prepared.headers.items() if name.lower() in own}
    headers.setdefault("accept", ("Accept", "application/json"))
    body = prepared.body or b""
    if not isinstance(body, str | bytes):
        raise TypeError(f"a body of {type(body).__name__} cannot be repeated")
    return Request(
        method=str(prepared.method),
        path=prepared.path_url,
        headers=tuple(headers.values()),
        body=body.encode() if isinstance(body, str) else body,
        credential=credential,
    )


def _credential(case: schemathesis.Case[Any]) -> str:
    from schemathesis.generation.meta import negated_parameters  # noqa: PLC0415

    header = case.headers.get("Authorization")
    spoiled = any(name.lower() == "authorization" for name, _ in negated_parameters(case.meta))
    if spoiled or (case.meta is None and header is not None):
        return "absent" if header is None else "given"
    return "valid"


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _checks(response: Response) -> tuple[str, ...]:
    """The checks that have something to look at: a refusal may come without a body."""
    checks = ("status-code", "headers")
    if response.status >= 300 and not response.body:
        return checks
    return (*checks, "content-type", "body") if response.complete else (*checks, "content-type")


def _passive_checks() -> dict[str, CheckFunction]:
    """The checks of Schemathesis that only look at an answer; the others send requests of their own."""
    from schemathesis.specs.openapi import checks  # noqa: PLC0415

    return {
        "status-code": checks.status_code_conformance,
        "headers": checks.response_headers_conformance,
        "content-type": checks.content_type_conformance,
        "body": checks.response_schema_conformance,
    }


def _operations(document: Mapping[str, Any]) -> tuple[_Operation, ...]:
    schema = _schema(document, 0, {})
    found = []
    for path, item in document["paths"].items():
        parameters = re.findall(r"\{([^}]+)\}", path)
        pattern = re.compile(re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(path)))
        for verb in VERBS & item.keys():
            case = schema[path][verb.upper()].Case(path_parameters={name: name for name in parameters})
            found.append(_Operation(verb.upper(), pattern, case))
    return tuple(sorted(found, key=lambda operation: (operation.path.pattern, operation.method)))


def _header_names(document: object) -> Iterator[str]:
    """The names of all headers described anywhere in a document, in lower case."""
    for each in _objects(document):
        headers = each.get("headers")
        if isinstance(headers, Mapping):
            yield from (str(name).lower() for name in headers)


def _objects(node: object) -> Iterator[Any]:
    """All objects in a document, outer ones first."""
    if isinstance(node, Mapping):
        yield node
        node = list(node.values())
    for child in node if isinstance(node, list) else ():
        yield from _objects(child)


def _held(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The path parameters for which a document allows one value only."""
    for item in document["paths"].values():
        for verb in VERBS & item.keys():
            for parameter in item[verb].get("parameters", ()):
                values = parameter["schema"].get("enum", ())
                if parameter["in"] == "path" and len(values) == 1:
                    yield f"path.{parameter['name']}", values[0]


def _phases(only: str) -> dict[str, Any]:
    phases: dict[str, dict[str, Any]] = {
        name: {"enabled": name == only} for name in ("examples", "coverage", "fuzzing", "stateful")
    }
    phases["coverage"]["unexpected-methods"] = []
    return phases


def _schema(document: Mapping[str, Any], seed: int, settings: Mapping[str, Any]) -> schemathesis.BaseSchema:
    """Loaded with these settings alone: no schemathesis.toml is looked for."""
    import schemathesis  # noqa: PLC0415

    config = schemathesis.Config.from_dict(
        {
            "seed": seed,
            # What is slow on a busy machine is not a fault of the target.
            "suppress-health-check": ["all"],
            **settings,
        }
    )
    return schemathesis.openapi.from_dict(dict(document), config=config)
