"""The languages samples are written in, and whether a sample parses in its own."""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
import subprocess
import warnings
from typing import Any

NAMES = {
    "bash": ("bash", "sh", "shell", "console", "zsh", "curl"),
    "json": ("json",),
    "python": ("python", "python3", "py"),
    "javascript": ("javascript", "js", "node"),
}
"""The languages known here, each with the words that fences use for it."""

_SECONDS = 10
_ANSI_C = re.compile(r"\$'(?:\\.|[^'\\])*'", re.DOTALL)


def name(info: str, code: str) -> str:
    """The language of a sample, from the words at its fence; where there are none, from how it begins."""
    word = info.split(maxsplit=1)[0].lower() if info.split() else ""
    if not word:
        start = code.lstrip()
        word = "json" if start.startswith(("{", "[")) else "bash" if start.startswith(("curl ", "http ")) else ""
    return next((language for language, words in NAMES.items() if word in words), word)


def trouble(language: str, code: str) -> int | None:
    """The line of a sample at which it does not parse; None where it does, or its language has no parser here."""
    check = {"json": _json, "python": _python, "bash": _bash}.get(language)
    return check(code) if check else None


def load_json(text: str) -> Any:
    """The value of a JSON text. Raises ValueError, also for NaN, for a key that stands twice, for depth."""
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _json(code: str) -> int | None:
    try:
        load_json(code)
    except json.JSONDecodeError as error:
        return error.lineno
    except ValueError:
        return 1
    return None


def _python(code: str) -> int | None:
    try:
        parse_python(code)
    except SyntaxError as error:
        return error.lineno or 1
    except ValueError:
        return 1
    return None


def parse_python(code: str) -> ast.Module:
    """The tree of Python code. Raises SyntaxError, and ValueError for what the parser cannot hold."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (RecursionError, MemoryError) as error:
        raise ValueError("it is nested too deeply") from error


def _bash(code: str) -> int | None:
    """As bash reads it without running it, where there is a bash; and as far as quotes go, everywhere."""
    bash = shutil.which("bash")
    if bash:
        # -n runs nothing; the empty environment keeps BASH_ENV from running something before it.
        done = subprocess.run(  # noqa: S603
            [bash, "-n"], input=code.encode(), capture_output=True, env={}, timeout=_SECONDS, check=False
        )
        if done.returncode:
            said = re.search(rb"line (\d+): ", done.stderr)
            return int(said[1]) if said else 1
    try:
        shlex.split(_ANSI_C.sub("''", code), comments=True)
    except ValueError:
        return 1
    return None
