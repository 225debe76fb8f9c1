"""Examples that showed a divergence are kept in a database that several machines share, and sent first."""

import json
import shutil
import socket
import subprocess
import time

import pytest

from contracts import ROOT
from contracts.generation.settings import database_at
from tests.selftest.forks import command

RARE = "sum-not-checked-above-a-million"
"""A fault that no planned case shows, and generated ones do."""

SUM = "allocation-object.sum-exceeds-ordered"


def run(reports, *options):
    """A run of the command line against the embedded provider: its end, and its verdicts by clause."""
    done = command("run", "--target", "embedded", "--reports-dir", reports, *options, cwd=ROOT, few=[SUM])
    found = reports / "verdicts.json"
    verdicts = json.loads(found.read_text())["verdicts"] if found.exists() else []
    return done, {verdict["clause"]: verdict for verdict in verdicts}


def port():
    """A free port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def redis(tmp_path):
    """The URL of a Redis server of its own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed (Debian: apt-get install redis-server)")
    number = port()
    options = ["--port", str(number), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as server:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", number), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                break
        yield f"redis://127.0.0.1:{number}/0"
        server.terminate()


def test_what_one_process_finds_another_that_generates_hardly_any_shows_too(tmp_path):
    few = ("-k", "quantity_sums or clauses", "--fault", RARE, "--examples", "1", "--seed", "7")
    alone, verdicts = run(tmp_path / "alone", *few)
    assert not verdicts[SUM]["divergences"], alone.stdout  # or the next lines show nothing

    shared = ("--database", str(tmp_path / "examples"))
    lucky = ("--examples", "15", "--seed", "1")  # others find it later, or take more to make the request small
    finder, found = run(tmp_path / "finder", "-k", "quantity_sums", "--fault", RARE, *lucky, *shared)
    replayer, replayed = run(tmp_path / "replayer", *few, *shared)

    assert finder.returncode == replayer.returncode == 1, finder.stdout + replayer.stdout
    signatures = [{d["signature"] for d in verdicts[SUM]["divergences"]} for verdicts in (found, replayed)]
    assert signatures[0] == signatures[1] != set()
    assert {d["by_chance"] for d in found[SUM]["divergences"]} == {True}  # another seed may not show it


def test_what_one_process_keeps_in_redis_another_finds_there(redis):
    one, another = database_at(redis), database_at(redis)
    one.save(b"property", b"example")

    assert list(another.fetch(b"property")) == [b"example"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param(["--database", "redis://127.0.0.1:1/0"], "--database redis://127.0.0.1:1/0", id="no-server"),
        pytest.param(["--database", "redis://me:secret@127.0.0.1:1/0"], "redis://127.0.0.1:1/0", id="with-a-password"),
        pytest.param(["--database", "file://x"], "--database file://x", id="another-scheme"),
    ],
)
def test_what_cannot_be_is_a_usage_error(tmp_path, options, words):
    done, _ = run(tmp_path, *options)

    assert done.returncode == 4
    assert words in done.stderr + done.stdout
    assert "secret" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout


def test_an_example_that_shows_nothing_new_here_is_kept_for_others(tmp_path):
    database = database_at(str(tmp_path))
    database.save(b"property", b"example")
    database.save(b"property.secondary", b"step")

    database.delete(b"property", b"example")
    database.delete(b"property.secondary", b"step")

    assert list(database.fetch(b"property")) == [b"example"]
    assert list(database.fetch(b"property.secondary")) == []
