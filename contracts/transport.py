"""The one door out. Nothing else opens a connection to a target; httpx lives here and in the wire below."""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version

import httpx

from contracts.credentials import CredentialError, header
from contracts.interlock import Interlock, RefusedToSendError
from contracts.journal import Journal
from contracts.model import Exchange, Request, Response
from contracts.secrets import Redactor, Secret
from contracts.wire import Wire

AGENT = f"timp-conformance/{version('timp-conformance')}"

SHOWN_OF_CUT = 65_536
"""Bytes kept of a body that was cut: nothing in it can be judged, and a run keeps every exchange."""

FEW = 3
"""Exchanges in a row without an answer that are worth a thought."""

TROUBLE = 300
"""Characters of a trouble: some quote what the target sent."""


class TargetLostError(Exception):
    """The target does not answer, or refuses the token (exit 6)."""


@dataclass(frozen=True)
class Limits:
    """Bounds: seconds to connect and between bytes, seconds in all and bytes of body kept of one exchange.

    After `silences` exchanges in a row without a whole answer the target is given up. After FEW, or before the first
    answer of all, it is also given up where nothing was heard for `silence_seconds`.
    """

    step_seconds: float = 10.0
    total_seconds: float = 30.0
    body_bytes: int = 1_000_000
    silences: int = 10
    silence_seconds: float = 30.0


class Transport:
    """Sends requests to one target through one pool of connections, and keeps every exchange."""

    def __init__(
        self,
        interlock: Interlock,
        tokens: Mapping[str, Secret],
        journal: Journal,
        *,
        concurrency: int = 8,
        limits: Limits | None = None,
    ) -> None:
        """`tokens`: the secrets by the labels contracts/credentials.py uses (`valid`, `retailer`, ...)."""
        self.requests = 0
        self.troubles: list[str] = []
        self._silent = 0
        self._heard: float | None = None
        self._answers = False
        self._limits = limits or Limits()
        self._interlock = interlock
        self._tokens = tokens
        self._journal = journal
        self._redactor = Redactor(tokens)
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._run = uuid.uuid4().hex[:8]
        self._wire = Wire(interlock.origin, connections=concurrency)
        self._client = httpx.Client(
            base_url=interlock.origin,
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(self._limits.step_seconds),
            transport=self._wire,
        )
        self._client.headers.clear()

    @property
    def labels(self) -> frozenset[str]:
        """The credentials that are at hand: `valid`, and those of other users where they were lent."""
        return frozenset(self._tokens)

    def close(self) -> None:
        """Close the pool."""
        self._client.close()

    def send(self, request: Request) -> Exchange:
        """Send one request and keep the exchange.

        An error of the transport is tried once more: if it repeats, it is the exchange's `trouble`; if not,
        it is listed in `troubles`. Raises RefusedToSendError before anything is sent, and TargetLostError
        where nothing has answered for long.
        """
        self._heard = self._heard or time.monotonic()
        exchange = self._once(request)
        if exchange.trouble is not None:
            again = self._once(request)
            if again.trouble is None:
                self.troubles.append(f"{request.method} {request.path}: {exchange.trouble}; once more, it went through")
            exchange = again
        self._journal.exchange(exchange)
        if self._is_lost(exchange):
            why = exchange.trouble or "its answers do not end"
            said = "has stopped answering" if self._answers else "does not answer"
            raise TargetLostError(f"{self._interlock.origin} {said}: {why}")
        return exchange

    def _is_lost(self, exchange: Exchange) -> bool:
        """Whether this was one silence too many. To wait on for what never answers would take many minutes."""
        if exchange.response is not None and exchange.response.complete:
            self._silent, self._answers, self._heard = 0, True, time.monotonic()
            return False
        self._silent += 1
        waited = time.monotonic() - (self._heard or 0.0)
        patient = self._silent < (FEW if self._answers else 1) or waited < self._limits.silence_seconds
        return self._silent >= self._limits.silences or not patient

    def _once(self, request: Request) -> Exchange:
        with self._lock:
            number = next(self._numbers)
        name = f"{self._run}-{number:05d}"
        try:
            headers = self._headers(request, name)
            prepared = self._prepare(request, headers)
        except CredentialError as error:
            raise RefusedToSendError(str(error)) from error
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise RefusedToSendError(f"cannot be put on the wire: {error}") from error
        url = prepared.url
        origin = f"{url.scheme}://{url.netloc.decode()}"
        self._interlock.check(method=prepared.method, origin=origin, path=url.raw_path)
        sent = replace(
            request,
            headers=tuple(pair for pair in headers if pair[0] != "Authorization" or pair in request.headers),
        )
        with self._lock:
            self.requests += 1
        started = time.time()
        clock = time.perf_counter()
        try:
            response, trouble = self._receive(prepared), None
        except httpx.LocalProtocolError as error:
            raise RefusedToSendError(f"cannot be put on the wire: {error}") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            response, trouble = (
                None,
                self._redactor.clean_text(f"{type(error).__name__}: {error}".rstrip(": "))[:TROUBLE],
            )
        return Exchange(name, sent, response, trouble, started, time.perf_counter() - clock)

    def _headers(self, request: Request, name: str) -> list[tuple[str, str]]:
        asked = [pair for pair in request.headers if pair[0].lower() != "x-request-id"]
        given = {key.lower() for key, _ in asked}
        ours = [("User-Agent", AGENT), ("Accept", "application/json"), ("X-Request-Id", name)]
        headers = [pair for pair in ours if pair[0].lower() not in given]
        if request.credential != "given":
            value = header(request.credential, {label: secret.reveal() for label, secret in self._tokens.items()})
            if value is not None:
                headers.append(("Authorization", value))
        return headers + asked

    def _prepare(self, request: Request, headers: list[tuple[str, str]]) -> httpx.Request:
        url = self._client.base_url.copy_with(raw_path=request.path.encode("ascii"))
        encoded = [(key.encode("ascii"), value.encode("utf-8")) for key, value in headers]
        body = request.body or (b"" if request.method in {"PUT", "POST", "PATCH"} else None)
        return self._client.build_request(request.method, url, headers=encoded, content=body)

    def _receive(self, prepared: httpx.Request) -> Response:
        response, kept, complete = self._wire.fetch(
            prepared, seconds=self._limits.total_seconds, body_bytes=self._limits.body_bytes
        )
        headers = tuple(
            (key.decode("latin-1"), self._redactor.clean_text(value.decode("utf-8", "surrogateescape")))
            for key, value in response.headers.raw
        )
        body = self._redactor.clean(kept) if complete else self._redactor.clean_cut(kept[:SHOWN_OF_CUT])
        return Response(response.status_code, headers, body, complete)
