"""One observed breach of a clause, with its signature."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from contracts.model.case import Case
from contracts.model.exchange import Exchange

VERSION = "2"
"""Of signatures: what they are made of. Those of version 1 had no version and no endpoint in them."""


def version_of(signature: str) -> str:
    """Return the version of a signature."""
    version, dash, _ = signature.partition("-")
    return version if dash else "1"


@dataclass(frozen=True, slots=True)
class Finding:
    """One observed breach of a clause."""

    #: The id of the clause.
    clause: str
    #: The kind of divergence, as reports name it.
    category: str
    #: What was due, in words.
    expected: str
    #: What was seen in its place, in words.
    observed: str
    #: The exchange that shows it.
    exchange: Exchange
    #: The case to which that exchange belongs.
    case: Case
    #: The class of what was sent.
    label: str = ""
    #: The field it is about, as a path without indexes.
    field: str = ""
    #: The class of what came back.
    answer: str = ""
    #: Whether it is that the request was refused, which the state of the order may explain.
    refusal: bool = False
    #: The name of the endpoint whose clause it is.
    endpoint: str = ""

    @property
    def signature(self) -> str:
        """Return what is the same for the same kind of breach in every run; no value, seed or UUID is part of it."""
        return self.signature_when(sometimes=False)

    def signature_when(self, *, sometimes: bool) -> str:
        """Return the signature of what shows sometimes, or always: accepting the one does not hide the other."""
        kind = (self.endpoint, self.clause, self.category, self.field, self.label, self.answer)
        text = "\n".join((*kind, "sometimes") if sometimes else kind)
        return f"{VERSION}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
