"""The one door out. Nothing else opens a connection to a target; httpx lives here and in the wire below."""

from __future__ import annotations

import itertools
import logging
import queue
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib.metadata import version

import httpx

from contracts.judging.attempts import UNAUTHENTICATED, Sign, case_of, credential_case, is_doubtful, number_of, sign
from contracts.model.case import Case
from contracts.model.exchange import Exchange, Order, Request, Response
from contracts.model.report import Touched
from contracts.transport.credentials import CredentialError, header
from contracts.transport.interlock import Interlock, Outgoing, RefusedToSendError
from contracts.transport.journal import Journal
from contracts.transport.limits import Clock, Limits, Pace, TargetLostError
from contracts.transport.redaction import Redactor
from contracts.transport.retries import Retries, Reuse
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

PROBES = 2
"""How often the accepted request is refused with 401 before the token is taken for no longer accepted."""


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
        clock: Clock | None = None,
        familiar: Iterable[str] = (),
    ) -> None:
        """Connect to nothing yet.

        `probe` is a request that the target has accepted, once there is one: it says whether the target is still
        there and the token still good. `tried` is called with the attempts at a request that was sent several times.

        Args:
            interlock: what may leave.
            tokens: the secrets by the labels contracts/transport/credentials.py uses (`valid`, `retailer`, ...).
            journal: where each exchange is kept.
            limits: bounds on requests and answers.
            headers: further ones of every request, as a gateway before the target may want them.
            ssl_context: for https; certificates are verified against the usual roots if left out.
            clock: the time of the pace; the machine's own if left out.
            familiar: public texts; a part of a secret that occurs in one is not taken for an echo.
        """
        self.probe: Request | None = None
        self.tried: Callable[[Case], object] = lambda _case: None
        self._limits = limits or Limits()
        self._pace = Pace(interlock.origin, self._limits, clock)
        self._retries = Retries(self._pace, self._limits, self._is_up)
        self._reuse = Reuse()
        self._accepted_until = 0
        self._asking = threading.Lock()
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
        """Send one request, again if it has to be (contracts/transport/retries.py), and return the last attempt.

        All attempts are in the journal. Raises RefusedToSendError before anything is sent, TargetLostError if nothing
        has answered for long or the token is no longer accepted, and CeilingReachedError.
        """
        __tracebackhide__ = True
        tried: list[Exchange] = []
        answers: list[int] = []
        while True:
            answers.append(self._pace.answers)
            tried.append(self._attempt(request, fresh=bool(tried)))
            if not self._retries.again(tried, answers):
                break
        exchange = tried[-1]
        if len(tried) > 1 or is_doubtful(tried):
            self.tried(case_of(tried))
        self._touch(exchange)
        self._pace.after(exchange)
        if exchange.status == UNAUTHENTICATED and request.credential == "valid" and self.probe is not None:
            self._check_token(exchange)
        return exchange

    def _attempt(self, request: Request, *, fresh: bool = False) -> Exchange:
        __tracebackhide__ = True
        exchange, sent = self._once(request, fresh=fresh or not self._reuse.works)
        exchange = self._journal.exchange(exchange)
        self._pace.heard(exchange, sent)
        if request.credential == "valid" and sign(exchange) is Sign.PASSED and exchange.status != UNAUTHENTICATED:
            with self._lock:
                self._accepted_until = max(self._accepted_until, number_of(exchange))
        return exchange

    def _is_up(self) -> bool | None:
        """Return True if the target answers a request that it accepted before; None if it accepted none yet."""
        return None if self.probe is None else sign(self._attempt(self.probe, fresh=True)) is not Sign.BROKEN

    def _check_token(self, refused: Exchange) -> None:
        """Raise TargetLostError if a request that was accepted before is now refused with 401, twice."""
        assert self.probe is not None  # noqa: S101 - the caller has looked
        with self._asking:
            asked = [refused]
            for _ in range(PROBES):
                asked.append(self._attempt(self.probe))
                if asked[-1].status != UNAUTHENTICATED:
                    return
            self.tried(credential_case(asked))
            self._pace.give_up(
                TargetLostError(
                    f"{self._interlock.origin} no longer accepts the token: it was accepted until request "
                    f"{self._accepted_until}, and nothing after that is judged"
                )
            )

    def _once(self, request: Request, *, fresh: bool) -> tuple[Exchange, float]:
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
        sent_at = self._pace.before()
        started = time.time()
        clock = time.perf_counter()
        try:
            response, trouble = self._receive(prepared, fresh=fresh), None
        except httpx.LocalProtocolError as error:
            raise RefusedToSendError(f"cannot be put on the wire: {self.redactor.clean_text(str(error))}") from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            response, trouble = None, self._said(error)[:TROUBLE]
        except Exception as error:  # whatever raised it: its message may hold a secret
            if (said := self._said(error)) == f"{type(error).__name__}: {error}".rstrip(": "):
                raise
            raise RuntimeError(said) from None
        return Exchange(name, sent, response, trouble, started, time.perf_counter() - clock), sent_at

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

    def _receive(self, prepared: httpx.Request, *, fresh: bool) -> Response:
        wire = self._idle.get()
        before, answered = wire.connections, False
        try:
            response, kept, complete = wire.fetch(
                prepared, seconds=self._limits.total_seconds, body_bytes=self._limits.body_bytes, fresh=fresh
            )
            answered = True
        finally:
            if wire.connections == before:
                with self._lock:
                    self._reuse.add(answered=answered)
            self._idle.put(wire)
        headers = self.redactor.clean_headers(
            (key.decode("latin-1"), value.decode("utf-8", "surrogateescape")) for key, value in response.headers.raw
        )
        body = self.redactor.clean(kept) if complete else self.redactor.clean_cut(kept[:SHOWN_OF_CUT])
        return Response(response.status_code, headers, body, complete)
