"""Marks that replace what is secret in an exchange, and the pattern by which oracles recognise an echo."""

from __future__ import annotations

import re

COOKIE = "[cookie]"
"""Replaces the value of a cookie. It is not the mark of an echo."""

ECHO = re.compile(r"\[(?:part of )?secret (?:valid|retailer|unpermitted|unknown(?: \d+)?|header [^\[\]\s]{1,200})\]")
"""Matches each mark of a secret that an answer repeats."""


def mark(label: str, *, whole: bool = True) -> str:
    """Return the text that replaces a secret, or a part of one."""
    return f"[secret {label}]" if whole else f"[part of secret {label}]"
