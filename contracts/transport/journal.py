"""`exchanges.jsonl`: every exchange and every case, and the run, one JSON object a line, written as they happen."""

from __future__ import annotations

import base64
import functools
import json
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from contracts.model.case import Case
from contracts.model.exchange import Exchange, Request, Response
from contracts.transport.shelf import Shelf


class Journal:
    """Writes lines of three kinds: an exchange (`"kind": "exchange"`), a case that names its exchanges, and a run."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._shelf = Shelf(path.parent)
        self._lock = threading.Lock()

    def exchange(self, exchange: Exchange) -> Exchange:
        """Keep one exchange. Return it with its body on the disk, if that is large."""
        self._write(exchange_as_json(exchange))
        return self._shelf.keep(exchange)

    def case(self, case: Case) -> None:
        """Keep which exchanges belong together; they were kept before."""
        self._write(line_of_case(case))

    def facts(self, facts: dict[str, Any]) -> None:
        """Keep what a run says about itself at its end (contracts/recording.py)."""
        self._write(facts)

    def close(self) -> None:
        """End the file; further lines are an error. What could not be written was reported when it was tried."""
        with suppress(OSError):
            self._file.close()

    def _write(self, line: dict[str, Any]) -> None:
        text = line_of(line)
        with self._lock:
            self._file.write(text + "\n")
            self._file.flush()


def line_of(values: dict[str, Any]) -> str:
    """A line of a journal, without its end."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode()


def exchange_of(line: Mapping[str, Any]) -> Exchange:
    """An exchange from its line. Raises LookupError, TypeError or ValueError where it is none."""
    asked, answered = line["request"], line.get("response")
    request = Request(asked["method"], asked["path"], _pairs(asked["headers"]), _bytes(asked), asked["credential"])
    response = None
    if answered is not None:
        response = Response(answered["status"], _pairs(answered["headers"]), _bytes(answered), answered["complete"])
    return Exchange(
        line["id"],
        request,
        response,
        line.get("trouble"),
        line["started"],
        line["seconds"],
        frozenset(line.get("lacks", ())),
    )


@functools.lru_cache(maxsize=4096)
def header_pair(name: str, value: str) -> tuple[str, str]:
    """A header as an exchange keeps it; one for all that are alike, as most of a long recording's are."""
    return name, value


def _pairs(headers: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple(header_pair(str(name), str(value)) for name, value in headers)


def _bytes(line: Mapping[str, Any]) -> bytes:
    text = line.get("text")
    return text.encode("utf-8", "surrogatepass") if text is not None else base64.b64decode(line["base64"])


def line_of_case(case: Case) -> dict[str, Any]:
    """A case as its line has it."""
    return case_as_json(case.id, case.origin, ((role, exchange.id) for role, exchange in case.steps))


def case_as_json(case: str, origin: str, steps: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The same of a case by its id and origin: steps are (role, id of an exchange) pairs."""
    return {"kind": "case", "id": case, "origin": origin, "steps": [list(step) for step in steps]}


def exchange_as_json(exchange: Exchange) -> dict[str, Any]:
    """An exchange as its line has it; bodies are text where they are UTF-8, else base64."""
    line: dict[str, Any] = {
        "kind": "exchange",
        "id": exchange.id,
        "started": exchange.started,
        "seconds": round(exchange.seconds, 6),
        "request": _request(exchange.request),
    }
    if exchange.response is not None:
        line["response"] = _response(exchange.response)
    if exchange.trouble is not None:
        line["trouble"] = exchange.trouble
    if exchange.lacks:
        line["lacks"] = sorted(exchange.lacks)
    return line


def _request(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.path,
        "credential": request.credential,
        "headers": [list(pair) for pair in request.headers],
        **_body(request.body),
    }


def _response(response: Response) -> dict[str, Any]:
    return {
        "status": response.status,
        "headers": [list(pair) for pair in response.headers],
        "complete": response.complete,
        **_body(response.body),
    }


def _body(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
