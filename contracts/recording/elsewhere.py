"""Credentials that a recorded request has outside of Authorization, by what servers call them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

NAME: Final = r"(?:x-)?(?:access|auth|api)?[-_]?(?:token|key)"
"""Such as `token`, `access_token`, `api-key` and `X-Auth-Token`, in any letter case."""

_IN_JSON: Final = re.compile(rf'"{NAME}"\s*:\s*"([^"\\]+)"', re.IGNORECASE)
_NAMED: Final = re.compile(NAME, re.IGNORECASE)


def given(asked: Mapping[str, Any], headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Return the values that are credentials by their names: in headers, cookies, the query and the body."""
    return tuple(dict.fromkeys(value for value in _values(asked, headers) if value))


def _values(asked: Mapping[str, Any], headers: tuple[tuple[str, str], ...]) -> Iterator[str]:
    yield from (value for name, value in headers if _NAMED.fullmatch(name))
    url, post = asked.get("url"), asked.get("postData")
    text = post.get("text") if isinstance(post, Mapping) else None
    forms = [urlsplit(url).query] if isinstance(url, str) else []
    if isinstance(text, str):
        yield from _IN_JSON.findall(text)
        forms += [] if text.lstrip().startswith(("{", "[")) else [text]
    forms += [value.replace("; ", "&") for name, value in headers if name.lower() == "cookie"]
    for form in forms:
        yield from (value for name, value in parse_qsl(form) if _NAMED.fullmatch(name))
