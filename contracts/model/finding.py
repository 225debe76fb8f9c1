"""One observed breach of a clause, with its signature."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from contracts.model.case import Case
from contracts.model.exchange import Exchange

VERSION = "2"
"""Of signatures: what they are made of. Those of version 1 had no version and no endpoint in them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One observed breach of a clause; `label` is the class of what was sent, `answer` of what came back.

    `endpoint` is the name of the endpoint whose clause it is.
    """

    clause: str
    category: str
    expected: str
    observed: str
    exchange: Exchange
    case: Case
    label: str = ""
    field: str = ""
    answer: str = ""
    refusal: bool = False
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
