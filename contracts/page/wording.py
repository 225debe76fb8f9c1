"""Shapes and words that several kinds of defect share."""

from __future__ import annotations

import re
from collections.abc import Iterable

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""A UUID in its usual spelling."""


def told(lines: Iterable[int]) -> str:
    """`line 3`, or `lines 3, 7`: each once, in order."""
    numbers = sorted(set(lines))
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
