"""Exchanges made one after another, and what is said of the way to a target that answered so."""

import dataclasses
import itertools

import pytest

from contracts.judging import availability, way
from contracts.judging.availability import Intermediary
from contracts.model.case import Case
from contracts.model.exchange import Exchange, Response

NUMBERS = itertools.count(1)
NOTHING_IN_FRONT = Intermediary()
JSON = (("Content-Type", "application/json"),)


@pytest.fixture
def request_(bench):
    """The request that all the exchanges here are about."""
    return bench.base()


@pytest.fixture
def exchanges(request_):
    """Makes exchanges one after another: a status (None: a broken connection), a body, and what differs."""
    clock = itertools.count()

    def make(status=200, body=b"{}", headers=JSON, **changed):
        response = None if status is None else Response(status, tuple(headers), body)
        trouble = "ReadError" if status is None else None
        made = Exchange(f"run-{next(NUMBERS):05d}", request_, response, trouble, float(next(clock)), 0.1)
        return dataclasses.replace(made, **changed)

    return make


def alone(exchange):
    """A planned case of one exchange."""
    return Case(f"plan/{exchange.id}", (("change", exchange),))


def said(bench, cases, front=NOTHING_IN_FRONT):
    """What the pooled clauses say: (clause, level, times, observed)."""
    clauses = bench.endpoint.catalogue.clauses
    judged = availability.judge(clauses.values(), way.way_of(cases), front)
    return [
        (clause, str(clauses[clause].level), seen.times, seen.finding.observed)
        for clause, found in judged.items()
        for seen in found
    ]


def passed(exchanges, count):
    """So many cases that were accepted."""
    return [alone(exchanges()) for _ in range(count)]
