"""A printed curl sends what was sent: each is run by sh against a server that keeps what arrives."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.model.exchange import Exchange, Request, Response
from contracts.reports.exchange import WHOLE, as_text, curl
from contracts.transport import credentials
from tests.selftest.conftest import PATIENCE

METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "QUERY")
PATH = "/timp/orders/allocation/319bba9f-71b1-4a93-8abf-67a45b8fdd5c/"
JSON = (("Content-Type", "application/json"), ("Accept", "application/json"))
TOKENS = {"valid": "a1b2c3", "retailer": "r e$t", "unpermitted": "`u\"n'p"}


@dataclass
class Arrived:
    """A request as it was on the wire; `length` is its Content-Length."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes
    length: str | None


@dataclass
class Recorder:
    """A server on loopback, and the requests it got."""

    url: str
    requests: list[Arrived] = field(default_factory=list)

    def replay(self, command: str, tokens: dict[str, str], folder: str | None = None) -> tuple[Arrived, str]:
        """Run a command in sh; return the one request it sent, and what it printed."""
        variables = {
            "PATH": os.environ["PATH"],
            "TIMP_TOKEN": tokens["valid"],
            "TIMP_RETAILER_TOKEN": tokens["retailer"],
            "TIMP_UNPERMITTED_TOKEN": tokens["unpermitted"],
        }
        self.requests.clear()
        done = subprocess.run(
            ["/bin/sh", "-euc", command],
            env=variables,
            capture_output=True,
            timeout=PATIENCE,
            check=True,
            cwd=folder,
        )
        assert done.stderr == b""
        (arrived,) = self.requests
        return arrived, done.stdout.decode("utf-8", "replace")


@pytest.fixture(name="recorder", scope="module")
def _recorder() -> Iterator[Recorder]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = self.headers["Content-Length"]
            recorder.requests.append(
                Arrived(
                    self.command,
                    self.requestline.split(" ")[1],
                    [(k, v.encode("latin-1").decode("utf-8")) for k, v in self.headers.items()],
                    self.rfile.read(int(length or 0)),
                    length,
                )
            )
            self.send_response(207)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else b"body")

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    for method in METHODS:
        setattr(Handler, f"do_{method}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    recorder = Recorder(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield recorder
    server.shutdown()
    thread.join()
    server.server_close()


def asked(request: Request, tokens: dict[str, str]) -> Arrived:
    """What a faithful replay of a request brings, except the headers of its sender."""
    added = credentials.added(request.credential, tokens)
    headers, body = [*request.headers, *added.headers], added.body(request.body)
    length = str(len(body)) if body or request.method in {"PUT", "POST", "PATCH"} else None
    return Arrived(request.method, added.path(request.path), own_left_out(headers), body, length)


def own_left_out(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    own = {"host", "user-agent", "content-length", "x-request-id"}
    return sorted((name.lower(), value) for name, value in headers if name.lower() not in own)


def assert_faithful(recorder: Recorder, request: Request, tokens: dict[str, str] = TOKENS) -> None:
    command = curl(request, recorder.url)
    arrived, printed = recorder.replay(command, tokens)

    path, mark, query = arrived.path.partition("?")  # some versions of curl write %2a for %2A
    upper = (
        re.sub("%[0-9a-f]{2}", lambda found: found[0].upper(), query)
        if credentials.elsewhere(request.credential)
        else query
    )
    arrived = replace(arrived, path=path + mark + upper, headers=own_left_out(arrived.headers))
    assert arrived == asked(request, tokens)
    assert printed.splitlines()[0].startswith("HTTP/1.0 207")
    assert printed.endswith("\n207\n")


def test_a_host_that_is_not_that_of_the_url_is_replayed(recorder):
    own = recorder.url.removeprefix("http://")
    for host in ("api.example.com", own):
        arrived, _ = recorder.replay(curl(Request("PUT", PATH, (*JSON, ("Host", host))), recorder.url), TOKENS)

        assert dict(arrived.headers)["Host"] == host
    assert "Host" not in curl(Request("PUT", PATH, (*JSON, ("Host", own))), f"{recorder.url}/gw")


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request("PUT", PATH, JSON, b'{"a": "5"}'), id="json-body"),
        pytest.param(Request("PUT", PATH, JSON), id="no-body"),
        pytest.param(Request("PUT", PATH, (), b"{}"), id="no-headers"),
        pytest.param(Request("PUT", PATH, (("Content-Type", ""),), b"{}"), id="empty-header"),
        pytest.param(Request("PUT", PATH, (*JSON, ("Accept", "text/*")), b"{}"), id="header-twice"),
        pytest.param(Request("PUT", PATH, (*JSON, ("X-Odd", "a\"b'c$d`e\\f é")), b"{}"), id="quotes-in-header"),
        pytest.param(
            Request("PUT", PATH, (*JSON, ("User-Agent", "x"), ("X-Request-Id", "1"), ("Content-Length", "9"))),
            id="headers-of-the-sender",
        ),
        pytest.param(Request("GET", PATH, JSON), id="get"),
        pytest.param(Request("GET", PATH, JSON, b"{}"), id="get-with-body"),
        pytest.param(Request("HEAD", PATH, JSON), id="head"),
        pytest.param(Request("DELETE", PATH, JSON), id="delete"),
        pytest.param(Request("OPTIONS", PATH, ()), id="options"),
        pytest.param(Request("QUERY", PATH, JSON, b"{}"), id="unknown-verb"),
        pytest.param(Request("PUT", "/timp/../a/./b/%2e%2e/", JSON, b"{}"), id="dot-segments"),
        pytest.param(Request("PUT", "/a{b,c}[1-3]?q='$x'&y=`z`;!*", JSON, b"{}"), id="globs-and-quotes-in-path"),
        pytest.param(Request("PUT", PATH, JSON, b"it's 100% \\n $HOME `id` !x"), id="quotes-in-body"),
        pytest.param(Request("PUT", PATH, JSON, '{"a": "\uff15"}'.encode()), id="full-width-digits"),
        pytest.param(Request("PUT", PATH, JSON, b"@/etc/hostname"), id="at-sign-first"),
        pytest.param(Request("PUT", PATH, JSON, b"-n %s '\r\n\t"), id="line-feeds"),
        pytest.param(Request("PUT", PATH, JSON, b"-\n"), id="dash-first"),
        pytest.param(Request("PUT", PATH, JSON, bytes(range(256)) + b"789"), id="every-byte"),
        pytest.param(Request("PUT", PATH, JSON, b"\xef\xbb\xbf{}"), id="byte-order-mark"),
        pytest.param(Request("PUT", PATH, JSON, b'"' + b"a" * (WHOLE - 2) + b'"'), id="largest-whole-body"),
        pytest.param(Request("PUT", PATH, JSON, b"\x00" * WHOLE), id="largest-whole-body-in-octal"),
    ],
)
def test_curl_sends_the_request_again(recorder: Recorder, request_: Request) -> None:
    assert_faithful(recorder, request_)


# A `#` never is in a request target, and a fragment is what curl takes it for.
targets = st.text(st.sampled_from([chr(c) for c in range(0x21, 0x7F) if chr(c) != "#"]), max_size=30)
texts = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="\x85\xa0"), min_size=1, max_size=9)


@settings(max_examples=80, deadline=None)
@given(
    method=st.sampled_from(["PUT", "POST", "DELETE", "GET"]),
    path=targets.map(lambda tail: f"/x{tail}"),
    headers=st.lists(st.tuples(st.sampled_from(["X-A", "x-a", "Accept", "Content-Type"]), texts), max_size=3),
    body=st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")),
)
@example("PUT", "/x", [], b"%")
@example("PUT", "/x", [], b"\\1")
def test_curl_sends_any_request_again(
    recorder: Recorder, method: str, path: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    assert_faithful(recorder, Request(method, path, tuple(headers), body))


@pytest.mark.parametrize("token", ["a1b2c3", "9Zx", "Q0Y", "1-e", "*x"])
@pytest.mark.parametrize("label", [label for label in credentials.LABELS if label != "given"])
def test_curl_presents_the_credential_of_the_label(recorder: Recorder, label: str, token: str) -> None:
    for body in (b'{"a": "5"}', b'{"a": "100 %\' \\n \xc3\xa9"} '):
        assert_faithful(recorder, Request("PUT", PATH, JSON, body, label), TOKENS | {"valid": token})


def test_curl_presents_a_given_credential(recorder: Recorder) -> None:
    assert_faithful(recorder, Request("PUT", PATH, (*JSON, ("Authorization", "Token x, Token y")), b"{}", "given"))


def test_a_fault_in_the_curl_would_be_noticed(recorder: Recorder) -> None:
    request = Request("PUT", PATH, JSON, b'{"a": "5"}')
    arrived, _ = recorder.replay(curl(request, recorder.url).replace('"5"', "5"), TOKENS)

    assert replace(arrived, headers=own_left_out(arrived.headers)) != asked(request, TOKENS)


def test_curl_of_a_large_body_names_the_exchange_it_is_in(recorder: Recorder, tmp_path: Path) -> None:
    request = Request("PUT", PATH, JSON, b"a" * (WHOLE + 1))
    command = curl(request, recorder.url, "c0ffee-00007")
    (tmp_path / "body.bin").write_bytes(request.body)
    arrived, _ = recorder.replay(command, TOKENS, folder=str(tmp_path))

    assert "exchange c0ffee-00007 of reports/exchanges.jsonl" in command
    assert len(command) < 500
    assert arrived.body == request.body


def test_curl_of_a_head_with_a_body_ends(recorder: Recorder) -> None:
    assert "--max-time 10" in curl(Request("HEAD", PATH, JSON, b"{}"), recorder.url)


def test_text_shows_request_and_response() -> None:
    sent = Request("PUT", PATH, JSON, b'{"a": 5}')
    response = Response(200, (("Content-Type", "application/json"),), b"[]")

    assert as_text(Exchange("1", sent, response, seconds=0.5), 600) == (
        f"PUT {PATH}\n(credential: valid)\nContent-Type: application/json\nAccept: application/json\n\n"
        '{"a": 5}\n\n--- 200 after 0.500 s\nContent-Type: application/json\n\n[]'
    )


def test_text_shows_why_there_is_no_answer() -> None:
    assert as_text(Exchange("1", Request("PUT", PATH), None, "ReadTimeout"), 600).endswith("--- no answer: ReadTimeout")


def test_text_cuts_both_bodies_and_says_so() -> None:
    megabyte = b"\xff" * 1_000_000
    text = as_text(Exchange("1", Request("PUT", PATH, (), megabyte), Response(200, (), megabyte, complete=False)), 600)

    assert text.count("(cut here; the body has 1000000 bytes)") == 2
    assert text.endswith("(the answer went on: 1000000 bytes were read)")
    assert len(text) < 1_500


def test_text_steers_no_terminal() -> None:
    text = as_text(
        Exchange("1", Request("PUT", PATH), Response(200, (("X", "\x1b[2J"),), b"\x9b2J\r\x00\xe2\x80\xae")),
        99,
    )

    assert text.replace("\n", "").isprintable()
    assert r"X: \x1b[2J" in text
    assert r"\x9b2J\r\x00\u202e" in text
