"""A target that speaks HTTP/2 only is named as such in one line, however it refuses HTTP/1.1."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager

import pytest

from contracts.model.exchange import Request
from contracts.model.uuids import invented
from contracts.transport import http2
from tests.field.processes import free_port
from tests.selftest.forks import command

REQUEST = Request("PUT", f"/timp/orders/allocation/{invented('order')}/", body=b"{}")
SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
GOAWAY = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x01"
NODE = "require('http2').createServer().listen(Number(process.argv[1]), '127.0.0.1')"


@contextmanager
def serving(answer):
    """Serve with a function of the bytes that come first; give the base URL and what came over each connection."""
    received = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                received.append(connection.recv(65_536))
                connection.sendall(answer(received[-1]))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", received
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def greeting(data):
    """Speak as a server does that says nothing to what is not HTTP/2."""
    return SETTINGS if data.startswith(b"PRI * HTTP/2.0") else b""


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda _data: SETTINGS + GOAWAY, id="settings"),
        pytest.param(lambda _data: GOAWAY, id="goaway"),
        pytest.param(greeting, id="nothing-to-HTTP/1"),
    ],
)
def test_a_target_that_answers_in_frames_or_hangs_up_on_http_1_speaks_http_2_only(sender, answer):
    with serving(answer) as (url, _):
        transport = sender(url)

        assert transport.send(REQUEST).trouble == f"RemoteProtocolError: {http2.ONLY}"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda _data: b"", id="hangs-up-on-everything"),
        pytest.param(lambda _data: b"SSH-2.0-OpenSSH_9.6\r\n", id="another-protocol"),
        pytest.param(lambda _data: bytes(9), id="zeros"),
        pytest.param(lambda _data: b"HTTP/1.1 400 Bad Request\r\nContent-Length: 9\r\n\r\n" + SETTINGS, id="a-body"),
    ],
)
def test_another_trouble_is_not_taken_for_it(sender, answer):
    with serving(answer) as (url, _):
        transport = sender(url)

        assert "HTTP/2" not in (transport.send(REQUEST).trouble or "")


def test_a_target_that_has_answered_is_not_asked(sender):
    answers = iter([b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"])
    with serving(lambda _data: next(answers, b"")) as (url, received):
        transport = sender(url)
        transport.send(REQUEST)
        transport.send(Request("POST", REQUEST.path))

    assert not any(data.startswith(b"PRI") for data in received)


def test_a_handshake_that_refuses_http_1_says_so():
    refused = ssl.SSLError(1, "[SSL] tlsv1 alert no application protocol (_ssl.c:1006)")

    assert http2.refuses_http1(refused)
    assert not http2.refuses_http1(ssl.SSLError(1, "[SSL] sslv3 alert handshake failure (_ssl.c:1006)"))


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_a_run_ends_with_one_line(tmp_path):
    port = free_port()
    (tmp_path / "orders.toml").write_text(
        f'[[orders]]\nuuid = "{invented("order")}"\n[[orders.line_items]]\nuuid = "{invented("line")}"\n'
        "quantity_ordered = 6\n"
    )
    words = ["--base-url", f"http://127.0.0.1:{port}", "--orders", "orders.toml", "--may-allocate"]
    environment = {"PATH": os.environ["PATH"], "TIMP_TOKEN": "the-suppliers-token"}
    with subprocess.Popen([shutil.which("node"), "-e", NODE, str(port)]) as node:
        try:
            for _ in range(300):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    threading.Event().wait(0.1)
            done = command(*words, environment=environment, cwd=tmp_path)
        finally:
            node.terminate()

    assert done.returncode == 6
    assert f"does not answer: RemoteProtocolError: {http2.ONLY}" in " ".join(done.stdout.split())
