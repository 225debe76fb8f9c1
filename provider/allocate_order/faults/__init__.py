"""Single, named faults: at which stage of the honest call, what replaces it, which clauses that breaks."""

from __future__ import annotations

from provider.allocate_order.faults import (
    answers,
    conditional,
    containers,
    dates,
    errors,
    http,
    interruptions,
    leaks,
    names,
    path,
    quantities,
    questions,
    refused,
    requests,
    state,
    sums,
    texts,
    variations,
    variations_of_http,
    variations_of_lines,
    variations_of_state,
    variations_of_values,
    variations_text,
    wire,
)
from provider.fault import faults_of
from provider.standard import faults as standard

FAULTS = standard.FAULTS | faults_of(
    *(path, requests, names, quantities, sums, dates, answers, wire),
    *(containers, http, texts, errors, leaks, state, refused, questions, conditional),
)
VARIATIONS = faults_of(
    *(variations, variations_of_values, variations_of_http, variations_of_lines, variations_of_state, variations_text),
    interruptions,
)
"""What a deployment may do otherwise, and no oracle may report."""
