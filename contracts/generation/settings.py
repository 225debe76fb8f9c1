"""How Hypothesis generates for live targets: its settings, its seed, and where it keeps what it found."""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import sys
import unicodedata
from collections.abc import Iterable
from itertools import chain, groupby, pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import pytest

from contracts import CONFORMANCE, PACKAGE
from contracts.generation.properties import known_aside
from contracts.target.targets import UsageError
from contracts.target.urls import without_secrets

if TYPE_CHECKING:
    from hypothesis.database import ExampleDatabase

BATCH, FIRST = 10, 3
"""Requests of a batch, fewer than most have, and how many batches more are made: the first one is small."""


def generate(
    items: Iterable[pytest.Item], seed: int, examples: int, database: ExampleDatabase | None, home: Path
) -> None:
    """Give properties their settings: no phase that multiplies requests, no deadline, and one seed for all.

    `examples` is how many requests each property sends, of which one that asks for `answers` makes several in each
    example of Hypothesis. A property takes its settings when it is defined, which was before: a profile would come too
    late. What a database holds is sent first. `home` is a folder for what Hypothesis keeps besides, such as tables of
    characters.
    """
    from hypothesis import HealthCheck, Phase, Verbosity, is_hypothesis_test, settings  # noqa: PLC0415
    from hypothesis import seed as seeded  # noqa: PLC0415
    from hypothesis.configuration import set_hypothesis_home_dir  # noqa: PLC0415

    set_hypothesis_home_dir(home)
    keep_characters(home)
    keep_no_constants(home)
    chosen = settings(
        max_examples=examples,
        deadline=None,
        database=database,
        derandomize=False,
        print_blob=False,
        verbosity=Verbosity.quiet,  # the assertion that fails says what was sent and what came
        phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    in_batches = settings(chosen, max_examples=examples // BATCH + FIRST)
    functions = {item.function: item for item in items if isinstance(item, pytest.Function)}
    for function, item in functions.items():
        if is_hypothesis_test(function):
            in_batch = "answers" in item.fixturenames
            if in_batch:
                function.hypothesis.inner_test = known_aside(function.hypothesis.inner_test)
            # In this order: a seed alone would shut out the example database.
            (in_batches if in_batch else chosen)(seeded(seed)(function))


def keep_characters(home: Path) -> None:
    """Write which characters there are, and which of them UTF-8 has, to the folder where Hypothesis keeps such tables.

    Without these tables, Hypothesis asks each of a million characters, twice: that takes 200 MB and more than a second
    of every run. If it looks for the tables elsewhere one day, it makes its own; tests say so.
    """
    folder = home / "unicode_data" / unicodedata.unidata_version
    folder.mkdir(parents=True, exist_ok=True)
    encodable = [[0, 0xD7FF], [0xE000, sys.maxunicode]]
    for name, table in {"charmap": list(_categories().items()), "codec-v2-utf-8": [encodable, []]}.items():
        (folder / f"{name}.json.gz").write_bytes(gzip.compress(json.dumps(table).encode(), mtime=0))


@functools.cache
def _categories() -> dict[str, list[tuple[int, int]]]:
    """Return the first and the last character of each range of each category.

    Planes 4 to 13 are unassigned, 15 and 16 for private use except their ends (Unicode 2.8): none need be asked there.
    """
    asked = chain(range(0x40000), range(0xE0000, 0xF0001), (0xFFFFE, 0x100000, 0x10FFFE))
    ranges = [(name, next(codes)) for name, codes in groupby(asked, key=lambda code: unicodedata.category(chr(code)))]
    found: dict[str, list[tuple[int, int]]] = {}
    for (name, first), (_, after) in pairwise((*ranges, ("", sys.maxunicode + 1))):
        found.setdefault(name, []).append((first, after - 1))
    return found


def keep_no_constants(home: Path) -> None:
    """Write, to the folder in which Hypothesis keeps the constants of modules, that our modules contain none.

    Otherwise Hypothesis parses every module of an editable installation, which takes more than a second of every run,
    and a seed generates other requests after any change of the code, and others than it generates in an installation of
    the wheel. If Hypothesis looks for them elsewhere one day, it makes its own; a test says so.
    """
    folder = home / "constants"
    folder.mkdir(parents=True, exist_ok=True)
    for place in (PACKAGE, PACKAGE.with_name("provider"), CONFORMANCE):
        for module in place.rglob("*.py"):
            name = hashlib.sha1(module.read_bytes(), usedforsecurity=False).hexdigest()[:16]
            (folder / name).write_text("[]", "utf-8")


def database_at(place: str | None) -> ExampleDatabase | None:
    """The example database at a place: a directory, or a `redis://` URL that several machines share.

    Raises UsageError where nothing is found.
    """
    if place is None:
        return None
    if "://" not in place:
        from hypothesis.database import DirectoryBasedExampleDatabase  # noqa: PLC0415

        try:
            Path(place).mkdir(parents=True, exist_ok=True)
            TemporaryFile(dir=place).close()
        except OSError as error:
            raise UsageError(f"--database {place}: cannot be written: {error.strerror}; name another folder") from None
        return _kept(DirectoryBasedExampleDatabase(Path(place)))
    try:
        from hypothesis.extra.redis import RedisExampleDatabase  # noqa: PLC0415
        from redis import Redis, RedisError  # noqa: PLC0415
    except ImportError:
        raise UsageError(f"--database {without_secrets(place)}: install timp-conformance[redis] for it") from None
    try:
        client = Redis.from_url(place)
        client.ping()
    except (ValueError, RedisError) as error:
        raise UsageError(f"--database {without_secrets(place)}: {error}") from None
    return _kept(RedisExampleDatabase(client))


def _kept(database: ExampleDatabase) -> ExampleDatabase:
    """The database, but that no example is forgotten because it shows nothing new here.

    Hypothesis deletes what no longer fails; here what fails may be known already, and be new to others who share it.
    """
    from hypothesis.database import ExampleDatabase  # noqa: PLC0415

    class KeepingDatabase(ExampleDatabase):
        def fetch(self, key: bytes) -> Iterable[bytes]:
            return database.fetch(key)

        def save(self, key: bytes, value: bytes) -> None:
            database.save(key, value)

        def move(self, src: bytes, dest: bytes, value: bytes) -> None:
            database.move(src, dest, value)

        def delete(self, key: bytes, value: bytes) -> None:
            if key.endswith((b".secondary", b".pareto")):
                database.delete(key, value)

    return KeepingDatabase()
