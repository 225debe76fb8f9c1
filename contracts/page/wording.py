"""The words in which defects are reported: `defects.toml` holds them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from pathlib import Path

from contracts.model.clause import Defect

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""A UUID in its usual spelling."""

TEXTS = tomllib.loads(Path(__file__).with_name("defects.toml").read_text("utf-8"))
"""What is said of each kind of defect, and what is suggested."""


def defect(text: str, lines: int | Collection[int], /, **values: object) -> Defect:
    """Return a defect on these lines in the words of TEXTS, which may have `values` and their attributes in them.

    The part of `text` before a dot is the kind of defect; `{lines}` in the words are all lines.
    """
    numbers = [lines] if isinstance(lines, int) else lines
    what, suggestion = (
        TEXTS[text][key].format(**{"lines": in_lines(numbers)} | values) for key in ("what", "suggestion")
    )
    return Defect(text.partition(".")[0], min(numbers), what, suggestion)


def in_lines(lines: Collection[int]) -> str:
    """Return `line 3`, or `lines 3, 7`: each once, in order."""
    numbers = sorted(set(lines))
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
