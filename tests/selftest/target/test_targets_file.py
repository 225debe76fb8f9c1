"""Targets by name: what a table says is what a run does, and what is wrong with it is said in a line."""

import os
from dataclasses import replace

import pytest

from contracts.target.targets import UsageError, choice
from contracts.target.targets_file import by_url, named
from contracts.transport.interlock import is_loopback
from contracts.transport.limits import Limits
from contracts.transport.secrets import Secret
from tests.selftest.forks import command
from tests.selftest.target.conftest import ENVIRONMENT, URL


def test_three_lines_are_enough_and_nothing_is_permitted(written):
    target = named("dev", written(f'[dev]\n{URL}token_env = "DEV_TOKEN"\n'), ENVIRONMENT)

    assert (target.name, target.base_url, target.orders) == ("dev", "https://api-dev.example.com", ())
    assert (target.may_allocate, target.may_stress, target.limits) == (False, False, Limits())
    assert target.tokens["valid"].reveal() == "the-dev-token"


def test_all_a_table_can_say_is_read(written):
    text = f"""[dev]
{URL}may_allocate = true
may_stress = true
orders = "orders.toml"
reusable_orders = false
max_requests = 900
rate = 5
concurrency = 2
step_seconds = 3
total_seconds = 20.5
verify = false
retailer_token_env = "DEV_TOKEN"
headers = {{ X-Tenant = "shop 7", X-Key = {{ env = "GATE" }} }}
order_command = ["./new-order", "--one"]
"""
    path = written(text)
    target = named("dev", path, ENVIRONMENT)

    assert target.limits == Limits(requests=900, rate=5, concurrency=2, step_seconds=3, total_seconds=20.5)
    assert (target.may_allocate, target.may_stress, target.reusable_orders) == (True, True, False)
    assert set(target.tokens) == {"valid", "retailer"}
    assert target.headers["X-Tenant"] == "shop 7"
    assert isinstance(target.headers["X-Key"], Secret)
    assert target.order_command == (str(path.parent / "new-order"), "--one")
    assert "not verified" in target.warnings[0]
    assert "at most 900 requests, 5 a second, 2 concurrently" in target.described


URLS = ["https://api-dev.example.com", "http://127.0.0.1:8800", "http://localhost", "http://[::1]:8800"]


@pytest.mark.parametrize("url", URLS)
def test_a_permission_is_stated_and_not_inferred_from_an_address(written, url):
    orders = str(written(f'[dev]\nbase_url = "{url}"\n').with_name("orders.toml"))
    given = by_url(choice(target=None, base_url=url, given={"orders": orders}, environment={}), ENVIRONMENT)
    stated = {"orders": orders, "may_allocate": True, "may_stress": True}
    permitted = by_url(choice(target=None, base_url=url, given=stated, environment={}), ENVIRONMENT)
    table = named("dev", written(f'[dev]\nbase_url = "{url}"\n'), ENVIRONMENT)

    assert (given.may_allocate, given.may_stress, len(given.orders)) == (False, False, 1)
    assert (table.may_allocate, table.may_stress) == (False, False)
    assert (permitted.may_allocate, permitted.may_stress) == (True, True)


@pytest.mark.parametrize("url", URLS)
def test_the_permission_to_allocate_needs_orders(url):
    asked = choice(target=None, base_url=url, given={"may_allocate": True}, environment={})

    with pytest.raises(UsageError, match="--may-allocate: no orders: name them with --orders FILE or TIMP_ORDERS"):
        by_url(asked, ENVIRONMENT)


@pytest.mark.parametrize("key", ["may_allocate", "may_stress", "plain_http"])
def test_a_permission_by_option_belongs_to_a_base_url(key):
    flag = f"--{key.replace('_', '-')}"
    with pytest.raises(UsageError, match=f"{flag}: goes with --base-url; write {key} in the table of the target"):
        choice(target="dev", base_url=None, given={key: True}, environment={})
    with pytest.raises(UsageError, match=f"{flag}: goes with --base-url; name one"):
        choice(target=None, base_url=None, given={key: True}, environment={})


@pytest.mark.parametrize(
    ("target", "base_url", "variable", "expected"),
    [
        pytest.param(None, None, None, ("embedded", None, True), id="nothing"),
        pytest.param("embedded", None, None, ("embedded", None, False), id="embedded"),
        pytest.param("embedded", None, "https://v.example", ("embedded", None, False), id="embedded-over-the-variable"),
        pytest.param("dev", None, "https://v.example", ("dev", None, False), id="a-table-over-the-variable"),
        pytest.param(None, None, "https://v.example", (None, "https://v.example", False), id="the-variable"),
        pytest.param(None, "https://o.example", None, (None, "https://o.example", False), id="the-option"),
        pytest.param(
            None,
            "https://o.example",
            "https://v.example",
            (None, "https://o.example", False),
            id="option-over-variable",
        ),
    ],
)
def test_the_target_is_chosen_by_option_before_variable_and_is_embedded_without_either(
    target, base_url, variable, expected
):
    environment = {"TIMP_BASE_URL": variable} if variable else {}
    found = choice(target=target, base_url=base_url, environment=environment)

    assert (found.name, found.base_url, found.implied) == expected


def test_orders_are_named_by_a_variable_if_no_option_names_them():
    environment = {"TIMP_BASE_URL": "https://a.example", "TIMP_ORDERS": "there.toml"}

    assert choice(target=None, base_url=None, environment=environment).given == {"orders": "there.toml"}
    asked = choice(target=None, base_url=None, given={"orders": "here.toml"}, environment=environment)
    assert (asked.base_url, asked.given) == ("https://a.example", {"orders": "here.toml"})


WRONG = {
    "no-such-file": (None, "cannot be read"),
    "no-toml": ("[dev\n", "invalid TOML"),
    "not-utf-8": ("\udcff", "is not UTF-8 at byte 0"),
    "no-such-target": ("[prod]\n" + URL, "[dev]: no such target; there are: embedded, prod"),
    "a-target-spelt-otherwise": ("[dev1]\n" + URL, "did you mean dev1?"),
    "no-table": ("dev = 3\n", "no such target"),
    "no-base-url": ("[dev]\n", "base_url is missing"),
    "base-url-no-text": ("[dev]\nbase_url = 3\n", "base_url: 3: write scheme and host"),
    "base-url-empty": ('[dev]\nbase_url = ""\n', "base_url: '': write scheme and host"),
    "base-url-without-scheme": ('[dev]\nbase_url = "api-dev.example.com"\n', "write it as http"),
    "base-url-of-another-scheme": ('[dev]\nbase_url = "ftp://api-dev.example.com"\n', "write it as http"),
    "base-url-in-plain-http": ('[dev]\nbase_url = "http://api-dev.example.com"\n', "write https"),
    "base-url-with-credentials": (
        '[dev]\nbase_url = "https://a:b@api-dev.example.com"\n',
        "scheme, host, port and path only",
    ),
    "base-url-with-a-query": (
        '[dev]\nbase_url = "https://api-dev.example.com?a=b"\n',
        "scheme, host, port and path only",
    ),
    "port-no-number": ('[dev]\nbase_url = "https://api-dev.example.com:x"\n', "base_url"),
    "unknown-key": (f"[dev]\n{URL}colour = 1\n", "colour: no such key; there are: base_url"),
    "key-spelt-otherwise": (f"[dev]\n{URL}may_alocate = true\n", "did you mean may_allocate?"),
    "secret-in-the-file": (f'[dev]\n{URL}token_env = "s3cr3t token!"\n', "never the secret itself"),
    "token-not-set": (f'[dev]\n{URL}token_env = "NOT_SET"\n', "token_env: NOT_SET is not set"),
    "token-too-short": (f'[dev]\n{URL}token_env = "SHORT"\n', "fewer than 8 characters"),
    "other-user-not-set": (f'[dev]\n{URL}retailer_token_env = "NOT_SET"\n', "retailer_token_env: NOT_SET is not set"),
    "leave-in-quotes": (f'[dev]\n{URL}may_allocate = "true"\n', "may_allocate: 'true': write true or false"),
    "stress-as-number": (f"[dev]\n{URL}may_stress = 1\n", "may_stress: 1: write true or false"),
    "leave-without-orders": (f"[dev]\n{URL}may_allocate = true\n", "no orders: write orders = FILE"),
    "orders-not-there": (f'[dev]\n{URL}orders = "none.toml"\n', "none.toml: cannot be read"),
    "orders-no-manifest": (f'[dev]\n{URL}orders = "targets.toml"\n', "orders: name at least one order"),
    "command-no-list": (
        f'[dev]\n{URL}order_command = "./new"\n',
        "order_command: './new': write the command as a list",
    ),
    "command-empty": (f"[dev]\n{URL}order_command = []\n", "write the command as a list"),
    "no-requests-at-all": (f"[dev]\n{URL}max_requests = 0\n", "max_requests: 0: write a whole number of at least 1"),
    "half-a-request": (f"[dev]\n{URL}max_requests = 1.5\n", "max_requests: 1.5"),
    "no-rate": (f"[dev]\n{URL}rate = 0\n", "rate: 0: write requests per second"),
    "too-much-concurrently": (
        f"[dev]\n{URL}concurrency = 1000\n",
        "concurrency: 1000: write a whole number from 1 to 64",
    ),
    "no-time": (f"[dev]\n{URL}step_seconds = -1\n", "step_seconds: -1: write seconds"),
    "time-as-text": (f'[dev]\n{URL}total_seconds = "30"\n', "total_seconds: '30': write seconds"),
    "header-no-text": (f"[dev]\n{URL}headers = {{ X-A = 3 }}\n", "headers.X-A: 3: write printable text"),
    "header-with-a-line-feed": (f'[dev]\n{URL}headers = {{ X-A = "a\\nb" }}\n', "write printable text"),
    "header-with-a-bad-name": (f'[dev]\n{URL}headers = {{ "X A" = "a" }}\n', "write the name of a header"),
    "header-of-the-suite": (f'[dev]\n{URL}headers = {{ authorization = "a" }}\n', "cannot be added"),
    "header-that-reroutes": (f'[dev]\n{URL}headers = {{ X-Forwarded-Host = "a" }}\n', "cannot be added"),
    "header-secret-not-set": (f'[dev]\n{URL}headers = {{ X-A = {{ env = "NOT_SET" }} }}\n', "NOT_SET is not set"),
    "ca-bundle-not-there": (f'[dev]\n{URL}ca_bundle = "none.pem"\n', "none.pem"),
    "ca-bundle-no-certificates": (f'[dev]\n{URL}ca_bundle = "orders.toml"\n', "no PEM certificates"),
    "ca-bundle-not-used": (f'[dev]\n{URL}ca_bundle = "a.pem"\nverify = false\n', "leave out one of them"),
    "verify-no-truth": (f'[dev]\n{URL}verify = "no"\n', "verify: 'no': write true or false"),
    "known-no-list": (f"[dev]\n{URL}known = 1\n", "write each as a table"),
    "known-of-an-endpoint-no-list": (f"[dev]\n{URL}[dev.allocate_order]\nknown = 1\n", "write each as a table"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_said_in_one_line_with_file_key_and_fix(written, tmp_path, text, said):
    path = tmp_path / "none.toml" if text is None else written("")
    if text is not None:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(UsageError) as raised:
        named("dev", path, ENVIRONMENT | {"SHORT": "1234567"})

    message = str(raised.value)
    assert said in message
    assert message.startswith(str(path))
    assert "\n" not in message
    assert not any(secret in message for secret in ENVIRONMENT.values())


def test_plain_http_to_another_machine_is_a_permission(written):
    text = '[dev]\nbase_url = "http://api:8080"\n'
    asked = choice(target=None, base_url="http://api:8080", given={"plain_http": True}, environment={})

    assert named("dev", written(f"{text}plain_http = true\n"), ENVIRONMENT).plain_http
    assert by_url(asked, ENVIRONMENT).plain_http
    with pytest.raises(UsageError, match="or state plain_http = true"):
        named("dev", written(text), ENVIRONMENT)
    with pytest.raises(UsageError, match="or state --plain-http"):
        by_url(replace(asked, given={}), ENVIRONMENT)


def test_a_targets_file_with_a_byte_order_mark_is_read(written):
    path = written(f"[dev]\n{URL}")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert named("dev", path, ENVIRONMENT).base_url == "https://api-dev.example.com"


def test_several_things_wrong_are_said_together(written):
    with pytest.raises(UsageError) as raised:
        named("dev", written(f"[dev]\n{URL}rate = 0\nconcurrency = 0\n"), ENVIRONMENT)

    assert len(str(raised.value).splitlines()) == 2


def test_a_run_refuses_it_with_exit_4_before_anything_is_written(written, tmp_path):
    path = written(f"[dev]\n{URL}rate = 0\n")
    words = ["--target", "dev", "--targets-file", path, "--reports-dir", tmp_path / "reports"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    done = command(*words, environment=environment)

    assert done.returncode == 4
    assert [line for line in (done.stdout + done.stderr).splitlines() if line] == [
        f"ERROR: {path}: [dev] rate: 0: write requests per second, a number above 0"
    ]
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:80", True),
        ("http://127.0.0.1", True),
        ("http://127.9.9.9:1", True),
        ("http://[::1]:8080", True),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://0.0.0.0", False),
        ("http://10.0.0.1", False),
        ("http://[::ffff:10.0.0.1]", False),
    ],
)
def test_this_machine_is_distinguished_from_others(url, here):
    assert is_loopback(url) is here
