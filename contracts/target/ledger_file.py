"""Writes the ledger of a target into its table of `targets.toml`, and changes nothing else of that file."""

from __future__ import annotations

import datetime
import json
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts import ENDPOINT
from contracts.model.spelling import meant
from contracts.target.ledger import TABLES
from contracts.target.texts import text_of

if TYPE_CHECKING:
    from tomlkit.items import Table


class CannotWriteError(ValueError):
    """A file that cannot be changed; the message names the file and, where it helps, what to write by hand."""


@dataclass(frozen=True)
class Entries:
    """The ledger of an endpoint in a target's table."""

    #: Readings, by clause.
    pinned: Mapping[str, str]
    #: Clauses that must get a verdict.
    covered: Sequence[str]
    #: The fields of each known divergence.
    known: Sequence[Mapping[str, Any]]

    @property
    def values(self) -> dict[str, Any]:
        """The table that holds it; what is empty is not in it."""
        values = {"pinned": dict(self.pinned), "covered": list(self.covered), "known": list(map(dict, self.known))}
        return {key: value for key, value in values.items() if value}


def read_table(path: Path, name: str) -> dict[str, Any]:
    """Return the table of a target. Raises CannotWriteError."""
    try:
        data = tomllib.loads(text_of(path.read_bytes()))
    except OSError as error:
        raise CannotWriteError(f"{path}: cannot be read: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise CannotWriteError(f"{path}: invalid TOML: {error}") from None
    except ValueError as error:
        raise CannotWriteError(f"{path}: {error}") from None
    table = data.get(name)
    if not isinstance(table, dict):
        raise CannotWriteError(f"{path}: [{name}]: no such table{meant(name, data)}")
    return table


def write_entries(path: Path, name: str, endpoint: str, entries: Entries) -> None:
    """Put the ledger of an endpoint into its table in that of a target. Comments and the order of the file are kept.

    What is known without the name of an endpoint moves there, if this is the endpoint that is meant. A copy is
    written, read back and compared with the file as it was; only then it takes the place of the file. Raises
    CannotWriteError, and leaves the file as it is, if anything but the ledger would be different.
    """
    place = path.resolve()  # a link stays a link
    raw = place.read_bytes()
    text = text_of(raw)
    former = tomllib.loads(text)
    wanted = former | {name: _wanted(former[name], endpoint, entries)}
    draft = place.with_name(f".{place.name}.new")
    try:
        draft.write_bytes(raw[: len(raw) - len(text.encode())] + _edited(text, name, endpoint, entries).encode())
        same = tomllib.loads(text_of(draft.read_bytes())) == wanted
        if same:
            shutil.copymode(place, draft)
            draft.replace(place)
    except OSError as error:
        raise CannotWriteError(f"{path}: cannot be written: {error.strerror}") from None
    except Exception:  # noqa: BLE001 - whatever tomlkit makes of an unusual file, the file stays as it is
        same = False
    finally:
        draft.unlink(missing_ok=True)
    if not same:
        raise CannotWriteError(_by_hand(path, name, former[name], endpoint, entries))


def _moved(endpoint: str) -> frozenset[str]:
    """Return the keys of a target's table that belong into the table of an endpoint."""
    return TABLES if endpoint == ENDPOINT else frozenset()


def _wanted(table: Mapping[str, Any], endpoint: str, entries: Entries) -> dict[str, Any]:
    """Return what a target's table holds with these entries."""
    kept = {key: value for key, value in table.items() if key not in {endpoint, *_moved(endpoint)}}
    return kept | ({endpoint: entries.values} if entries.values else {})


def _by_hand(path: Path, name: str, table: Mapping[str, Any], endpoint: str, entries: Entries) -> str:
    """Return what to write where the file is written in a way that is not edited."""
    wanted = _wanted(table, endpoint, entries)
    changed = wanted.get(endpoint, {}) != table.get(endpoint, {}) and endpoint in wanted
    parts = [f"in place of `{endpoint}` write {endpoint} = {_inline(wanted[endpoint])}"] if changed else []
    parts += [f"take out `{key}`" for key in sorted(table.keys() - wanted.keys())]
    return f"{path}: [{name}]: is not written in a way that can be edited; by hand, {'; '.join(parts)}"


def _inline(value: Any) -> str:
    """A value as TOML on one line."""
    if isinstance(value, dict):
        pairs = (f"{_inline(key)} = {_inline(each)}" for key, each in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(_inline(each) for each in value)}]"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)  # the text, or true or false: as TOML has them


# --------------------------------------------------------------------------------------------------- tomlkit


def _edited(text: str, name: str, endpoint: str, entries: Entries) -> str:
    """The text with the ledger in the table. What tomlkit raises, or writes wrongly, is found by `write_entries`."""
    import tomlkit  # noqa: PLC0415

    document = tomlkit.parse(text)
    target: Any = document[name]
    former = {key: target.pop(key) for key in _moved(endpoint) & target.keys()}
    if endpoint not in target and (entries.values or "pinned" in former):
        target.append(endpoint, tomlkit.table())
    table = target.get(endpoint)
    if table is None:
        return document.as_string()
    _put_covered(table, entries.covered)
    _put_pins(table, former.get("pinned"), entries.pinned)
    _put_known(table, former.get("known", ()), entries.known)
    if not len(table):
        del target[endpoint]
    return document.as_string()


def _put_covered(table: Table, covered: Sequence[str]) -> None:
    import tomlkit  # noqa: PLC0415

    if list(table.get("covered", [])) == list(covered):
        return
    clauses = tomlkit.array()
    clauses.extend(covered)
    clauses.multiline(multiline=True)
    _put_before_tables(table, "covered", clauses)


def _put_pins(table: Table, former: Table | None, readings: Mapping[str, str]) -> None:
    """Put the readings into the table `pinned`; those of the `former` one come with their comments."""
    import tomlkit  # noqa: PLC0415

    if former is not None and "pinned" not in table:
        table.append("pinned", _copied(former))
    elif readings and "pinned" not in table:
        table.append("pinned", tomlkit.table())
    pinned: Any = table.get("pinned", {})
    was_empty = not len(pinned)
    for clause, reading in readings.items():
        if pinned.get(clause) != reading:
            pinned[clause] = reading
    if was_empty and readings:
        pinned.add(tomlkit.nl())


def _put_known(table: Table, former: Sequence[Any], known: Sequence[Mapping[str, Any]]) -> None:
    """Put the known divergences into the list `known`; those of the `former` one come with their comments."""
    import tomlkit  # noqa: PLC0415

    if known and "known" not in table:
        table.append("known", tomlkit.aot())
    entries: Any = table.get("known", [])
    for entry in former if known else ():
        entries.append(_copied(entry))
    wanted = {entry["signature"]: entry for entry in known}
    for index in reversed(range(len(entries))):
        if entries[index]["signature"] not in wanted:
            del entries[index]
    present = {entry["signature"]: entry for entry in entries}
    for signature, fields in wanted.items():
        if signature not in present:
            entry = tomlkit.table()
            entry.update(fields)
            entries.append(entry)
        elif dict(present[signature]) != fields:
            present[signature].update(fields)
    if "known" in table and not entries:
        del table["known"]


def _copied(table: Any) -> Table:
    """Return a table with the same content and comments, and without the place that it had in the file."""
    import tomlkit  # noqa: PLC0415
    from tomlkit.items import InlineTable  # noqa: PLC0415

    copy = tomlkit.table()
    if isinstance(table, InlineTable):
        copy.update(table.unwrap())
        return copy
    copy.trivia.comment_ws, copy.trivia.comment = table.trivia.comment_ws, table.trivia.comment
    for key, item in table.value.body:
        copy.append(key, item)
    return copy


def _put_before_tables(table: Table, key: str, value: Any) -> None:
    """Set a key where TOML wants it: before the tables inside the table."""
    from tomlkit.items import AoT, Table  # noqa: PLC0415

    inner = {name: table[name] for name in list(table) if isinstance(table[name], (AoT, Table)) and name != key}
    if key in table or not inner:
        table[key] = value
        return
    for name in inner:
        table.remove(name)
    table[key] = value
    for name, held in inner.items():
        table.append(name, held)
