"""What answers in front of the application: recognised by headers and known default pages, never by content alone."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from contracts.judging.attempts import GATEWAY
from contracts.model.exchange import Exchange, Response

SIGNED = ("Server", "Via", "X-Powered-By")
"""Headers by which an application, or an intermediary, signs each of its answers."""

ECHO = "X-Request-Id"
ENOUGH = 3
"""So many answers of the application have to agree on a header before its absence says anything."""

DIFFERENT = 2
"""So many values of a header show that the application does not sign with it; more are not kept."""

FAILED = 500
"""What fails may leave out what the application's code and its server add to each answer; gateways have other codes."""

LOOKED_AT = 8_192
"""Bytes of a body in which a default page shows what it is."""


@dataclass(frozen=True)
class Pages:
    """How intermediaries show in the answers that they give on their own, by the product's name."""

    #: What is in a default page, by the name of the product.
    pages: Mapping[str, re.Pattern[bytes]]
    #: The header that only its own answers have, by the name of the product.
    headers: Mapping[str, str]
    #: The values of `Server` that such products send.
    servers: re.Pattern[str]

    def product_of(self, response: Response) -> str | None:
        """Return the product whose own answer this is, by a header or as its default page; None if that is unknown."""
        for product, name in self.headers.items():
            if response.header(name) is not None:
                return product
        body = response.body[:LOOKED_AT].lstrip()
        if body[:1] in {b"{", b"["}:
            return None
        return next((name for name, page in self.pages.items() if page.search(body)), None) if body else None

    def is_intermediary(self, server: str | None) -> bool:
        """Return True if `server` is the name of a product that handles requests before applications."""
        return server is not None and self.servers.match(server) is not None


@functools.cache
def known_pages() -> Pages:
    """Return what is known of intermediaries (intermediaries.toml)."""
    data = tomllib.loads(Path(__file__).with_name("intermediaries.toml").read_text("utf-8"))
    pages = {name: re.compile(text.encode(), re.DOTALL) for name, text in data["pages"].items()}
    return Pages(pages, data["headers"], re.compile("|".join(data["servers"]), re.IGNORECASE))


@dataclass
class Front:
    """How the application signs its answers, learned from answers that only it can give."""

    #: How many answers it was learned from.
    answers: int = 0
    #: How many of them repeated the id of the request.
    echoes: int = 0
    #: Of each header the first values that were seen; None if it was missing.
    values: dict[str, set[str | None]] = field(default_factory=lambda: {name: set() for name in SIGNED})

    def learn(self, exchange: Exchange) -> None:
        """Learn from an answer of the application."""
        if exchange.response is None:
            return
        self.answers += 1
        self.echoes += _echoes(exchange)
        for name in SIGNED:
            if len(self.values[name]) < DIFFERENT:
                self.values[name].add(exchange.response.header(name))

    @property
    def signature(self) -> tuple[tuple[str, str], ...]:
        """The headers that every answer of the application has, with their one value."""
        if self.answers < ENOUGH:
            return ()
        alike = ((name, next(iter(values))) for name, values in self.values.items() if len(values) == 1)
        signed = tuple((name, value) for name, value in alike if value is not None)
        return (*signed, (ECHO, "the request's")) if self.echoes == self.answers else signed

    def intermediary(self, exchange: Exchange) -> str | None:
        """Return the name of the intermediary that gave an answer, or None if the application may have given it.

        With 502, 503 and 504 a gateway reports that the application gave no answer: those are not its own.
        """
        response = exchange.response
        if response is None or response.status in GATEWAY:
            return None
        pages = known_pages()
        server = response.header("Server")
        product = pages.product_of(response)
        if product is not None:
            return product
        if not self._is_signed_otherwise(exchange, response, pages):
            return None
        return server if server is not None and self.values["Server"] != {server} else "something unnamed"

    def _is_signed_otherwise(self, exchange: Exchange, response: Response, pages: Pages) -> bool:
        signature = dict(self.signature)
        server = response.header("Server")
        wrong = {name for name, value in signature.items() if not _has(exchange, response, name, value)}
        if not wrong:  # a gateway that signs where the application never does
            return bool(self.answers >= ENOUGH and self.values["Server"] == {None} and pages.is_intermediary(server))
        if response.status == FAILED and not ("Server" in wrong and pages.is_intermediary(server)):
            return False
        kept = signature.keys() - wrong  # what refuses before the application's own code may leave out what that adds
        return "X-Powered-By" not in kept and ("Server" not in kept or pages.is_intermediary(server))


def _has(exchange: Exchange, response: Response, name: str, value: str) -> bool:
    return _echoes(exchange) if name == ECHO else response.header(name) == value


def _echoes(exchange: Exchange) -> bool:
    sent = exchange.request.header(ECHO)
    return sent is not None and exchange.response is not None and exchange.response.header(ECHO) == sent
