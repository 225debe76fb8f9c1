"""What answers in front of the application: recognised by headers and known default pages, never by content alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.judging.attempts import GATEWAY
from contracts.judging.products import Products, known_products
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
        products = known_products()
        server = response.header("Server")
        product = products.product_of(response)
        if product is not None:
            return product
        if not self._is_signed_otherwise(exchange, response, products):
            return None
        return server if server is not None and self.values["Server"] != {server} else "something unnamed"

    def _is_signed_otherwise(self, exchange: Exchange, response: Response, products: Products) -> bool:
        signature = dict(self.signature)
        server = response.header("Server")
        wrong = {name for name, value in signature.items() if not _has(exchange, response, name, value)}
        if not wrong:  # a gateway that signs where the application never does
            return bool(self.answers >= ENOUGH and self.values["Server"] == {None} and products.is_intermediary(server))
        if response.status == FAILED and not ("Server" in wrong and products.is_intermediary(server)):
            return False
        kept = signature.keys() - wrong  # what refuses before the application's own code may leave out what that adds
        return "X-Powered-By" not in kept and ("Server" not in kept or products.is_intermediary(server))


def _has(exchange: Exchange, response: Response, name: str, value: str) -> bool:
    return _echoes(exchange) if name == ECHO else response.header(name) == value


def _echoes(exchange: Exchange) -> bool:
    sent = exchange.request.header(ECHO)
    return sent is not None and exchange.response is not None and exchange.response.header(ECHO) == sent
