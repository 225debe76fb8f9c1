"""How a target is reached: a path before the documented one, a Host of its own, proxies, and client certificates."""

import ssl
from pathlib import Path

import pytest

from contracts.engine.session import Options, begun
from contracts.model.exchange import Request
from contracts.model.uuids import invented
from contracts.target.proxies import of_environment
from contracts.target.targets import Choice, UsageError
from contracts.target.targets_file import named
from contracts.transport.interlock import RefusedToSendError
from contracts.transport.limits import Limits, TargetLostError
from tests.field.proxies.forward import ForwardProxy
from tests.selftest.transport.test_rate import Clock

TLS = Path(__file__).parents[1] / "tls"
PASSWORD = "canary-client-key-5Tp"  # noqa: S105 - of a key that is for these tests
ENVIRONMENT = {"TIMP_TOKEN": "the-suppliers-token"}
PATH = f"/timp/orders/allocation/{invented('order')}/"
REQUEST = Request("PUT", PATH)


@pytest.fixture
def reached(tmp_path):
    """Makes a transport to a target whose table has these lines; `environment` adds variables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        opened = []

        def reach(url, lines="", **environment):
            (tmp_path / "targets.toml").write_text(f'[dev]\nbase_url = "{url}"\n{lines}', "utf-8")
            target = named("dev", tmp_path / "targets.toml", ENVIRONMENT | environment)
            run = begun(target, Options(Choice(), tmp_path / f"reports{len(opened)}"))
            opened.append(run)
            return run.__enter__().transport

        yield reach
        for run in opened:
            run.__exit__(None, None, None)


@pytest.fixture
def proxying():
    """A forward proxy that asks for no credentials."""
    with ForwardProxy() as proxy:
        yield proxy


@pytest.fixture
def guarded():
    """A forward proxy that asks for credentials."""
    with ForwardProxy("robot:canary/Pro+xy~6Rn") as proxy:
        yield proxy


def secured(there, *, clients=False):
    """Make a listener speak TLS with a certificate for localhost; with `clients`, only to those it knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.pem")
    if clients:
        context.load_verify_locations(TLS / "client-authority.pem")
        context.verify_mode = ssl.CERT_REQUIRED
    there.server.socket = context.wrap_socket(there.server.socket, server_side=True, do_handshake_on_connect=False)
    return f"https://localhost:{there.server.server_port}", f'ca_bundle = "{TLS / "authority.pem"}"\n'


# ------------------------------------------------------------------------------------------ base path, Host


@pytest.mark.parametrize("path", ["/gateway", "/gateway/v1/", "/a.b~c/_x-1", "/t/7a1e2b9c-3f60-4f7e-9a55-0c9d1e2d3a4b"])
def test_a_path_of_the_base_url_comes_before_the_documented_one_and_is_not_part_of_the_exchange(
    listening, reached, path
):
    there = listening()
    exchange = reached(there.url + path).send(REQUEST)

    assert [message.path for message in there.received] == [path.rstrip("/") + PATH]
    assert exchange.request.path == PATH


@pytest.mark.parametrize("path", ["/a/../b", "/.", "/a//b", "/%2e%2e", "/a%2Fb", "/a;b/ü", "/a b"])
def test_a_path_that_a_server_may_read_in_another_way_is_refused(listening, reached, path):
    with pytest.raises(UsageError, match=r"\[dev\] base_url http.*its path may have"):
        reached(listening().url + path)


def test_the_host_of_the_table_is_sent_and_the_connection_goes_to_the_base_url(listening, reached):
    there = listening()
    transport = reached(there.url, 'headers = { Host = "api.example.com:8443" }\n')
    exchange = transport.send(REQUEST)

    assert [message.headers["Host"] for message in there.received] == ["api.example.com:8443"]
    assert exchange.request.header("Host") == "api.example.com:8443"
    with pytest.raises(RefusedToSendError, match=r"a Host header that is not api\.example\.com:8443"):
        transport.send(Request("PUT", PATH, (("Host", there.url.removeprefix("http://")),)))
    assert len(there.received) == 1


# ------------------------------------------------------------------------------------------ proxies


def test_plain_http_goes_through_a_proxy_in_absolute_form(listening, reached, proxying):
    there = listening()
    exchange = reached(f"{there.url}/gw", f'proxy = "{proxying.url}"\n').send(REQUEST)

    assert exchange.status == 200
    assert proxying.asked == [("PUT", f"{there.url}/gw{PATH}")]
    assert [message.path for message in there.received] == [f"/gw{PATH}"]


def test_https_goes_through_a_tunnel_of_which_the_proxy_sees_only_the_place(listening, reached, proxying):
    there = listening()
    url, bundle = secured(there)
    transport = reached(f"{url}/gw", f'{bundle}proxy = "{proxying.url}"\n')

    assert [transport.send(REQUEST).status for _ in range(3)] == [200] * 3
    assert set(proxying.asked) == {("CONNECT", url.removeprefix("https://"))}
    assert b"the-suppliers-token" not in proxying.received
    assert [message.path for message in there.received] == [f"/gw{PATH}"] * 3


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_the_proxy_of_the_environment_is_used_if_the_table_says_so(listening, reached, guarded, variable):
    there = listening()
    url = guarded.url.replace("//", "//robot:canary%2FPro+xy~6Rn@")

    assert reached(there.url, 'proxy = "environment"\n', **{variable: url}).send(REQUEST).status == 200
    assert len(guarded.asked) == 1
    exempt = {variable: url, "NO_PROXY": "example.com, 127.0.0.1"}
    assert reached(there.url, 'proxy = "environment"\n', **exempt).send(REQUEST).status == 200
    assert reached(there.url, "", **{variable: url}).send(REQUEST).status == 200
    assert (len(guarded.asked), len(there.received)) == (1, 3)


@pytest.mark.parametrize(
    ("exempt", "host", "is_exempt"),
    [
        ("api.example.com", "api.example.com", True),
        ("example.com", "api.example.com", True),
        (".example.com", "api.example.com", True),
        ("*.example.com", "api.example.com", True),
        ("a.example, API.example.com:443", "api.example.com", True),
        ("*", "api.example.com", True),
        ("::1, 127.0.0.1", "[::1]", True),
        ("ample.com", "api.example.com", False),
        ("api.example.com.example", "api.example.com", False),
        (" , ", "api.example.com", False),
    ],
)
def test_no_proxy_names_hosts_and_domains(exempt, host, is_exempt):
    variables = {"HTTPS_PROXY": "http://proxy:3128", "no_proxy": exempt}

    assert of_environment(f"https://{host}", variables) == (None if is_exempt else "HTTPS_PROXY")
    assert of_environment(f"http://{host}", variables) is None


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_a_proxy_gets_its_credentials_and_the_target_is_not(listening, reached, guarded, secure, tmp_path):
    there = listening()
    url, bundle = secured(there) if secure else (there.url, "")
    lines = f'{bundle}proxy = "{guarded.url.replace("//", "//robot@")}"\nproxy_password_env = "WAY_OUT"\n'
    exchange = reached(url, lines, WAY_OUT="canary/Pro+xy~6Rn").send(REQUEST)

    assert exchange.status == 200
    assert [name for name in there.received[0].headers if name.lower().startswith("proxy")] == []
    assert "canary" not in repr(exchange)
    assert b"canary" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*.jsonl"))


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_a_proxy_that_refuses_is_named_with_what_it_asks_for(listening, reached, guarded, secure):
    there = listening()
    url, bundle = secured(there) if secure else (there.url, "")
    exchange = reached(url, f'{bundle}proxy = "{guarded.url}"\n').send(REQUEST)

    assert exchange.response is None
    assert f'the proxy {guarded.url} answers 407; it asks for Basic realm="way out"' in exchange.trouble
    assert there.received == []


def test_a_proxy_that_is_not_there_is_not_gone_around(listening, reached):
    there = listening()

    assert reached(there.url, 'proxy = "http://127.0.0.1:9"\n').send(REQUEST).response is None
    assert there.received == []


# ------------------------------------------------------------------------------------------ certificates


def test_a_client_certificate_is_shown_with_its_encrypted_key(listening, reached):
    there = listening()
    url, bundle = secured(there, clients=True)
    pair = f'client_certificate = "{TLS / "client.pem"}"\nclient_key = "{TLS / "client-key.pem"}"\n'
    transport = reached(url, bundle + pair, TIMP_CLIENT_KEY_PASSWORD=PASSWORD)

    assert transport.send(REQUEST).status == 200
    assert reached(url, bundle).send(REQUEST).response is None
    assert len(there.received) == 1
    assert transport.redactor.clean_text(f"x {PASSWORD} y") == "x [secret password of the client key] y"


def test_a_client_certificate_is_shown_through_a_tunnel(listening, reached, proxying):
    there = listening()
    url, bundle = secured(there, clients=True)
    pair = f'client_certificate = "{TLS / "client.pem"}"\nclient_key = "{TLS / "client-key-open.pem"}"\n'

    assert reached(url, f'{bundle}{pair}proxy = "{proxying.url}"\n').send(REQUEST).status == 200


# ------------------------------------------------------------------------------------------ waiting


def test_a_target_is_waited_for_until_something_other_than_a_gateway_answers(listening, sender):
    left = [502, 503, 504, *[503] * 20]
    there = listening(lambda _message: (left.pop(0) if left else 405, {"Retry-After": "3600"}, b"{}"))
    transport = sender(there.url, clock=Clock())
    transport.wait(Request("GET", PATH), 60)

    assert len(there.received) == 24
    assert transport.answers == 1


def test_waiting_ends_with_its_time(listening, sender):
    there = listening(lambda _message: (502, {}, b"{}"))
    transport = sender(there.url, clock=Clock(), limits=Limits(silence_seconds=0))

    with pytest.raises(TargetLostError, match="is down: 502"):
        transport.wait(Request("GET", PATH), 10)
    assert 10 <= len(there.received) <= 12
