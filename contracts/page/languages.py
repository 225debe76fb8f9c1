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
_ANSI_C = re.compile(r"\$'((?:\\.|[^'\\])*)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}


def name(info: str, code: str) -> str:
    """The language of a sample, from the words at its fence; where there are none, from how it begins."""
    word = (info.split() or [""])[0].lower()
    if not word:
        start = code.lstrip()
        word = "json" if start.startswith(("{", "[")) else "bash" if start.startswith(("curl ", "http ")) else ""
    return next((language for language, words in NAMES.items() if word in words), word)


def trouble(language: str, code: str) -> int | None:
    """The line of a sample at which it does not parse; None where it does, or its language has no parser here."""
    check = {"json": load_json, "python": parse_python, "bash": _parse_bash}.get(language)
    try:
        if check:
            check(code)
    except (SyntaxError, ValueError) as error:
        return getattr(error, "lineno", None) or 1
    return None


def load_json(text: str) -> Any:
    """The value of a JSON text. Raises ValueError, also for NaN, for a key that is there twice, for depth."""
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice in one object")
    return found


def parse_python(code: str) -> ast.Module:
    """The tree of Python code. Raises SyntaxError, and ValueError for what the parser cannot hold."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (RecursionError, MemoryError) as error:
        raise ValueError("it is nested too deeply") from error


def shell_words(code: str) -> list[str]:
    """The words of a shell command. Raises ValueError where a quote is not closed."""
    plain = _ANSI_C.sub(lambda match: shlex.quote(unescaped(match[1])), code.replace("\\\n", " "))
    return shlex.split(plain, comments=True)


def _parse_bash(code: str) -> None:
    """Raise SyntaxError or ValueError if bash cannot read the code, where there is a bash, or a quote is not closed."""
    if bash := shutil.which("bash"):
        # -n runs nothing; the empty environment keeps BASH_ENV from running something before it.
        done = subprocess.run(  # noqa: S603
            [bash, "-n"], input=code.encode(), capture_output=True, env={}, timeout=_SECONDS, check=False
        )
        if done.returncode:
            said = re.search(rb"line (\d+): ", done.stderr)
            raise SyntaxError("bash cannot read it", (None, int(said[1]) if said else 1, None, None))
    shell_words(code)


def unescaped(text: str) -> str:
    """A string literal's text with its backslash escapes carried out, as C, JavaScript and bash's `$''` have them."""
    return _ESCAPE.sub(lambda match: _CONTROL.get(match[1]) or _character(match[1]), text)


def _character(escape: str) -> str:
    return chr(int(escape[1:], 16)) if len(escape) > 1 else _CONTROL.get(escape, escape)
