"""No secret in anything that is written, over all encodings, all hostile servers and faults.

On its own it runs some of the faults; with EVERY_FAULT=1 all of them, some at the same time.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.engine import session
from contracts.reports import write_all
from contracts.target.targets import Choice
from contracts.transport.limits import Limits
from provider.allocate_order.faults import FAULTS
from tests.selftest import hostile
from tests.selftest.conftest import TOKEN
from tests.selftest.hostile_servers import SERVERS
from tests.selftest.spellings import SPELLINGS

EVERY = os.environ.get("EVERY_FAULT")
BASE64 = frozenset(name for name in SPELLINGS if "base64" in name)


def traces(data, secret):
    """The encodings in which two thirds of a secret are found in bytes; of base64, nearly all of it."""
    text = data.decode("utf-8", "backslashreplace")
    whole = "\n".join([text, text.replace("\\\\", "\\").replace("\\/", "/").replace("\\n", "\n")]).lower()
    keep = -(-2 * len(secret) // 3)
    found = {
        name
        for name in SPELLINGS.keys() - BASE64
        for part in (secret[:keep], secret[-keep:])
        if SPELLINGS[name](part).strip("[]").lower() in whole
    }
    return sorted(found | {name for name in BASE64 if SPELLINGS[name](secret)[:-8].lower() in whole})


def spilt(folder, secrets):
    """The files below a folder in which a secret is found, with its encodings."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    found = {path.name: [traces(path.read_bytes(), secret) for secret in secrets] for path in files}
    return {name: each for name, each in found.items() if any(each)}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_scan_finds_what_is_planted(spelling):
    assert spelling in traces(f'{{"seen": "{SPELLINGS[spelling](TOKEN)}"}}'.encode(), TOKEN)


def test_each_encoding_in_a_body_a_header_and_its_name_is_an_echo_and_written_nowhere(bench, sender, tmp_path):
    missed = []
    for name, spell in SPELLINGS.items():
        body = b'{"seen": "' + spell(TOKEN).encode() + b'"}'
        value = spell(TOKEN).encode().replace(b"\n", b" ").replace(b"\0", b"")
        for server in (
            hostile.answers(body),
            hostile.answers(hostile.BODY, b"X-Seen: " + value),
            hostile.answers(hostile.BODY, status=b"400 " + value),
        ):
            with hostile.running(hostile.Server(server)) as target:
                exchange = sender(target.origin).send(bench.base())
            where = "reason" if exchange.status == 400 else "body" if body == exchange.response.body else "header"
            seen, _ = bench.said("authentication.token-not-echoed", bench.one(exchange))
            if not seen and where != "reason":
                missed.append((name, where))

    assert missed == []
    assert spilt(tmp_path, [TOKEN]) == {}


class Echoing:
    """A connection of a hostile server that repeats the token in whatever it writes."""

    def __init__(self, connection):
        self._connection = connection

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def sendall(self, data):
        """Write the token in a header where there is one, else before the data."""
        echo = b"X-Seen: Token " + TOKEN.encode() + b"\r\n" + hostile.JSON
        sent = data.replace(hostile.JSON, echo) if hostile.JSON in data else TOKEN.encode() + data
        self._connection.sendall(sent)


def test_no_hostile_server_gets_the_token_written(bench, sender, tmp_path):
    limits = Limits(step_seconds=0.3, total_seconds=0.6, silence_seconds=60)

    def sent(server):
        echoing = hostile.Server(
            lambda connection, request: server.behave(Echoing(connection), request), early=server.early
        )
        with hostile.running(echoing) as target:
            return sender(target.origin, limits=limits).send(bench.base())

    with ThreadPoolExecutor(16) as pool:
        exchanges = list(pool.map(sent, SERVERS.values()))

    assert len(exchanges) == len(SERVERS)
    assert any("[secret valid]" in (exchange.trouble or "") for exchange in exchanges)
    assert any("[secret valid]" in str(exchange.response) for exchange in exchanges)
    assert traces(repr(exchanges).encode(), TOKEN) == []
    assert spilt(tmp_path, [TOKEN]) == {}


SOME = (
    (
        *("echoes-credentials-in-a-header", "echoes-credentials-in-refusals", "names-a-header-after-the-token"),
        *("echoes-three-quarters-of-the-token", "echoes-the-token-in-html-entities", "sets-the-token-as-a-cookie"),
    ),
)
TOGETHER = 8
NAMES = sorted(FAULTS)
ALL = tuple(tuple(NAMES[at :: -(-len(NAMES) // TOGETHER)]) for at in range(-(-len(NAMES) // TOGETHER)))


@pytest.mark.parametrize("faults", ALL if EVERY else SOME, ids=lambda names: names[0])
def test_no_fault_gets_a_secret_written(faults, tmp_path, few_cases):
    if not EVERY:
        few_cases("authentication.")
    options = session.Options(Choice(name="embedded", faults=faults), tmp_path)
    with session.started(options) as run:
        report = session.conclude(run, options)
        secrets = [secret.reveal() for secret in run.target.tokens.values()]
    written = write_all(report, tmp_path)

    assert written == report
    assert (tmp_path / "exchanges.jsonl").stat().st_size > 0
    assert spilt(tmp_path, secrets) == {}
