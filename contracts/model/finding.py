"""One observed breach of a clause, with its signature."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from contracts.model.case import Case
from contracts.model.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Finding:
    """One observed breach of a clause; `label` is the class of what was sent, `answer` of what came back."""

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

    @property
    def signature(self) -> str:
        """Twelve hex digits, the same for the same kind of breach in every run: no values, seeds or UUIDs."""
        kind = f"{self.clause}\n{self.category}\n{self.field}\n{self.label}\n{self.answer}"
        return hashlib.sha256(kind.encode()).hexdigest()[:12]

    def signature_when(self, *, sometimes: bool) -> str:
        """Return the signature of what shows sometimes, or always: accepting the one does not hide the other."""
        if not sometimes:
            return self.signature
        return hashlib.sha256(f"{self.signature}\nsometimes".encode()).hexdigest()[:12]
