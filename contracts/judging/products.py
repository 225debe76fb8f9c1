"""Products that handle requests before applications: how they show in the answers that they give on their own."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.model.exchange import Response

LOOKED_AT = 8_192
"""Bytes of a body in which a default page shows what it is."""


@dataclass(frozen=True)
class Products:
    """How products show, by their names."""

    #: What is in a default page, by the name of the product.
    pages: Mapping[str, re.Pattern[bytes]]
    #: The same for errors in JSON.
    faults: Mapping[str, re.Pattern[bytes]]
    #: The name of the product by the header, in lower case, that only its own answers have.
    headers: Mapping[str, str]
    #: The values of `Server` that such products send.
    servers: re.Pattern[str]

    def product_of(self, response: Response) -> str | None:
        """Return the product whose own answer this is, by a header or as its default page; None if that is unknown."""
        if (signer := self.signer_of(response)) is not None:
            return signer
        body = response.body[:LOOKED_AT].lstrip()
        known = self.faults if body[:1] in {b"{", b"["} else self.pages
        return next((name for name, page in known.items() if page.search(body)), None) if body else None

    def signer_of(self, response: Response) -> str | None:
        """Return the product whose own answer this is, by a header alone; None if that is unknown."""
        names = (name.lower() for name, _ in response.headers)
        return next((self.headers[name] for name in names if name in self.headers), None)

    def is_intermediary(self, server: str | None) -> bool:
        """Return True if `server` is the name of a product that handles requests before applications."""
        return server is not None and self.servers.match(server) is not None


@functools.cache
def known_products() -> Products:
    """Return what is known of intermediaries (intermediaries.toml)."""
    data = tomllib.loads(Path(__file__).with_name("intermediaries.toml").read_text("utf-8"))
    pages, faults = (
        {name: re.compile(text.encode(), re.DOTALL) for name, text in data[table].items()}
        for table in ("pages", "faults")
    )
    headers = {name.lower(): product for product, name in data["headers"].items()}
    return Products(pages, faults, headers, re.compile("|".join(data["servers"]), re.IGNORECASE))
