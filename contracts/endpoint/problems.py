"""What a passive check of Schemathesis says against an answer, as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemathesis.core.failures import Failure


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What one passive check says against an answer."""

    #: status-code, content-type, headers or body.
    check: str
    #: The path of a schema within that of the body, or the name of a header; empty if the check says it all.
    place: str
    #: One line, which may quote the answer.
    message: str


def problem_of(check: str, failure: Failure) -> Problem:
    """Return what the `failure` of a check says."""
    return Problem(check, _place(failure), _line(failure))


def _place(failure: Failure) -> str:
    """Return what of the document a failure is about. Names that Schemathesis makes up for schemas are left out."""
    from schemathesis.openapi.checks import JsonSchemaError, MissingHeaders  # noqa: PLC0415

    if isinstance(failure, MissingHeaders):
        return ", ".join(sorted(failure.missing_headers))
    path = "/".join(map(str, failure.schema_path)) if isinstance(failure, JsonSchemaError) else ""
    return re.sub("x-bundled/[^/]+/", "", path)


def _line(failure: Failure) -> str:
    """Return title and message of a failure without the schema, which it quotes at length."""
    message = re.split(r"\n\n(?:Validated|Schema)", failure.message)[0]
    return " ".join(f"{failure.title}: {message}".split())
