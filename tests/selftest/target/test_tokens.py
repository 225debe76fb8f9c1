"""Tokens that a command prints: at the start, and when one is no longer accepted."""

import itertools
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.model.exchange import Request
from contracts.model.uuids import invented
from contracts.target import commands, token_command
from contracts.target.targets import UsageError
from contracts.target.token_command import TokenCommand
from contracts.transport.limits import TargetLostError
from contracts.transport.secrets import Secret
from tests.field.reach import WAYS, examine
from tests.selftest.forks import command

REQUEST = Request("PUT", f"/timp/orders/allocation/{invented('order')}/")


class Issuer:
    """Makes tokens, of which a server takes the last one alone, and no longer than for so many requests."""

    def __init__(self, each=10_000):
        self.made = []
        self.left = each
        self.each = each
        self.lock = threading.Lock()

    def __call__(self):
        """Return the next token."""
        with self.lock:
            self.made.append(f"token-number-{len(self.made):04d}-of-the-supplier")
            self.left = self.each
            return Secret(self.made[-1])

    def answer(self, message):
        """Answer as the server does."""
        with self.lock:
            given = message.headers.get("Authorization")
            taken = bool(self.made) and given == f"Token {self.made[-1]}" and self.left > 0
            self.left -= taken
        return (200, {}, b"{}") if taken else (401, {"WWW-Authenticate": "Token"}, f'"no: {given}"'.encode())


@pytest.fixture
def issued(listening, sender):
    """Makes a transport to a server that takes tokens of an issuer."""

    def make(issuer, answer=None):
        transport = sender(listening(answer or issuer.answer).url, renew=issuer)
        transport.begin()
        transport.ask_with(REQUEST)
        return transport

    return make


def test_a_token_is_made_at_the_start_and_renewed_as_often_as_it_is_no_longer_accepted(issued):
    issuer = Issuer(each=10)
    transport = issued(issuer)

    assert {transport.send(REQUEST).status for _ in range(25)} == {200}
    assert len(issuer.made) == 3


def test_many_threads_that_are_refused_have_one_token_made(issued):
    issuer = Issuer()
    transport = issued(issuer)
    issuer.left = 0
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: transport.send(REQUEST).status, range(40)))

    assert set(statuses) == {200}
    assert len(issuer.made) == 2


def test_each_token_that_was_made_is_redacted(issued):
    issuer = Issuer(each=5)
    transport = issued(issuer)
    for _ in range(12):
        transport.send(REQUEST)
    text = " ".join(issuer.made)

    assert transport.redactor.clean_text(text) == " ".join(["[secret valid]"] * 3)


def test_an_echo_of_an_older_token_is_redacted_where_it_comes_back(issued):
    issuer = Issuer(each=5)
    transport = issued(issuer, lambda message: (*issuer.answer(message)[:2], " ".join(issuer.made).encode()))
    bodies = [transport.send(REQUEST).response.body for _ in range(12)]

    assert bodies[-1] == b"[secret valid] [secret valid] [secret valid]"


def test_a_refusal_of_one_request_makes_no_token(issued):
    issuer = Issuer()
    odd = Request("PUT", f"{REQUEST.path}?odd=1")
    transport = issued(issuer, lambda message: (401, {}, b"{}") if "odd" in message.path else issuer.answer(message))

    assert [transport.send(each).status for each in (REQUEST, odd, odd, REQUEST)] == [200, 401, 401, 200]
    assert len(issuer.made) == 1


def test_a_refusal_without_credentials_makes_no_token(issued):
    issuer = Issuer()
    transport = issued(issuer)

    assert transport.send(Request("PUT", REQUEST.path, credential="near: last")).status == 401
    assert len(issuer.made) == 1


def test_a_new_token_that_is_refused_too_ends_the_run(issued):
    issuer = Issuer(each=3)
    closed = itertools.count()
    transport = issued(issuer, lambda message: issuer.answer(message) if next(closed) < 3 else (401, {}, b"{}"))
    for _ in range(3):
        transport.send(REQUEST)

    with pytest.raises(TargetLostError, match="no longer accepts the token: it was accepted until request 3"):
        transport.send(REQUEST)
    assert len(issuer.made) == 2


def test_without_a_command_the_run_ends_as_before(listening, sender):
    left = [200, 200]
    transport = sender(listening(lambda _message: (left.pop() if left else 401, {}, b"{}")).url)
    transport.ask_with(REQUEST)
    transport.send(REQUEST)
    transport.send(REQUEST)

    with pytest.raises(TargetLostError, match="no longer accepts the token"):
        transport.send(REQUEST)


def script(tmp_path, text):
    """A program in sh, and the command that runs it."""
    path = tmp_path / "new-token"
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return [str(path)]


@pytest.mark.parametrize("text", ["echo the-new-token-7", "printf the-new-token-7", "printf 'the-new-token-7\\r\\n'"])
def test_what_a_command_prints_is_the_token_without_the_end_of_the_line(tmp_path, text):
    assert TokenCommand(script(tmp_path, text))().reveal() == "the-new-token-7"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("echo canary-7Qx >&2; echo canary-7Qx; exit 3", "ended with 3; run it by hand", id="fails"),
        pytest.param("true", "prints nothing: let it print the token", id="prints-nothing"),
        pytest.param("echo canary", "holds fewer than 8 characters", id="too-short"),
        pytest.param("echo canary-7Qx; echo canary-8Zk", "holds a line break", id="two-lines"),
        pytest.param("echo 'canary-7Qx '", "white space", id="white-space"),
        pytest.param("echo canary-größe-7Qx", "is not ASCII", id="not-ascii"),
        pytest.param("printf 'canary-\\0337Qx-8Zk'", "control character", id="control-character"),
        pytest.param("yes canary-7Qx", "prints more than 65536 bytes", id="prints-for-ever"),
        pytest.param("sleep 600", "has not ended after 1 s", id="sleeps"),
    ],
)
def test_a_command_without_a_token_is_named_and_what_it_prints_is_not(tmp_path, monkeypatch, text, said):
    monkeypatch.setattr(commands, "SECONDS", 1)

    with pytest.raises(UsageError, match=said) as raised:
        TokenCommand(script(tmp_path, text))()

    assert str(raised.value).startswith(f"token_command {tmp_path / 'new-token'}: ")
    assert "canary" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None or raised.value.__suppress_context__


def test_a_command_is_run_so_often_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(token_command, "MOST", 2)
    made = TokenCommand(script(tmp_path, "echo the-new-token-7"))
    made()
    made()

    with pytest.raises(UsageError, match="was run 2 times, the most that one run asks of it"):
        made()


def test_a_plan_runs_no_command(tmp_path):
    script(tmp_path, "touch ran; echo the-new-token-7")
    lines = '[dev]\nbase_url = "https://api-dev.example.com"\ntoken_command = ["./new-token"]\n'
    (tmp_path / "targets.toml").write_text(lines, "utf-8")
    done = command("--target", "dev", "--plan", environment={"PATH": os.environ["PATH"]}, cwd=tmp_path)

    assert done.returncode == 0
    assert "Nothing is sent." in done.stdout
    assert not (tmp_path / "ran").exists()


def test_a_run_whose_token_is_renewed_finds_nothing(tmp_path):
    assert examine(WAYS["token renewed during the run"], tmp_path, "--examples", "5") == []
    written = [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]

    assert len(written) > 10
    assert [path for path in written if b"field-token-number" in path.read_bytes()] == []
    assert b"field-token-number" not in (tmp_path / "run.log").read_bytes()
    assert os.access(tmp_path / "new-token", os.X_OK)
