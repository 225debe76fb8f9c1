"""No secret in anything that is written, though the target repeats it everywhere."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
import tomlkit

from provider import server
from tests.field.proxies.forward import ForwardProxy
from tests.field.proxies.habits import renews
from tests.field.proxies.proxy import Proxy
from tests.selftest import few
from tests.selftest.conftest import PATIENCE, all_permitted

pytestmark = pytest.mark.xdist_group("canary")
PROGRAM = Path(sys.executable).with_name("timp-conformance")
TLS = Path(__file__).parent / "tls"
LOUD = ("-vv", "--tb=long", "--full-trace", "--showlocals", "--log-level=DEBUG", "-rA", "--junitxml=junit.xml")
CANARIES = {
    "TIMP_TOKEN": "canary/Sup+plier~7Qx",
    "TIMP_RETAILER_TOKEN": "canary-Retailer-8Zk",
    "TIMP_UNPERMITTED_TOKEN": "canary_Unpermitted_9Wj",
}


def spilt(data, secrets):
    """The secrets, and near misses of them, that are in bytes in some spelling."""
    text = data.decode("latin-1")
    layers = [text]
    for _ in range(3):
        bare = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), unquote(layers[-1]))
        layers.append(bare.replace("\\/", "/"))
    whole = "\n".join(layers).lower()
    cores = {secret: [core for offset in range(3) for core in in_base64(secret[:-1], offset)] for secret in secrets}
    return [s for s in secrets if s[:-1].lower() in whole or any(core in text for core in cores[s])]


def in_base64(secret, offset):
    """The middle of a base64 text, which depends on the secret alone, in both alphabets."""
    text = base64.b64encode(b"\0" * offset + secret.encode()).decode()[4:-4]
    return text, text.replace("+", "-").replace("/", "_")


def spills(folder, secrets):
    """The files below a folder in which a secret is."""
    return [str(path) for path in folder.rglob("*") if path.is_file() and spilt(path.read_bytes(), secrets)]


PROBE = """
import sys
seen = open(sys.argv.pop(1), "a")
def hook(event, arguments):
    if event == "socket.connect":
        print("connect", arguments[1], file=seen, flush=True)
    elif event == "socket.getaddrinfo":
        print("getaddrinfo", arguments[:2], file=seen, flush=True)
sys.addaudithook(hook)
from contracts.cli import main
main()
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A whole run, loud and with tracebacks, against a provider that echoes credentials and deviates; and its port.

    Each address that the run asks for or connects to is in the file `seen`.
    """
    folder = tmp_path_factory.mktemp("canary")
    settings = server.Settings(
        token=CANARIES["TIMP_TOKEN"],
        retailer_token=CANARIES["TIMP_RETAILER_TOKEN"],
        unpermitted_token=CANARIES["TIMP_UNPERMITTED_TOKEN"],
        faults=(
            "echoes-credentials-in-a-header",
            "echoes-credentials-in-refusals",
            "echoes-three-quarters-of-the-token",
            "echoes-the-query-in-refusals",
            "sum-exceeds-by-one",
        ),
        readings={"authentication.token-elsewhere": "accepted"},
        access_log=folder / "access.log",
    )
    with server.running(settings) as running:
        url = all_permitted(running, folder)
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **CANARIES}
        words = [sys.executable, "-c", PROBE, str(folder / "seen"), "run", *url]
        words += ["--reports-dir", str(folder / "reports"), "--examples", "5", *LOUD]
        done = subprocess.run(words, env=environment, cwd=folder, capture_output=True, check=False, timeout=PATIENCE)
    (folder / "terminal").write_bytes(done.stdout + done.stderr)
    return done, folder, int(running.base_url.rpartition(":")[2])


def test_the_run_saw_the_echo_and_reported_it(ran):
    done, folder, _ = ran

    assert done.returncode == 1
    assert b"authentication.token-not-echoed" in done.stdout
    assert b"[secret valid]" in (folder / "reports" / "exchanges.jsonl").read_bytes()


def test_the_run_put_the_token_into_the_query_and_the_target_took_and_repeated_it(ran):
    _, folder, _ = ran
    lines = map(json.loads, (folder / "reports" / "exchanges.jsonl").read_text("utf-8").splitlines())
    sent = {line["request"]["credential"]: line for line in lines if line["kind"] == "exchange"}

    assert {sent[f"in {place}"]["response"]["status"] for place in ("query", "cookie", "header", "body")} == {200}
    assert "?token=never-given-out" in sent["other in query"]["response"]["text"]
    assert (folder / "access.log").stat().st_size > 1000


def test_no_secret_and_no_near_miss_of_one_is_in_anything_written(ran):
    _, folder, _ = ran
    written = [path for path in folder.rglob("*") if path.is_file()]

    assert len(written) > 100
    assert spills(folder, CANARIES.values()) == []


def test_over_a_whole_run_the_target_is_the_only_address(ran):
    _, folder, port = ran
    verdicts = json.loads((folder / "reports" / "verdicts.json").read_text("utf-8"))
    seen = set((folder / "seen").read_text("utf-8").splitlines())

    assert verdicts["complete"] is True
    assert seen
    assert seen <= {f"connect ('127.0.0.1', {port})", f"getaddrinfo ('127.0.0.1', {port})"}


FAR = {
    "TIMP_CLIENT_KEY_PASSWORD": "canary-client-key-5Tp",
    "TIMP_PROXY_PASSWORD": "canary/Pro+xy~6Rn",
}
TOKENS = [f"canary-Renewed-{number}-4Vb" for number in range(20)]


def echoing(folder, token):
    """A habit: a token is taken for some hundred requests, and all secrets so far are repeated in each answer."""
    renewing = renews(100, token, folder, TOKENS)

    def habit(message, relay):
        answer = renewing(message, relay)
        made = TOKENS[: TOKENS.index((folder / "token").read_text("utf-8")) + 1]
        pair = f"robot:{FAR['TIMP_PROXY_PASSWORD']}"
        said = [*FAR.values(), pair, base64.b64encode(pair.encode()).decode(), message.header("Authorization") or "-"]
        said += made[:-1]  # the last one may not be known to the run yet
        return answer.signed(*(("X-Echo", text) for text in (*said, quote(" ".join(said), safe=""))))

    return habit


@pytest.fixture(scope="module")
def ran_far(tmp_path_factory):
    """A loud run with a token command, an encrypted key and a proxy with a password, whose target echoes them."""
    folder = tmp_path_factory.mktemp("far")
    (folder / "hidden").mkdir()
    settings = server.Settings()
    with server.running(settings) as running, ForwardProxy(f"robot:{FAR['TIMP_PROXY_PASSWORD']}") as way_out:
        running.write_orders(folder / "orders.toml")
        with Proxy(running.base_url, echoing(folder / "hidden", settings.token), tls=TLS) as proxy:
            table = {
                "base_url": proxy.url.replace("http://127.0.0.1", "https://localhost"),
                "ca_bundle": str(TLS / "authority.pem"),
                "client_certificate": str(TLS / "client.pem"),
                "client_key": str(TLS / "client-key.pem"),
                "proxy": way_out.url.replace("//", "//robot@"),
                "token_command": ["cat", str(folder / "hidden" / "token")],
                "orders": "orders.toml",
                "may_allocate": True,
                "may_stress": True,
            }
            (folder / "targets.toml").write_text(tomlkit.dumps({"far": table}), "utf-8")
            words = [PROGRAM, "run", "--target", "far", "--reports-dir", "reports", "--examples", "5", *LOUD]
            environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **FAR, **few.environment("authentication.")}
            done = subprocess.run(
                words, env=environment, cwd=folder, capture_output=True, check=False, timeout=PATIENCE
            )
    assert (folder / "hidden" / "token").read_text("utf-8") in TOKENS[2:]
    shutil.rmtree(folder / "hidden")
    (folder / "terminal").write_bytes(done.stdout + done.stderr)
    return done, folder


def test_passwords_and_renewed_tokens_are_in_nothing_that_is_written(ran_far):
    done, folder = ran_far
    journal = (folder / "reports" / "exchanges.jsonl").read_bytes()

    assert done.returncode == 0, done.stdout
    assert b"authentication.token-not-echoed" in done.stdout
    assert b"[secret password of the proxy]" in journal
    assert b"[secret password of the client key]" in journal
    assert b"canary" not in journal
    assert spills(folder, [*TOKENS, *FAR.values()]) == []


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(lambda s: s, id="as-it-is"),
        pytest.param(str.upper, id="upper-case"),
        pytest.param(lambda s: s[:-1], id="a-near-miss"),
        pytest.param(lambda s: "".join(f"%{byte:02X}" for byte in s.encode()), id="percent-encoded"),
        pytest.param(lambda s: "".join(f"\\u{ord(char):04x}" for char in s), id="escaped"),
        pytest.param(lambda s: base64.b64encode(f"Token {s}".encode()).decode(), id="base64"),
    ],
)
def test_the_scan_finds_what_is_planted(tmp_path, form):
    (tmp_path / "clean").write_text("nothing", "utf-8")
    (tmp_path / "planted").write_text(f"seen: {form(CANARIES['TIMP_TOKEN'])}.", "utf-8")

    assert spills(tmp_path, CANARIES.values()) == [str(tmp_path / "planted")]
