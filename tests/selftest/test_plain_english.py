"""Plain English: expressions that a non-native reader stumbles over are in no code, document, message or report."""

import re
from fnmatch import fnmatch

import pytest

from contracts import ROOT

INSTEAD = {
    "anew": "again",
    "as it were": "nothing",
    "asunder": "apart",
    "at once": "concurrently, immediately",
    "beside": "next to, with, in addition to",
    "but for": "except",
    "(?:by|of) itself": "on its own",
    "hears?|heard": "collected, received, recorded",
    r"(?<!there )(?<!there_)is no(?![\s_-](?:longer|more|one|such)(?![a-z]))": "is not a",
    "lawful": "allowed, correct",
    "leave to|(?:no|without) leave": "permission to, no permission, without permission",
    "lends?|lent": "test order, provide",
    "live[ds]? with": "accept",
    "minds?|minded": "report, object to",
    "nobody(?:'?s)?": "no one, unknown, a passive",
    "once more": "again",
    "stands?|stood": "is, is written, is stored; of what stands for another: represents, means",
    "there is none": "not found, missing",
    "thereof|whereby": "of it, by which",
    "told": "says, is named; of a name: a noun for what it holds",
    "whoever": "who, the one who",
}
"""What to write instead, by expression. A space is any white space, `_`, `-`, or the `#` of a comment's next line."""

EXCEPTIONS = [
    ("contracts/allocate_order/request_parameters.py", "beside its own"),  # the id of a case, which recordings name
    ("tests/selftest/standard/test_oracles_paths.py", "beside its own"),  # the same
    ("docs/clauses.md", "beside its own"),  # the same
    ("contracts/allocate_order/state.py", '"two at once"'),  # a label: signatures in ledgers are made of it
    ("contracts/standard/url_parameters.py", "is no hexadecimal digit"),  # the same
    ("tests/selftest/standard/test_oracles_paths.py", "is no hexadecimal digit"),  # the same
]
"""Texts that are right where they are, by the file."""

LOOKED_AT = ("*.py", "*.md", "*.toml", "*.yaml", "*.yml", "*.json", "*.mjs", "*Makefile")
NOT_OURS = ("reports", "build", "dist")
"""Folders of the root that are written by runs and tools."""

LEFT_OUT = (
    "*/node_modules/*",
    "*.egg-info/*",
    "*/recordings/*.har",  # made by other tools
    "tests/selftest/pages/*",  # pages in the words of their owners
    "tests/selftest/mistakes/page.md",
    "*-lock.json",
    "tests/selftest/test_plain_english.py",
)


def pattern(expression):
    """Return the pattern of an expression: whole words in any letter case, with any of the ways to part two words."""
    parted = re.sub(r" (?![()])", r"[\\s_#-]+", expression)
    return re.compile(rf"(?<![A-Za-z])(?:{parted})(?![A-Za-z])", re.IGNORECASE)


PATTERNS = {pattern(expression): instead for expression, instead in INSTEAD.items()}


def findings(path, text):
    """Yield a line for each expression in the text of a file: its place, the words, and what to write instead."""
    for file, exception in EXCEPTIONS:
        if file == path:
            text = text.replace(exception, "")
    for expression, instead in PATTERNS.items():
        for match in expression.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path}:{line}: {match[0]!r}: write {instead}"


def looked_at():
    """Yield the paths of the files in which expressions are looked for, relative to the root of the project."""
    for top in sorted(ROOT.iterdir()):
        if top.name.startswith(".") or top.name in NOT_OURS:
            continue
        for file in [top] if top.is_file() else sorted(top.rglob("*")):
            path = file.relative_to(ROOT).as_posix()
            if any(fnmatch(path, each) for each in LOOKED_AT) and not any(fnmatch(path, each) for each in LEFT_OUT):
                yield path


def test_no_file_has_an_expression_that_is_not_used():
    texts = {path: (ROOT / path).read_text("utf-8", "replace") for path in looked_at()}

    assert [line for path, text in texts.items() for line in findings(path, text)] == []


@pytest.mark.parametrize(("path", "text"), EXCEPTIONS)
def test_an_exception_is_needed(path, text):
    assert text in (ROOT / path).read_text("utf-8")
    assert any(expression.search(text) for expression in PATTERNS)


@pytest.mark.parametrize(
    "text",
    [
        *("anew", "at once", "at\n    # once", "Beside it", "but for it", "by itself", "it is no UUID", "lawful"),
        *("leave to allocate", "no_leave", "a lent order", "_lend", "nobody's", "once\nmore", "what stands there"),
        *("where there is none", "told_", "whoever"),
    ],
)
def test_an_expression_is_seen_in_every_form(text):
    assert [line.partition(": ")[0] for line in findings("a.py", f"first\n{text}")] == ["a.py:2"]


@pytest.mark.parametrize(
    "text",
    [
        "besides",
        "silent",
        "it is no longer there",
        "there is no order",
        "is no one",
        "leave it out",
        "standing",
        "is not",
    ],
)
def test_other_words_are_not_taken_for_one(text):
    assert list(findings("a.py", text)) == []
