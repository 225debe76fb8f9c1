"""The one door out. Nothing else opens a connection to a target; httpx lives here and in the wire below."""

from __future__ import annotations

import itertools
import logging
import queue
import ssl
import threading
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.metadata import version

import httpx

from contracts.model.exchange import Exchange, Order, Request, Response
from contracts.model.report import Touched
from contracts.transport.credentials import CredentialError, header
from contracts.transport.interlock import Interlock, Outgoing, RefusedToSendError
from contracts.transport.journal import Journal
from contracts.transport.limits import Limits, Pace, TargetLostError
from contracts.transport.redaction import Redactor
from contracts.transport.secrets import Secret
from contracts.transport.spellings import found
from contracts.transport.wire import Wire

for chatty in ("httpx", "httpcore"):  # at DEBUG they log headers, before anything in them is redacted
    logging.getLogger(chatty).setLevel(logging.WARNING)

AGENT = f"timp-conformance/{version('timp-conformance')}"

SHOWN_OF_CUT = 65_536
"""Bytes kept of a body that was cut: nothing in it can be judged, and a run keeps every exchange."""

LEARNED = 65_536
"""Bytes of a request's body that are searched for parts of secrets: a larger one is filler of one kind."""

TROUBLE = 300
"""Characters of a trouble: some quote what the target sent."""


TOO_MANY = 429
RETRIES = 4
"""How often a request is sent that is answered 429."""


class Transport:
    """Sends requests to one target over a few connections, and keeps every exchange."""

    def __init__(
        self,
        interlock: Interlock,
        tokens: Mapping[str, Secret],
        journal: Journal,
        *,
        limits: Limits | None = None,
        headers: Mapping[str, str | Secret] | None = None,
        ssl_context: ssl.SSLContext | None = None,
        familiar: Iterable[str] = (),
    ) -> None:
        """Connect to nothing yet.

        Args:
            interlock: what may leave.
            tokens: the secrets by the labels contracts/transport/credentials.py uses (`valid`, `retailer`, ...).
            journal: where each exchange is kept.
            limits: bounds on requests and answers.
            headers: further ones of every request, as a gateway before the target may want them.
            ssl_context: for https; certificates are verified against the usual roots if left out.
            familiar: public texts; a part of a secret that occurs in one is not taken for an echo.
        """
        self.troubles: list[str] = []
        self._limits = limits or Limits()
        self._pace = Pace(interlock.origin, self._limits)
        self._interlock = interlock
        self._tokens = tokens
        self._extra = dict(headers or {})
        self._journal = journal
        hidden = {f"header {name}": value for name, value in self._extra.items() if isinstance(value, Secret)}
        self.redactor = Redactor({**tokens, **hidden}, familiar)
        extra = [(key, value.reveal() if isinstance(value, Secret) else value) for key, value in self._extra.items()]
        self._shown = dict(zip(extra, self.redactor.clean_headers(extra), strict=True))
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._touched: dict[str, Touched] = {}
        self._run = uuid.uuid4().hex[:8]
        self._origin = httpx.URL(interlock.origin)
        self._extensions = {"timeout": httpx.Timeout(self._limits.step_seconds).as_dict()}
        context = ssl_context or httpx.create_ssl_context(trust_env=False)
        self._wires = [Wire(interlock.origin, context) for _ in range(self._limits.concurrency)]
        self._idle: queue.LifoQueue[Wire] = queue.LifoQueue()
        for wire in self._wires:
            self._idle.put(wire)

    @property
    def requests(self) -> int:
        """How many requests were let out."""
        return self._pace.requests

    @property
    def labels(self) -> frozenset[str]:
        """The credentials that are at hand: `valid`, and those of other users where they were lent."""
        return frozenset(self._tokens)

    def close(self) -> None:
        """Close all connections."""
        for wire in self._wires:
            wire.close()

    @property
    def touched(self) -> tuple[Touched, ...]:
        """The lent orders that requests named in their path, in the order in which they were lent."""
        return tuple(self._touched[name] for name in self._interlock.lent_orders if name in self._touched)

    def _touch(self, exchange: Exchange) -> None:
        for name in self._interlock.lent_orders.keys() & found(exchange.request.path.encode()):
            with self._lock:
                before = self._touched.get(name, Touched(self._interlock.lent_orders[name], 0))
                last = exchange if exchange.accepted and exchange.request.method == "PUT" else before.last
                self._touched[name] = Touched(before.order, before.requests + 1, last)

    def lend(self, order: Order) -> None:
        """Let requests for one more order out."""
        self._interlock = replace(self._interlock, orders=(*self._interlock.orders, order))

    def end(self) -> None:
        """Let nothing more out: what waits for its turn gives up."""
        self._pace.end()

    def send(self, request: Request) -> Exchange:
        """Send one request and keep the exchange.

        An error of the transport is tried once more: if it repeats, it is the exchange's `trouble`; if not,
        it is listed in `troubles`. Raises RefusedToSendError before anything is sent, TargetLostError where nothing
        has answered for long, and CeilingReachedError.
        """
        __tracebackhide__ = True
        exchange = self._patiently(request)
        if exchange.trouble is not None:
            again = self._patiently(request)
            if again.trouble is None:
                self.troubles.append(f"{request.method} {request.path}: {exchange.trouble}; once more, it went through")
            exchange = again
        exchange = self._journal.exchange(exchange)
        self._touch(exchange)
        self._pace.after(exchange)
        return exchange

    def _patiently(self, request: Request) -> Exchange:
        """Send a request, again after a while where the target says that it gets too many."""
        __tracebackhide__ = True
        for attempt in range(RETRIES):
            exchange = self._once(request)
            if exchange.status != TOO_MANY:
                return exchange
            self._journal.exchange(exchange)
            seconds = self._pace.wait_out(exchange, attempt)
            self.troubles.append(f"{request.method} {request.path}: 429, waited {seconds:g} s")
        raise TargetLostError(f"{self._interlock.origin} answers 429 whatever is waited: lower its rate")

    def _once(self, request: Request) -> Exchange:
        __tracebackhide__ = True  # the frames below hold secrets
        with self._lock:
            number = next(self._numbers)
        name = f"{self._run}-{number:05d}"
        try:
            headers = self._headers(request, name)
            prepared = self._prepare(request, headers)
        except CredentialError as error:
            raise RefusedToSendError(str(error)) from None
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise RefusedToSendError(f"cannot be put on the wire: {self.redactor.clean_text(str(error))}") from None
        url = prepared.url
        origin = f"{url.scheme}://{url.netloc.decode()}"
        if url.raw_path != request.path.encode():
            raise RefusedToSendError(f"cannot be put on the wire: {request.path} would become {url.raw_path!r}")
        self._interlock.check(
            Outgoing(prepared.method, origin, url.raw_path, tuple(prepared.headers.raw), prepared.content)
        )
        sent = replace(request, headers=self._told(request, headers))
        self._pace.before()
        started = time.time()
        clock = time.perf_counter()
        try:
            response, trouble = self._receive(prepared), None
        except httpx.LocalProtocolError as error:
            raise RefusedToSendError(f"cannot be put on the wire: {self.redactor.clean_text(str(error))}") from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            response, trouble = None, self._said(error)[:TROUBLE]
        except Exception as error:  # whatever raised it: its message may hold a secret
            if (said := self._said(error)) == f"{type(error).__name__}: {error}".rstrip(": "):
                raise
            raise RuntimeError(said) from None
        return Exchange(name, sent, response, trouble, started, time.perf_counter() - clock)

    def _said(self, error: Exception) -> str:
        """Return what an error says, without secrets."""
        return self.redactor.clean_text(f"{type(error).__name__}: {error}".rstrip(": "))

    def _headers(self, request: Request, name: str) -> list[tuple[str, str]]:
        asked = [pair for pair in request.headers if pair[0].lower() != "x-request-id"]
        given = {key.lower() for key, _ in asked}
        ours = [("User-Agent", AGENT), ("Accept", "application/json"), ("Accept-Encoding", "identity")]
        ours.append(("X-Request-Id", name))
        ours += [(key, value.reveal() if isinstance(value, Secret) else value) for key, value in self._extra.items()]
        headers = [pair for pair in ours if pair[0].lower() not in given]
        if request.credential != "given":
            value = header(request.credential, {label: secret.reveal() for label, secret in self._tokens.items()})
            if value is not None:
                headers.append(("Authorization", value))
        return headers + asked

    def _told(self, request: Request, headers: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """The headers as the exchange keeps them: the credential by its label alone, no secret.

        Every part of a secret that occurs in the rest of the request is no echo where it comes back.
        """
        public = [value for key, value in request.headers if key.lower() != "authorization"]
        self.redactor.learn("\n".join([request.path, request.body[:LEARNED].decode("latin-1"), *public]))
        kept = (pair for pair in headers if pair[0] != "Authorization" or pair in request.headers)
        return tuple(self._shown.get(pair, pair) for pair in kept)

    def _prepare(self, request: Request, headers: list[tuple[str, str]]) -> httpx.Request:
        url = self._origin.copy_with(raw_path=request.path.encode("ascii"))
        encoded = [(key.encode("ascii"), value.encode("utf-8")) for key, value in headers]
        body = request.body or (b"" if request.method in {"PUT", "POST", "PATCH"} else None)
        return httpx.Request(request.method, url, headers=encoded, content=body, extensions=self._extensions)

    def _receive(self, prepared: httpx.Request) -> Response:
        wire = self._idle.get()
        try:
            response, kept, complete = wire.fetch(
                prepared, seconds=self._limits.total_seconds, body_bytes=self._limits.body_bytes
            )
        finally:
            self._idle.put(wire)
        headers = self.redactor.clean_headers(
            (key.decode("latin-1"), value.decode("utf-8", "surrogateescape")) for key, value in response.headers.raw
        )
        body = self.redactor.clean(kept) if complete else self.redactor.clean_cut(kept[:SHOWN_OF_CUT])
        return Response(response.status_code, headers, body, complete)
