"""`exchanges.jsonl`: every exchange and every case, and the run, one JSON object a line, written as they happen."""

from __future__ import annotations

import base64
import json
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from contracts.model import Case, Exchange, Request, Response


class Journal:
    """Writes lines of three kinds: an exchange (`"kind": "exchange"`), a case that names its exchanges, and a run."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._lock = threading.Lock()

    def exchange(self, exchange: Exchange) -> None:
        """Keep one exchange."""
        self._write(exchange_as_json(exchange))

    def case(self, case: Case) -> None:
        """Keep which exchanges belong together; they were kept before."""
        steps = [[role, exchange.id] for role, exchange in case.steps]
        self._write({"kind": "case", "id": case.id, "origin": case.origin, "steps": steps})

    def facts(self, facts: dict[str, Any]) -> None:
        """Keep what a run says of itself at its end (contracts/recording.py)."""
        self._write(facts)

    def close(self) -> None:
        """End the file; further lines are an error. What could not be written was told when it was tried."""
        with suppress(OSError):
            self._file.close()

    def _write(self, line: dict[str, Any]) -> None:
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        text = text.encode("utf-8", "backslashreplace").decode()
        with self._lock:
            self._file.write(text + "\n")
            self._file.flush()


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
