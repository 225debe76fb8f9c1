"""What is sent without the permission to stress, and over TLS."""

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.engine import session
from contracts.model.clause import Outcome
from contracts.model.exchange import Request
from contracts.model.uuids import invented
from contracts.target.embedded import target
from contracts.target.targets import Choice
from contracts.target.targets_file import named
from provider import server

TLS = Path(__file__).parents[1] / "tls"
ENVIRONMENT = {"TIMP_TOKEN": "the-suppliers-token"}


def careful(running):
    """The reference provider as a target that may be allocated, and may not be stressed."""
    return replace(target(running), may_stress=False)


def test_other_verbs_name_no_test_order_and_every_clause_gets_its_verdict(tmp_path):
    options = session.Options(Choice(), tmp_path)
    with server.running(server.Settings()) as running, session.begun(careful(running), options) as run:
        session.send(run)
        report = session.conclude(run, options)
    sent = [exchange for case in run.cases for exchange in case.all()]
    others = [exchange for exchange in sent if exchange.request.method not in {"PUT", "GET"}]
    names = {name for order in run.orders for name in (order.uuid, *(line.uuid for line in order.line_items))}

    assert {exchange.request.method for exchange in others} == {"POST", "PATCH", "DELETE"}
    assert [e for e in others if any(name in e.request.path or name.encode() in e.request.body for name in names)] == []
    undecided = {v.clause.id: v.reason for v in report.verdicts if v.outcome in {Outcome.UNTESTED, Outcome.CANT_TELL}}
    stress = {name for name, reason in undecided.items() if "(may_stress)" in (reason or "")}
    assert stress
    assert {name for name in undecided if not name.startswith("openapi.")} == stress


@pytest.fixture
def secure(listening):
    """A listener that speaks TLS with a certificate for localhost."""
    there = listening()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.pem")
    there.server.socket = context.wrap_socket(there.server.socket, server_side=True)
    return there, f"https://localhost:{there.server.server_port}"


def exchange(sender, written, url, extra):
    """One exchange with a target whose table has these lines too."""
    written.write_text(f'[dev]\nbase_url = "{url}"\n{extra}', "utf-8")
    known = named("dev", written, ENVIRONMENT)
    return sender(url, ssl_context=known.ssl_context).send(Request("PUT", f"/timp/orders/allocation/{invented(1)}/"))


def test_a_certificate_is_verified_against_the_bundle_that_is_named(sender, secure, tmp_path):
    there, url = secure
    found = exchange(sender, tmp_path / "targets.toml", url, f'ca_bundle = "{TLS / "authority.pem"}"\n')

    assert (found.status, len(there.received)) == (200, 1)


def test_a_certificate_of_an_unknown_authority_is_refused_before_the_token_is_sent(sender, secure, tmp_path):
    there, url = secure
    found = exchange(sender, tmp_path / "targets.toml", url, "")

    assert found.response is None
    assert "certificate verify failed" in found.trouble
    assert there.received == []


def test_verification_can_be_turned_off_by_name(sender, secure, tmp_path):
    there, url = secure
    found = exchange(sender, tmp_path / "targets.toml", url, "verify = false\n")

    assert (found.status, len(there.received)) == (200, 1)
