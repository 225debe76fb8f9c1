"""How names are spelled: what somebody meant by one that does not exist, and the name of a target's table."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit


def meant(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean NAME?" with the name in `known` that is spelled most like `name`, or "" if none is."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]}?" if near else ""


def table_name(target: str) -> str:
    """Return the name of a target's table in TOML: its own, in quotes if needed, or one made of the host of a URL."""
    host = urlsplit(target).netloc.rpartition("@")[2] if "://" in target else ""
    name = re.sub(r"[^A-Za-z0-9]+", "-", host).strip("-") if host else target
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)
