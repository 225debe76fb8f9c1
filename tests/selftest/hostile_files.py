"""Files that are not recordings, or mean harm: what each holds, and what must come of judging it.

`FILES` holds them by name. All are refused with exit 4 and one line, unless `code` says otherwise.
"""

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LINE = "b84ccd3c-88f8-4050-accf-e049163052e3"
ORDER = "319bba9f-71b1-4a93-8abf-67a45b8fdd5c"
URL = f"https://api.example.com/timp/orders/allocation/{ORDER}/"
MANY_DIGITS = "9" * 10_000
NESTED = "[" * 100_000 + "]" * 100_000


@dataclass(frozen=True)
class File:
    """`content` makes the bytes; `says` is a part of the line that is printed, `name` how the file is called."""

    content: Callable[[], bytes]
    says: str
    code: int = 4
    name: str = "file.har"


def entry() -> dict:
    """A correct allocation, as most producers write it."""
    allocation = {"quantity_accepted": 6, "quantity_rejected": 0, "quantity_backordered": 0}
    asked = json.dumps({"line_items": [{"line_item_uuid": LINE, "allocation": allocation}]})
    line = {"line_item_uuid": LINE, "quantity_shipped": 0, "supplier_provided_sku_cost": 13.98}
    answered = json.dumps({"line_items": [line]})
    json_type = {"name": "Content-Type", "value": "application/json"}
    return {
        "startedDateTime": "2026-10-03T08:15:23.123Z",
        "time": 50,
        "request": {
            "method": "PUT",
            "url": URL,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": "Authorization", "value": "Token 00112233445566778899"}, json_type],
            "queryString": [],
            "headersSize": -1,
            "bodySize": len(asked),
            "postData": {"mimeType": "application/json", "text": asked},
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [json_type, {"name": "Content-Length", "value": str(len(answered))}],
            "content": {"size": len(answered), "mimeType": "application/json", "text": answered},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(answered),
        },
        "cache": {},
        "timings": {"send": 0, "wait": 50, "receive": 0},
    }


def log(*entries: object, **more: object) -> dict:
    """A HAR of these entries."""
    return {"log": {"version": "1.2", "creator": {"name": "made", "version": "1"}, "entries": list(entries), **more}}


def with_text(place: str, *texts: str) -> bytes:
    """A HAR with an entry for each of these JSON texts, at a place such as `response.status`."""
    made = []
    for number, _ in enumerate(texts):
        node = made_entry = entry()
        *way, last = place.split(".")
        for name in way:
            node = node[name]
        node[last] = f"HERE-GOES-{number}"
        made.append(made_entry)
    text = json.dumps(log(*made))
    for number, each in enumerate(texts):
        text = text.replace(f'"HERE-GOES-{number}"', each)
    return text.encode()


FIELDS = ("request.method", "request.url", "request.headers", "response.status", "response.headers")
EVERY = (
    *FIELDS,
    "startedDateTime",
    "time",
    "request.postData.text",
    "response.content.text",
    "response.content.encoding",
    "cache",
)
"""Places in an entry: what is in those of FIELDS decides whether it can be read."""


def journal_line(**changed: object) -> dict:
    """A line of a run's journal with members changed."""
    request = {"method": "PUT", "path": URL[23:], "credential": "valid", "headers": [], "text": "{}"}
    answer = {"status": 200, "headers": [], "complete": True, "text": "{}"}
    plain = {"kind": "exchange", "id": "a-1", "started": 1.79e9, "seconds": 0.1, "request": request, "response": answer}
    return plain | changed


def journal(*lines: object) -> bytes:
    """A journal of these lines."""
    texts = [line if isinstance(line, str) else json.dumps(line, separators=(",", ":")) for line in lines]
    return "".join(f"{text}\n" for text in texts).encode()


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def _hars() -> Iterator[tuple[str, File]]:
    yield "status of 10,000 digits", File(lambda: with_text("response.status", MANY_DIGITS), "10,000 digits")
    yield "time of 10,000 digits", File(lambda: with_text("time", MANY_DIGITS), "10,000 digits")
    yield "time of half a million digits", File(lambda: with_text("time", "1" * 500_000), "500,000 digits")
    for place in EVERY:
        yield f"nesting in {place}", File(lambda place=place: with_text(place, NESTED), "nested too deeply")
    for place, wrong in (("request.method", "5"), ("request.url", "{}"), ("response.status", '"five"')):
        yield f"wrong type of {place}", File(lambda p=place, w=wrong: with_text(p, w), place)
    yield "headers that are a number", File(lambda: with_text("request.headers", "5"), "request.headers")
    yield "a header that is a list of lists", File(lambda: with_text("response.headers", "[[[]]]"), "response.headers")
    yield "a status of 1e400", File(lambda: with_text("response.status", "1e400"), "response.status")
    yield "a response that is a string", File(lambda: with_text("response", '"yes"'), "response")
    yield "400,001 lists in a field", File(lambda: with_text("cache", f"[{'[],' * 400_001}[]]"), "arrays and objects")
    yield "a megabyte of a URL", File(lambda: with_text("request.url", json.dumps("h" * 10**6)), "request.url")
    yield "an entry of 9 MB", File(lambda: with_text("cache", json.dumps("x" * 9_000_000)), "8,000,000 characters")
    yield "no JSON", File(lambda: b"hello", "is not a HAR")
    yield "nesting without an end", File(lambda: b"[" * 1_000_000, "is not a HAR")
    yield "nesting in a name that is not read", File(lambda: b'{"x":' * 200_000, "ends early")
    yield "a string without an end", File(lambda: b'{"log": {"entries": ["' + b"a" * 30_000_000, "ends early")
    yield "NUL bytes", File(lambda: bytes(1_000_000), "is not a HAR")
    yield "entries that are an object", File(lambda: b'{"log": {"entries": {}}}', "log.entries is not a list")
    yield "a log that is a list", File(lambda: b'{"log": [1]}', "log is not an object")
    yield "half an archive", File(lambda: zipped({"a.har": b"{}"})[:-30], "cannot be unpacked")
    yield "an archive of nothing", File(lambda: zipped({"readme": b"hello"}), "holds no file that ends in .har")
    yield "an archive of 50 MB of spaces", File(lambda: zipped({"a.har": b" " * 50_000_000}), "ends early")
    yield "gzip cut short", File(lambda: gzip.compress(json.dumps(log(entry())).encode())[:-20], "cannot be unpacked")


def _own() -> Iterator[tuple[str, File]]:
    run = {
        "kind": "run",
        "target": "t",
        "base_url": "",
        "seed": 0,
        "started": 1.79e9,
        "allocates": True,
        "reads_back": False,
    }
    run |= {"orders": [], "skipped": {}}
    wrong = {
        "seed": [1e400, "1", None, []],
        "started": [1e300, -1e300, "yesterday", None],
        "orders": [5, [5], [{"uuid": "x", "line_items": []}], [{"uuid": ORDER, "line_items": [{"uuid": LINE}]}]],
        "skipped": [5, {"x": 5}, {"x": {}}, {"x": {"reason": "r", "outcome": []}}],
        "confirmed": [5, {"x": 5}, {"x": "often"}],
        "allocates": ["yes", None],
        "max_seconds": ["5", True, [5]],
    }
    for name, values in wrong.items():
        for number, value in enumerate(values):
            line = run | {name: value}
            yield f"run: {name} {number}", File(lambda line=line: journal(line), "line 1", name="file.jsonl")
            yield (
                f"HAR of a run: {name} {number}",
                File(lambda line=line: json.dumps(log(_run=line)).encode(), "log._run"),
            )
    for name, values in {
        "started": [1e300, "x"],
        "seconds": [-1, "x"],
        "id": [5],
        "response": [None, {"status": "x"}],
    }.items():
        for number, value in enumerate(values):
            line = journal_line(**{name: value})
            yield f"exchange: {name} {number}", File(lambda line=line: journal(line), "line 1", name="file.jsonl")
    deep = json.dumps(journal_line())[:-1].replace(": ", ":").replace(", ", ",") + f',"x":{NESTED}}}'
    yield "exchange: nesting", File(lambda: journal(deep), "nested too deeply", name="file.jsonl")
    digits = journal_line(seconds="HERE")
    text = json.dumps(digits, separators=(",", ":")).replace('"HERE"', MANY_DIGITS)
    yield "exchange: digits", File(lambda: journal(text), "10,000 digits", name="file.jsonl")
    yield "a line of 20 MB", File(lambda: b'{"kind":"' + b"x" * 20_000_000, "8,000,000 characters", name="file.jsonl")


FILES: dict[str, File] = {}
for catalogue in (_hars, _own):
    FILES.update(catalogue())
