"""The text of an exchange, and the curl command that sends its request again. Shared by all renderings."""

from __future__ import annotations

import re
from shlex import quote

from contracts.model.exchange import Exchange, Request, Response
from contracts.reports.words import visible
from contracts.transport import credentials

WHOLE = 8_000
"""Bytes of a body up to which a curl command carries it."""

_OWN = frozenset({"user-agent", "accept-encoding", "content-length", "x-request-id"})
"""Headers that belong to the one who sends: they are not replayed."""


def as_text(exchange: Exchange, limit: int) -> str:
    """Request and response as one reads them; each of the two is cut at `limit` characters, and says so.

    Nothing in it can steer a terminal: control and invisible characters are written as escapes.
    """
    request = exchange.request
    head = [f"{request.method} {request.path}", f"(credential: {request.credential})"]
    asked = _message(head, request.headers, request.body, limit)
    if exchange.response is None:
        return f"{asked}\n\n--- no answer: {visible(exchange.trouble or 'for an unknown reason')}"
    response = exchange.response
    title = f"--- {response.status} after {exchange.seconds:.3f} s"
    answered = _message([title], response.headers, response.body, limit)
    return f"{asked}\n\n{answered}{_unread(response)}"


def _unread(response: Response) -> str:
    return "" if response.complete else f"\n(the answer went on: {len(response.body)} bytes were read)"


def _message(head: list[str], headers: tuple[tuple[str, str], ...], body: bytes, limit: int) -> str:
    lines = [*head, *(f"{name}: {value}" for name, value in headers)]
    # No more is decoded than can be shown: a body may have megabytes.
    shown = body[: 4 * limit].decode("utf-8", "backslashreplace")
    text = visible("\n".join([*lines, "", shown] if body else lines))
    return text if len(text) <= limit else f"{text[:limit]}\n(cut here; the body has {len(body)} bytes)"


def curl(request: Request, base_url: str, exchange_id: str = "") -> str:
    """A command for sh which sends `request` to `base_url` again and prints status, headers and body.

    It is one line. Tokens stay variables ($TIMP_TOKEN). A body beyond `WHOLE` bytes is
    not in it: it names the file to put it in, and `exchange_id` as the place in reports/exchanges.jsonl.
    """
    options = ["curl", "-isS", "--path-as-is", "-g", *_method(request), *_headers(request, base_url)]
    before, data, after = _body(request, exchange_id)
    url = quote(base_url.rstrip("/") + request.path)
    query = [
        word for pair in credentials.added_in_sh(request.credential).query for word in ("--url-query", _in_sh(*pair))
    ]
    return f"{before}{' '.join([*options, *data, *query, url])} -w '\\n%{{http_code}}\\n'{after}"


def _method(request: Request) -> list[str]:
    if request.method != "HEAD":
        return ["-X", quote(request.method)]
    # -X HEAD waits for a body that never comes, and -I takes no data along.
    return ["-X", "HEAD", "--max-time", "10"] if request.body else ["-I"]


def _headers(request: Request, base_url: str) -> list[str]:
    usual = ("host", base_url.partition("://")[2].partition("/")[0])
    lines = [
        quote(f"{name}: {value}" if value else f"{name};")
        for name, value in request.headers
        if name.lower() not in _OWN and (name.lower(), value) != usual
    ]
    # What curl would add on its own is taken out, so that a request without it stays one without it.
    lines += [f"{name}:" for name in ("Accept", "Content-Type") if request.header(name) is None]
    for name, value in credentials.added_in_sh(request.credential).headers:
        lines.append(f'"{name}: {value}"' if value else quote(f"{name};"))
    return [part for line in lines for part in ("-H", line)]


def _body(request: Request, exchange_id: str) -> tuple[str, list[str], str]:
    """The lines before curl, its own words, and the lines after it."""
    body, members = request.body, credentials.added_in_sh(request.credential).members
    if members and len(body) <= WHOLE:
        before, end = credentials.halves(body)
        added = "".join(f', "{name}": "%s"' for name, _ in members)
        values = " ".join(f'"{value}"' for _, value in members)
        return f"printf '{_printf(before)}{added}{_printf(end)}' {values} | ", ["--data-binary", "@-"], ""
    if not body:
        # httpx says Content-Length: 0 for these; curl says it only when it has data to send.
        return "", ["--data-binary", "''"] if request.method in {"PUT", "POST", "PATCH"} else [], ""
    if len(body) > WHOLE:
        where = f"exchange {exchange_id} of reports/exchanges.jsonl" if exchange_id else "reports/exchanges.jsonl"
        return "", ["--data-binary", "@body.bin"], f"  # body.bin: {len(body)} bytes, see {where}"
    text = body.decode("utf-8", "replace")
    if text.encode() == body and text.isprintable() and not text.startswith("@"):
        return "", ["--data-binary", quote(text)], ""
    return f"printf '{_printf(body)}' | ", ["--data-binary", "@-"], ""


def _in_sh(name: str, value: str) -> str:
    """Return a pair for curl, which encodes the value."""
    return f'"{name}={value}"'


def _printf(body: bytes) -> str:
    """These bytes as a format of printf in single quotes: octal is the one escape every sh has."""
    return re.sub(rb"[^ !\"#$&(-,./0-[\]-~]", lambda byte: b"\\%03o" % byte[0][0], body).decode("ascii")
