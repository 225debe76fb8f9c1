"""Secrets of a target: what no header can carry is refused without being shown, the rest is taken as it is."""

import os

import pytest

from contracts.target.targets import UsageError, choice
from contracts.target.targets_file import by_url, named
from contracts.transport.credentials import available
from contracts.transport.interlock import RefusedToSendError
from contracts.transport.secrets import Secret
from tests.selftest.forks import command
from tests.selftest.target.conftest import ENVIRONMENT, ORDERS, URL

UNSENDABLE = {
    "a space at its end": "Sup-plier-7Qx ",
    "a space at its start": " Sup-plier-7Qx",
    "a tab at its end": "Sup-plier-7Qx\t",
    "a line feed at its end": "Sup-plier-7Qx\n",
    "a line feed in it": "Sup-plier\n-7Qx",
    "a carriage return": "Sup-plier\r\n-7Qx",
    "a vertical tab": "Sup-plier\v-7Qx",
    "a form feed": "Sup-plier\f-7Qx",
    "a tab in it": "Sup-plier\t-7Qx",
    "an escape character": "Sup-plier\x1b[0m-7Qx",
    "a delete character": "Sup-plier\x7f-7Qx",
    "a letter beyond ASCII": "Sup-plier-größe-7Qx",
    "a space beyond ASCII": "Sup-plier\u00a0-7Qx",
    "a line separator": "Sup-plier\u2028-7Qx",
    "a next line character": "Sup-plier\x85-7Qx",
    "a byte that is not UTF-8": "Sup-plier\udcff-7Qx",
    "nothing but spaces": "            ",
}
PLACES = {
    "the token": (f'[dev]\n{URL}token_env = "ODD"\n', "token_env: ODD "),
    "a retailer's token": (f'[dev]\n{URL}retailer_token_env = "ODD"\n', "retailer_token_env: ODD "),
    "another user's token": (f'[dev]\n{URL}unpermitted_token_env = "ODD"\n', "unpermitted_token_env: ODD "),
    "a header": (f'[dev]\n{URL}headers = {{ X-Key = {{ env = "ODD" }} }}\n', "headers.X-Key: ODD "),
}


@pytest.mark.parametrize(("text", "said"), PLACES.values(), ids=list(PLACES))
@pytest.mark.parametrize("value", UNSENDABLE.values(), ids=list(UNSENDABLE))
def test_a_secret_that_no_header_can_carry_is_refused_without_its_value(written, value, text, said):
    with pytest.raises(UsageError) as raised:
        named("dev", written(text), ENVIRONMENT | {"ODD": value})

    message = str(raised.value)
    assert said in message
    assert "\n" not in message
    assert not any(part in message for part in ("Sup", "plier", "7Qx"))


@pytest.mark.parametrize(
    "value", ["Sup plier 7Qx", "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "eyJhbGciOiJIUzI1NiJ9.e30.abc="]
)
def test_a_secret_of_printable_ascii_is_taken_as_it_is(written, value):
    target = named("dev", written(f'[dev]\n{URL}token_env = "ODD"\n'), {"ODD": value})

    assert target.tokens["valid"].reveal() == value


@pytest.mark.parametrize("variable", ["TIMP_TOKEN", "TIMP_RETAILER_TOKEN", "TIMP_UNPERMITTED_TOKEN"])
@pytest.mark.parametrize("value", ["Sup-plier-7Qx ", "Sup-plier\n-7Qx"], ids=["space", "line feed"])
def test_a_run_refuses_such_a_token_with_exit_4_before_the_first_request(listening, tmp_path, variable, value):
    listener = listening()
    (tmp_path / "orders.toml").write_text(ORDERS, "utf-8")
    words = ["--base-url", listener.url, "--orders", "orders.toml", "--reports-dir", "reports"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **ENVIRONMENT, variable: value}

    done = command(*words, environment=environment, cwd=tmp_path)

    assert done.returncode == 4
    (line,) = (line for line in (done.stdout + done.stderr).splitlines() if line)
    assert variable in line
    assert not any(part in line for part in ("Sup", "plier", "7Qx"))
    assert listener.received == []
    assert not (tmp_path / "reports").exists()


PASSWORDS = [
    "https://user:Pa55word@api-dev.example.com",
    "https://user:Pa55/word@api-dev.example.com",
    "https://user:Pa55#word@api-dev.example.com",
    "https://user:Pa55?word@api-dev.example.com:x",
    "https://:Pa55@word@api-dev.example.com",
    "https://user:Pa55word@[::1",
    "user:Pa55word@api-dev.example.com",
    "https://Pa55word@",
]


@pytest.mark.parametrize("url", PASSWORDS)
def test_a_password_in_a_base_url_is_refused_and_not_repeated(written, url):
    asked = choice(target=None, base_url=url, environment={})
    for call in (
        lambda: by_url(asked, ENVIRONMENT),
        lambda: named("dev", written(f"[dev]\nbase_url = '{url}'\n"), ENVIRONMENT),
    ):
        with pytest.raises(UsageError, match="scheme, host, port and path only") as raised:
            call()

        assert "Pa55" not in str(raised.value)
        assert "word@" not in str(raised.value)


def test_what_may_be_a_secret_in_the_file_is_not_repeated(written):
    text = f'[dev]\n{URL}token_env = "s3cr3t token!"\nheaders = {{ X-A = "h3ader secret\\n" }}\n'

    with pytest.raises(UsageError) as raised:
        named("dev", written(text), ENVIRONMENT)

    assert "s3cr3t" not in str(raised.value)
    assert "h3ader" not in str(raised.value)


def test_an_error_of_a_library_that_holds_a_secret_says_nothing_of_it(listening, sender, bench):
    """A target refuses such a secret; whatever gets past that still shows nothing."""
    listener = listening()
    transport = sender(listener.url, headers={"X-Key": Secret("the-key-of-the-gate ")})

    with pytest.raises(RefusedToSendError, match=r"cannot be put on the wire: .*\[secret header X-Key\]") as raised:
        transport.send(bench.base())

    assert "gate" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    assert listener.received == []


def test_no_near_miss_is_made_that_no_header_can_carry():
    assert not available("near: prefix", {"valid": "in two parts 7"})
    assert available("near: prefix", {"valid": "in two parts"})
