"""`exchanges.har`: the journal as HAR 1.2, for tools that read it. Written line by line."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

from contracts.model.report import Report

IN_HAR = frozenset({"kind", "id", "started", "seconds", "request", "response"})
"""What of an exchange has a place in HAR; all else is under names of its own."""

PHRASES = {each.value: each.phrase for each in HTTPStatus}


def write(report: Report, directory: Path) -> None:
    """Write `exchanges.har` next to the journal it is made of, if there is one. OSError where that fails."""
    journal = directory / "exchanges.jsonl"
    if not journal.exists():
        return
    draft = directory / f".exchanges.har.{os.getpid()}"
    try:
        # A byte of a header that is not text is a lone surrogate here, which JSON can only write as an escape.
        with draft.open("w", encoding="utf-8", errors="backslashreplace") as file:
            _write(file, journal, report.base_url)
        draft.replace(directory / "exchanges.har")
    finally:
        draft.unlink(missing_ok=True)


def _write(file: TextIO, journal: Path, base_url: str) -> None:
    creator = {"name": "timp-conformance", "version": version("timp-conformance")}
    file.write(f'{{"log": {{"version": "1.2", "creator": {json.dumps(creator)}, "entries": [')
    _list(file, (json.dumps(_entry(line, base_url), ensure_ascii=False) for line in _lines(journal, "exchange")))
    file.write('], "_cases": [')
    _list(file, map(json.dumps, _lines(journal, "case")))
    file.write("]")
    *_, facts = [None, *_lines(journal, "run")]  # a run writes them from the start, and again when they change
    if facts is not None:
        file.write(f', "_run": {json.dumps(facts, ensure_ascii=False)}')
    file.write("}}\n")


def _lines(journal: Path, kind: str) -> Iterator[dict[str, Any]]:
    with journal.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.startswith(f'{{"kind":"{kind}"'))


def _list(file: TextIO, values: Iterable[str]) -> None:
    file.writelines((",\n" if number else "\n") + value for number, value in enumerate(values))


def _entry(line: dict[str, Any], base_url: str) -> dict[str, Any]:
    """An entry; what HAR has no word for is under names that begin with an underscore, as HAR allows."""
    when = datetime.datetime.fromtimestamp(line["started"], datetime.UTC)
    milliseconds = line["seconds"] * 1000
    return {
        "startedDateTime": when.isoformat(timespec="microseconds"),
        "time": milliseconds,
        "request": _request(line["request"], base_url),
        "response": _response(line.get("response")),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_id": line["id"],
        "_credential": line["request"]["credential"],
        **{f"_{name}": value for name, value in line.items() if name not in IN_HAR},
    }


def _request(asked: dict[str, Any], base_url: str) -> dict[str, Any]:
    text = asked.get("text", asked.get("base64", ""))
    headers = {name.lower(): value for name, value in asked["headers"]}
    body = {"mimeType": headers.get("content-type", ""), "text": text}
    if "base64" in asked:
        body["_encoding"] = "base64"
    return {
        "method": asked["method"],
        "url": f"{base_url}{asked['path']}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": list(_named(asked["headers"])),
        "queryString": [],
        "headersSize": -1,
        "bodySize": -1,
        **({"postData": body} if text else {}),
    }


def _response(answered: dict[str, Any] | None) -> dict[str, Any]:
    if answered is None:
        answered = {"status": 0, "headers": [], "text": "", "complete": True}
    headers = {name.lower(): value for name, value in answered["headers"]}
    text = answered.get("text", answered.get("base64", ""))
    content = {"size": len(text), "mimeType": headers.get("content-type", ""), "text": text}
    if "base64" in answered:
        content["encoding"] = "base64"
    return {
        "status": answered["status"],
        "statusText": PHRASES.get(answered["status"], ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": list(_named(answered["headers"])),
        "content": content,
        "redirectURL": headers.get("location", ""),
        "headersSize": -1,
        "bodySize": -1,
        "_complete": answered["complete"],
    }


def _named(headers: list[list[str]]) -> Iterator[dict[str, str]]:
    for name, value in headers:
        yield {"name": name, "value": value}
