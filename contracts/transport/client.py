"""The one door out. Nothing else opens a connection to a target; httpx lives here and in the wire below."""

from __future__ import annotations

import itertools
import logging
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib.metadata import version

import httpx

from contracts.judging.attempts import (
    UNAUTHENTICATED,
    Sign,
    case_of,
    credential_case,
    is_away,
    is_doubtful,
    number_of,
    sign,
)
from contracts.model.case import Case
from contracts.model.exchange import Exchange, Order, Request, Response
from contracts.model.report import Touched
from contracts.transport.credentials import Added, CredentialError, added, elsewhere
from contracts.transport.interlock import Interlock, Outgoing, RefusedToSendError
from contracts.transport.journal import Journal
from contracts.transport.limits import Clock, Limits, Pace, TargetLostError
from contracts.transport.proxy import Proxy
from contracts.transport.redaction import Redactor
from contracts.transport.retries import Retries
from contracts.transport.secrets import Secret
from contracts.transport.tokens import Renew, Tokens
from contracts.transport.touches import Touches
from contracts.transport.wire import Wires, usual_context

for chatty in ("httpx", "httpcore"):  # at DEBUG they log headers, before anything in them is redacted
    logging.getLogger(chatty).setLevel(logging.WARNING)

AGENT = f"timp-conformance/{version('timp-conformance')}"

SHOWN_OF_CUT = 65_536
"""Bytes kept of a body that was cut: nothing in it can be judged, and a run keeps every exchange."""

LEARNED = 65_536
"""Bytes of a request's body that are searched for parts of secrets: a larger one is filler of one kind."""

TROUBLE = 300
"""Characters of a trouble: some quote what the target sent."""

WAIT_STEP = 1.0
"""Seconds between two looks whether the target is up."""

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
        secrets: Mapping[str, Secret] | None = None,
        ssl_context: ssl.SSLContext | None = None,
        proxy: Proxy | None = None,
        renew: Renew | None = None,
        clock: Clock | None = None,
        familiar: Iterable[str] = (),
    ) -> None:
        """Connect to nothing yet.

        Args:
            interlock: what may leave.
            tokens: the secrets by the labels contracts/transport/credentials.py uses (`valid`, `retailer`, ...).
            journal: where each exchange is kept.
            limits: bounds on requests and answers.
            headers: further ones of every request, as a gateway before the target may want them.
            secrets: further ones that no artefact may hold, by what they are.
            ssl_context: for https; certificates are verified against the usual roots if left out.
            proxy: hands everything on to the target, if there is one.
            renew: makes another token if `valid` is no longer accepted.
            clock: the time of the pace; the machine's own if left out.
            familiar: public texts; a part of a secret that occurs in one is not taken for an echo.
        """
        self.probe: Request | None = None
        self.tried: Callable[[Case], object] = lambda _case: None
        self._limits = limits or Limits()
        self._pace = Pace(interlock.origin, self._limits, clock)
        self._retries = Retries(self._pace, self._limits, self._is_up)
        self._accepted_until = 0
        self._asking = threading.Lock()
        self._interlock = interlock
        self._extra = dict(headers or {})
        self._journal = journal
        hidden = {f"header {name}": value for name, value in self._extra.items() if isinstance(value, Secret)}
        self.redactor = Redactor({**tokens, **hidden, **(secrets or {})}, familiar)
        self._tokens = Tokens(tokens, renew, lambda token: self.redactor.add("valid", token))
        extra = [(key, value.reveal() if isinstance(value, Secret) else value) for key, value in self._extra.items()]
        self._shown = dict(zip(extra, self.redactor.clean_headers(extra), strict=True))
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._touches = Touches(interlock.method)
        self._run = uuid.uuid4().hex[:8]
        self._origin = httpx.URL(interlock.origin)
        self._extensions = {"timeout": httpx.Timeout(self._limits.step_seconds).as_dict()}
        context = ssl_context or usual_context(secure=proxy is not None or interlock.origin.startswith("https:"))
        self._wires = Wires(interlock.origin, context, proxy, self._limits)

    @property
    def answers(self) -> int:
        """How many answers of the application came."""
        return self._pace.answers

    @property
    def requests(self) -> int:
        """How many requests were let out."""
        return self._pace.requests

    def tell(self, tried: Callable[[Case], object]) -> None:
        """Call `tried` with the attempts at each request that is sent several times from now on."""
        self.tried = tried

    def ask_with(self, probe: Request) -> None:
        """Ask with `probe`, which the target has accepted, whether it is still there and the token still good."""
        self.probe = probe

    def begin(self) -> None:
        """Have the first token made, if tokens are made. Raises what `renew` raises."""
        self._tokens.renew()

    def wait(self, request: Request, seconds: float) -> None:
        """Send `request` each second until something other than a gateway answers it, or so many seconds are over."""
        until = self._pace.wait_until(seconds)
        while is_away(self._attempt(request, fresh=True)) and self._pace.clock.now() < until:
            self._pace.pause(WAIT_STEP)

    def close(self) -> None:
        """Close all connections."""
        self._wires.close()

    @property
    def touched(self) -> tuple[Touched, ...]:
        """The test orders that requests named in their path, in the sequence of the manifest."""
        return self._touches.of(self._interlock.test_orders)

    def permit(self, order: Order) -> None:
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
        generation = self._tokens.generation
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
        self._touches.add(exchange, self._interlock.test_orders)
        self._pace.after(exchange)
        if exchange.status == UNAUTHENTICATED and request.credential == "valid" and self.probe is not None:
            return self.send(request) if self._has_new_token(exchange, generation) else exchange
        return exchange

    def _attempt(self, request: Request, *, fresh: bool = False) -> Exchange:
        __tracebackhide__ = True
        exchange, sent = self._once(request, fresh=fresh)
        exchange = self._journal.exchange(exchange)
        self._pace.answered(exchange, sent)
        if request.credential == "valid" and sign(exchange) is Sign.PASSED and exchange.status != UNAUTHENTICATED:
            with self._lock:
                self._accepted_until = max(self._accepted_until, number_of(exchange))
        return exchange

    def _is_up(self) -> bool | None:
        """Return True if the target answers a request that it accepted before; None if it accepted none yet."""
        return None if self.probe is None else sign(self._attempt(self.probe, fresh=True)) is not Sign.BROKEN

    def _has_new_token(self, refused: Exchange, generation: int) -> bool:
        """Return True if the token with which a request was refused has been replaced by another one.

        It is replaced if a request that was accepted before is now refused with 401, twice. Raises TargetLostError if
        it cannot be, or if the new one is refused too.
        """
        assert self.probe is not None  # noqa: S101 - the caller has looked
        with self._asking:
            if self._tokens.generation > generation:
                return True  # another thread was refused too, and has had a new one made
            asked = [refused]
            for number in range(PROBES + self._tokens.renewable):
                if number == PROBES:
                    self._tokens.renew()
                asked.append(self._attempt(self.probe))
                if asked[-1].status != UNAUTHENTICATED:
                    return number == PROBES
            self.tried(credential_case(asked))
            until = f"it was accepted until request {self._accepted_until}, and nothing after that is judged"
            lost = TargetLostError(f"{self._interlock.origin} no longer accepts the token: {until}")
            raise self._pace.give_up(lost)

    def _once(self, request: Request, *, fresh: bool) -> tuple[Exchange, float]:
        __tracebackhide__ = True  # the frames below hold secrets
        with self._lock:
            number = next(self._numbers)
        name = f"{self._run}-{number:05d}"
        try:
            tokens = self._tokens.revealed()
            credentials = added(request.credential, tokens)
            headers = self._headers(request, name, credentials)
            prepared = self._prepare(request, headers, credentials)
        except CredentialError as error:
            raise RefusedToSendError(str(error)) from None
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise RefusedToSendError(f"cannot be put on the wire: {self.redactor.clean_text(str(error))}") from None
        url = prepared.url
        origin = f"{url.scheme}://{url.netloc.decode()}"
        if url.raw_path != (self._interlock.base_path + credentials.path(request.path)).encode():
            became = self.redactor.clean_text(repr(url.raw_path))
            raise RefusedToSendError(f"cannot be put on the wire: {request.path} would become {became}")
        raw = url.raw_path, tuple(prepared.headers.raw), prepared.content
        secret = credentials, elsewhere(request.credential), tuple(tokens.values())
        self._interlock.check(Outgoing(prepared.method, origin, *raw, *secret))
        sent = replace(request, headers=self._with_headers(request, headers, credentials))
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

    def _headers(self, request: Request, name: str, credentials: Added) -> list[tuple[str, str]]:
        asked = [pair for pair in request.headers if pair[0].lower() != "x-request-id"]
        given = {key.lower() for key, _ in asked}
        ours = [("User-Agent", AGENT), ("X-Request-Id", name)]
        ours += [("Accept", "application/json"), ("Accept-Encoding", "identity")]
        ours += [(key, value.reveal() if isinstance(value, Secret) else value) for key, value in self._extra.items()]
        return [*(pair for pair in ours if pair[0].lower() not in given), *credentials.headers, *asked]

    def _with_headers(
        self, request: Request, headers: list[tuple[str, str]], credentials: Added
    ) -> tuple[tuple[str, str], ...]:
        """The headers as the exchange keeps them: the credential by its label alone, no secret.

        Every part of a secret that occurs in the rest of the request is not an echo where it comes back.
        """
        public = [value for key, value in request.headers if key.lower() != "authorization"]
        self.redactor.learn("\n".join([request.path, request.body[:LEARNED].decode("latin-1"), *public]))
        kept = (pair for pair in headers if pair not in credentials.headers or pair in request.headers)
        return tuple(self._shown.get(pair, pair) for pair in kept)

    def _prepare(self, request: Request, headers: list[tuple[str, str]], credentials: Added) -> httpx.Request:
        path = self._interlock.base_path + credentials.path(request.path)
        url = self._origin.copy_with(raw_path=path.encode("ascii"))
        encoded = [(key.encode("ascii"), value.encode("utf-8")) for key, value in headers]
        body = credentials.body(request.body) or (b"" if request.method in {"PUT", "POST", "PATCH"} else None)
        return httpx.Request(request.method, url, headers=encoded, content=body, extensions=self._extensions)

    def _receive(self, prepared: httpx.Request, *, fresh: bool) -> Response:
        response, kept, complete = self._wires.fetch(prepared, fresh=fresh)
        headers = self.redactor.clean_headers(
            (key.decode("latin-1"), value.decode("utf-8", "surrogateescape")) for key, value in response.headers.raw
        )
        body = self.redactor.clean(kept) if complete else self.redactor.clean_cut(kept[:SHOWN_OF_CUT])
        return Response(response.status_code, headers, body, complete)
