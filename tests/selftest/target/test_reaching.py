"""How a target is reached, as docs/targets.md says it: each example of a table, and the same by options."""

import os
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from contracts import ROOT
from contracts.target.targets_file import named
from tests.field.proxies.forward import ForwardProxy
from tests.field.proxies.proxy import Proxy
from tests.selftest.forks import command
from tests.selftest.target.conftest import ENVIRONMENT

TLS = Path(__file__).parents[1] / "tls"
PASSWORD = "canary-client-key-5Tp"  # noqa: S105 - of a key that is for these tests
DOCUMENT = (ROOT / "docs" / "targets.md").read_text("utf-8").partition("## Reaching it")[2].partition("\n## ")[0]
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
VARIABLES = {
    "TIMP_TOKEN": "the-suppliers-token",
    "SUPPLIER_KEY_PASSWORD": PASSWORD,
    "PROXY_PASSWORD": "canary/Pro+xy~6Rn",
    "HTTPS_PROXY": "http://10.0.0.1:8080",
}


@pytest.fixture
def documented(tmp_path):
    """The examples of the document as targets, by name."""
    for name in ("authority.pem", "client.pem", "client-key.pem"):
        shutil.copy(TLS / name, tmp_path)
    path = tmp_path / "targets.toml"
    path.write_text("\n".join(EXAMPLES), "utf-8")
    return {name: named(name, path, VARIABLES) for name in tomllib.loads(path.read_text("utf-8"))}


def test_each_example_of_the_document_says_what_its_text_says(documented, tmp_path):
    assert (documented["path"].origin, documented["path"].base_path) == (
        "https://gateway.example.com",
        "/orders-api/v1",
    )
    assert (documented["host"].origin, documented["host"].host) == ("https://10.0.0.7", "api.example.com")
    assert documented["certificates"].ssl_context.get_ca_certs()
    assert documented["certificates"].secrets["password of the client key"].reveal() == PASSWORD
    proxy = documented["proxy"].proxy
    assert (proxy.url, proxy.user, proxy.password.reveal()) == (
        "http://proxy.example.com:3128",
        "robot",
        "canary/Pro+xy~6Rn",
    )
    assert documented["environment"].proxy.url == "http://10.0.0.1:8080"
    assert documented["path"].proxy is None
    assert documented["path"].unreached == 'HTTPS_PROXY is set and not used: proxy = "environment" uses it'
    assert documented["token"].token_command == (str(tmp_path / "new-token"), "--role", "supplier")
    assert "valid" not in documented["token"].tokens
    assert documented["late"].wait_seconds == 300


def test_every_key_about_reaching_a_target_has_an_example():
    used = set().union(*(table for text in EXAMPLES for table in tomllib.loads(text).values()))

    assert used >= {
        *("base_url", "headers", "ca_bundle", "client_certificate", "client_key", "client_key_password_env"),
        *("proxy", "proxy_password_env", "token_command", "wait"),
    }


def test_a_target_that_is_not_reached_is_named_with_the_variable_that_was_not_used(tmp_path):
    words = ["--base-url", "http://127.0.0.1:1", "--reports-dir", tmp_path]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **ENVIRONMENT}
    there = {**environment, "http_proxy": "http://127.0.0.1:9"}
    done = command(*words, environment=there)
    exempt = command(*words, environment={**there, "NO_PROXY": "*"})

    assert (done.returncode, exempt.returncode) == (6, 6)
    assert "http_proxy is set and not used: --proxy environment uses it" in " ".join(done.stdout.split())
    assert "http_proxy" not in exempt.stdout


UNREACHED = {
    "a certificate of an unknown authority": (
        "https",
        "https",
        "ca_bundle names a file with the certificate of who signed it",
    ),
    "https to a port that speaks http": ("http", "https", "this port may speak http, and not https"),
    "http to a port that speaks https": ("https", "http", "this port may speak https, and not http"),
}


@pytest.mark.parametrize(("spoken", "asked", "fix"), UNREACHED.values(), ids=list(UNREACHED))
def test_a_target_that_is_not_reached_is_named_with_what_to_do(spoken, asked, fix, listening, tmp_path):
    there = listening()
    with Proxy(there.url, lambda message, relay: relay(message), tls=TLS if spoken == "https" else None) as server:
        url = f"{asked}://localhost:{server.url.rpartition(':')[2]}"
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **ENVIRONMENT}
        done = command("--base-url", url, "--plain-http", "--reports-dir", tmp_path, environment=environment)

    assert done.returncode == 6, done.stdout + done.stderr
    assert fix in " ".join(done.stdout.split())


def test_a_proxy_that_may_be_down_is_named(tmp_path):
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **ENVIRONMENT}
    words = ("--base-url", "http://127.0.0.1:1", "--proxy", "http://127.0.0.1:9", "--reports-dir", tmp_path)
    done = command(*words, environment=environment)

    assert done.returncode == 6
    assert "all requests go through the proxy that --proxy names: is that up?" in " ".join(done.stdout.split())


@pytest.fixture
def proxying():
    """A forward proxy that asks for no credentials."""
    with ForwardProxy() as proxy:
        yield proxy


def test_options_reach_a_base_url_as_a_table_does(listening, proxying, tmp_path):
    there = listening(lambda _message: (401, {"WWW-Authenticate": 'Bearer realm="gateway"'}, b"{}"))
    script = tmp_path / "new-token"
    script.write_text("#!/bin/sh\necho the-token-of-a-command\n", "utf-8")
    script.chmod(0o755)
    words = ["--base-url", f"{there.url}/gw", "--proxy", proxying.url, "--header", "X-Tenant: shop 7", "--wait", "9s"]
    words += ["--token-command", str(script), "--reports-dir", tmp_path / "reports"]
    done = command(*words, environment={"PATH": os.environ["PATH"], "HOME": str(tmp_path)})

    assert done.returncode == 6
    assert 'refuses the token: 401 to every request; it asks for Bearer realm="gateway"' in " ".join(
        done.stdout.split()
    )
    assert {message.headers["X-Tenant"] for message in there.received} == {"shop 7"}
    assert "Token the-token-of-a-command" in {message.headers.get("Authorization") for message in there.received}
    assert all(path.startswith(f"{there.url}/gw/timp/orders/allocation/") for _, path in proxying.asked)
