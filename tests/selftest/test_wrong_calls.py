"""Wrong calls of the command line, and targets that accept nothing: one clear line, and the exit code."""

import json

import pytest

from provider import server
from tests.selftest.test_end_to_end import call

MANIFEST = """
[[orders]]
uuid = "319bba9f-71b1-4a93-8abf-67a45b8fdd5c"
[[orders.line_items]]
uuid = "b84ccd3c-88f8-4050-accf-e049163052e3"
quantity_ordered = 6
"""
UNREACHABLE = "http://127.0.0.1:1"
TOKEN = {"TIMP_TOKEN": "no-ones-token"}


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        pytest.param("[[orders]\n", "invalid TOML", id="no-toml"),
        pytest.param("orders = 3\n", "orders: name at least one", id="no-orders"),
        pytest.param('[[orders]]\nuuid = "x"\n', "line_items: name at least one", id="no-line-items"),
        pytest.param(MANIFEST.replace("319b", "xxxx"), "uuid: 'xxxxba9f", id="no-uuid"),
        pytest.param(MANIFEST.replace("= 6", "= 0"), "quantity_ordered: 0", id="quantity-of-nothing"),
        pytest.param(MANIFEST.replace("= 6", '= "6"'), "quantity_ordered: '6'", id="quantity-as-string"),
        pytest.param(MANIFEST + MANIFEST, "is there twice", id="an-order-twice"),
    ],
)
def test_a_wrong_manifest_of_orders_is_one_clear_line(tmp_path, manifest, said):
    path = tmp_path / "orders.toml"
    path.write_text(manifest, "utf-8")

    done = call("--base-url", UNREACHABLE, "--orders", str(path), "--reports-dir", str(tmp_path / "r"), tokens=TOKEN)

    assert done.returncode == 4
    assert said in done.stderr
    assert str(path) in done.stderr


@pytest.mark.parametrize(
    ("arguments", "tokens", "code", "said"),
    [
        pytest.param(["--target", "nope"], None, 4, "no such target", id="unknown-target"),
        pytest.param(["--target", "embedded", "--base-url", UNREACHABLE], None, 4, "leave out", id="target-and-url"),
        pytest.param(["--base-url", UNREACHABLE], None, 4, "TIMP_TOKEN is not set", id="no-token"),
        pytest.param(["--base-url", UNREACHABLE], {"TIMP_TOKEN": "short"}, 4, "fewer than 8", id="token-too-short"),
        pytest.param(
            ["--base-url", UNREACHABLE, "--may-allocate"], TOKEN, 4, "name them with --orders", id="no-orders"
        ),
        pytest.param(["--base-url", "ftp://127.0.0.1"], TOKEN, 4, "write it as", id="other-scheme"),
        pytest.param(["--base-url", "http://127.0.0.1:x"], TOKEN, 4, "--base-url", id="port-no-number"),
        pytest.param(["--base-url", "http://a:b@127.0.0.1"], TOKEN, 4, "TIMP_TOKEN", id="credentials-in-url"),
        pytest.param(["--base-url", "http://api-dev.example.com"], TOKEN, 4, "write https", id="elsewhere"),
        pytest.param(["--reading", "a.b=c"], None, 4, "no such question", id="unknown-question"),
        pytest.param(["--fault", "nope"], None, 4, "no such fault", id="unknown-fault"),
        pytest.param(["--seed", "x"], None, 4, "--seed", id="seed-no-number"),
        pytest.param(["nope"], None, 4, "no such command", id="unknown-command"),
        pytest.param(["serve", "--reading", "a"], None, 4, "CLAUSE=NAME", id="reading-without-value"),
    ],
)
def test_a_wrong_call_is_one_clear_line_and_exit_4(tmp_path, arguments, tokens, code, said):
    where = [] if arguments[0] in {"serve", "nope"} else ["--reports-dir", str(tmp_path)]

    done = call(*arguments, *where, tokens=tokens)

    assert done.returncode == code
    assert said in done.stderr


@pytest.fixture
def manifest(tmp_path):
    """Orders that do not exist."""
    path = tmp_path / "orders.toml"
    path.write_text(MANIFEST, "utf-8")
    return str(path)


def test_a_port_where_nothing_listens_is_exit_6(tmp_path, manifest):
    done = call(
        "--base-url",
        UNREACHABLE,
        "--orders",
        manifest,
        "--may-allocate",
        "--reports-dir",
        str(tmp_path / "r"),
        tokens=TOKEN,
    )

    assert done.returncode == 6
    assert "does not answer" in done.stdout


@pytest.fixture(scope="module")
def honest():
    with server.running(server.Settings()) as running:
        yield running


def test_a_wrong_token_is_exit_6(tmp_path, manifest, honest):
    url = ("--base-url", honest.base_url, "--orders", manifest, "--may-allocate")

    done = call(*url, "--reports-dir", str(tmp_path / "r"), tokens=TOKEN)

    assert done.returncode == 6
    assert "refuses the token" in done.stdout


def test_orders_the_target_does_not_know_are_exit_5_with_what_was_refused(tmp_path, manifest, honest):
    tokens = {"TIMP_TOKEN": honest.settings.token}
    url = ("--base-url", honest.base_url, "--orders", manifest, "--may-allocate")

    done = call(*url, "--reports-dir", str(tmp_path / "r"), tokens=tokens)

    assert done.returncode == 5
    assert "does not know the test orders: 404 to everything" in " ".join(done.stdout.split())
    assert json.loads((tmp_path / "r" / "verdicts.json").read_text("utf-8"))["exit_code"] == 5


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        pytest.param(500, (5, ["http.no-server-error"]), id="an-application-that-fails"),
        pytest.param(503, (6, []), id="a-gateway-without-an-application"),
    ],
)
def test_a_failure_of_every_request_is_a_finding_if_it_is_the_applications(
    tmp_path, manifest, listening, status, ending
):
    failing = listening(lambda _message: (status, {"Content-Type": "application/json"}, b'{"error": "broken"}'))
    url = ("--base-url", failing.url, "--orders", manifest, "--may-allocate")

    done = call(*url, "--reports-dir", str(tmp_path / "r"), tokens=TOKEN)
    verdicts = json.loads((tmp_path / "r" / "verdicts.json").read_text("utf-8"))

    found = [verdict["clause"] for verdict in verdicts["verdicts"] if verdict["divergences"]]
    assert (done.returncode, found) == ending
