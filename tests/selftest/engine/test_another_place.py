"""Without permission to allocate, a place without this API is named as such: nothing of its answers is a finding."""

import os

import pytest

from tests.selftest.forks import command

TEXT = {"Content-Type": "text/html"}
PLACES = {
    "404 in one page": lambda _message: (404, TEXT, b"<title>404 Not Found</title>"),
    "404 that repeats what was asked": lambda message: (404, TEXT, f"Cannot {message.method} {message.path}".encode()),
    "404 in JSON with a number": lambda message: (404, {}, b'{"error": "no route", "id": %d}' % len(message.path)),
    "403": lambda _message: (403, TEXT, b"Forbidden"),
    "405 of a file server": lambda message: (405 if message.method == "PUT" else 404, TEXT, b"nothing here"),
}


@pytest.mark.parametrize("answer", PLACES.values(), ids=list(PLACES))
def test_it_is_exit_5_with_what_to_check(answer, listening, tmp_path):
    url = f"{listening(answer).url}/api"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TIMP_TOKEN": "the-token-of-no-one"}
    words = ("--base-url", url, "--reports-dir", tmp_path / "reports", "-k", "clauses")
    done = command("run", *words, environment=environment, few=())
    said = " ".join(done.stdout.split())

    assert done.returncode == 5, done.stdout
    assert f"{url} shows nothing of this API: 40" in said
    assert "check the path of the base URL" in said


def test_an_api_that_takes_any_token_is_still_judged(listening, tmp_path):
    def answer(message):
        return (404, {}, b'{"error": "no such order"}') if message.method == "PUT" else (405, {"Allow": "PUT"}, b"{}")

    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TIMP_TOKEN": "the-token-of-no-one"}
    words = ("--base-url", listening(answer).url, "--reports-dir", tmp_path / "reports", "-k", "clauses")
    done = command("run", *words, environment=environment, few=("authentication.absent",))

    assert done.returncode == 1, done.stdout
    assert "authentication.absent" in done.stdout
