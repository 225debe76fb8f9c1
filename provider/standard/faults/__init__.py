"""Faults of what every call does alike. One counts for a call whose page has the clauses that it breaks."""

from __future__ import annotations

from provider.fault import faults_of
from provider.standard.faults import (
    authentication,
    availability,
    echoes,
    errors,
    http,
    leaks,
    path,
    robustness,
    texts,
    wire,
)

FAULTS = faults_of(path, wire, authentication, echoes, http, texts, errors, leaks, robustness, availability)
