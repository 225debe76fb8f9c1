"""The words in which defects are reported: `defects.toml` holds them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from contracts.model.clause import Defect

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""A UUID in its usual spelling."""

TEXTS = tomllib.loads(Path(__file__).with_name("defects.toml").read_text("utf-8"))
"""What is said of each kind of defect, and what is suggested."""


def defect(text: str, line: int, /, **values: object) -> Defect:
    """Return a defect at `line` in the words of TEXTS; of `text`, the part before a dot is the kind of defect."""
    what, suggestion = (TEXTS[text][key].format(**values) for key in ("what", "suggestion"))
    return Defect(text.partition(".")[0], line, what, suggestion)


def in_lines(lines: Iterable[int]) -> str:
    """Return `line 3`, or `lines 3, 7`: each once, in order."""
    numbers = sorted(set(lines))
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
