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

RARE = "sum-not-checked-from-a-million-on"
"""A fault that no planned case shows, and generated ones do."""

SUMS = ("-k", "quantity_sums")
SUM = "allocation-object.sum-exceeds-ordered"


def run(reports, *options):
    """A run of the command line against the embedded provider: its end, and its verdicts by clause."""
    done = command("run", "--target", "embedded", "--reports-dir", reports, *options, cwd=ROOT)
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


def finds_and_replays(tmp_path, place):
    """One process finds what only generated requests show; another, which generates hardly any, shows it too."""
    shared = [*SUMS, "--fault", RARE, "--database", place]
    finder, found = run(tmp_path / "finder", *shared, "--examples", "60")
    replayer, replayed = run(tmp_path / "replayer", *shared, "--examples", "1", "--seed", "7")
    assert finder.returncode == replayer.returncode == 1, finder.stdout + replayer.stdout
    signatures = [{d["signature"] for d in verdicts[SUM]["divergences"]} for verdicts in (found, replayed)]
    assert signatures[0] == signatures[1] != set()


@pytest.mark.xdist_group("examples")
def test_what_one_process_finds_another_replays_from_a_directory(tmp_path):
    all_planned = ("-k", "quantity_sums or clauses")
    alone, verdicts = run(tmp_path / "alone", *all_planned, "--fault", RARE, "--examples", "1", "--seed", "7")
    assert not verdicts[SUM]["divergences"], alone.stdout  # or the next lines show nothing

    finds_and_replays(tmp_path, str(tmp_path / "examples"))


@pytest.mark.xdist_group("examples")
def test_what_one_process_finds_another_replays_from_redis(tmp_path, redis):
    finds_and_replays(tmp_path, redis)


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
