"""Defects: samples that do not parse, that differ from the page or among each other, that show a credential."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from contracts.model.clause import Defect
from contracts.page import languages
from contracts.page.values import Page, Sample
from contracts.page.wording import told

_PLACEHOLDER = re.compile(
    r"[<>{}$\[\]…]|\.\.\.|\*\*|(?<![a-z0-9])(?:your|my|token|secret|key|example|x{3,})(?![a-z0-9])", re.IGNORECASE
)
_NAMES = {"bash": "a shell", "python": "Python 3", "json": "JSON"}


def find(page: Page) -> Iterator[Defect]:
    """All that can be said of the samples without the field lists."""
    for sample in page.samples:
        yield from _syntax(sample)
        yield from _address(page, sample)
    yield from _headers(page)
    yield from _credentials(page)
    yield from _payloads(page)


def _label(sample: Sample) -> str:
    return f"The sample {sample.title or sample.language or 'without a title'}"


def _syntax(sample: Sample) -> Iterator[Defect]:
    """Without the parser's own words: they differ from one version of it to the next."""
    line = languages.trouble(sample.language, sample.text)
    if line:
        last = sample.text.rstrip("\n").count("\n") + 1
        what = f"{_label(sample)} does not parse as {_NAMES[sample.language]}."
        suggestion = "Run each sample once before it is published; as it stands nobody can copy this one."
        yield Defect("sample-syntax", sample.line + min(line, last), what, suggestion)
    elif sample.call.broken:
        what = f"{_label(sample)} carries a body that means to be JSON and does not parse."
        yield Defect("sample-json", sample.line, what, "Send a body that parses.")


def _address(page: Page, sample: Sample) -> Iterator[Defect]:
    """The verb and the path of a sample against the front matter."""
    call = sample.call
    if call.method and page.method and call.method != page.method:
        line = page.front["method"]
        what = (
            f"{_label(sample)} sends {call.method.upper()}; the front matter says {page.method.upper()} (line {line})."
        )
        yield Defect("sample-method", sample.line, what, "Let both name the same verb.")
    if call.url and page.path and page.path.startswith("/") and not _same_path(page.path, call.url):
        line = page.front["title"]
        what = f"{_label(sample)} goes to {urlsplit(call.url).path}; the title is {page.path} (line {line})."
        yield Defect("sample-path", sample.line, what, "Let both name the same path.")


def _same_path(title: str, url: str) -> bool:
    """Segment by segment from the end, as a host may serve the API below a prefix; a placeholder is any segment."""
    # A URL that begins with a variable, such as {{host}}/orders/, has its path after it.
    path = urlsplit(re.sub(r"^(?:\{\{[^}]*\}\}|\$\{?\w+\}?)", "", url)).path
    ours, theirs = title.split("/")[1:], path.split("/")[1:]
    beyond = len(theirs) - len(ours)
    return beyond >= 0 and all(
        one == other or _is_open(one) or _is_open(other) for one, other in zip(ours, theirs[beyond:], strict=True)
    )


def _is_open(segment: str) -> bool:
    return segment.startswith(("{", ":", "<", "$", "["))


def _headers(page: Page) -> Iterator[Defect]:
    """Headers that one sample of the request sends and another does not, or with another value."""
    sent = [sample for sample in page.samples if sample.call.headers and not sample.is_response]
    names = {name.lower(): name for sample in sent for name, _ in sample.call.headers if name.lower() != "user-agent"}
    for name, written in names.items():
        values: dict[str | None, list[Sample]] = {}
        for sample in sent:
            value = next((value for key, value in sample.call.headers if key.lower() == name), None)
            if value is not None or not (name == "content-type" and sample.call.declares_json):
                values.setdefault(value, []).append(sample)
        if len(values) > 1:
            yield _disagreement(written, values)


def _disagreement(name: str, values: dict[str | None, list[Sample]]) -> Defect:
    ways = (
        f"{'not at all' if value is None else value} in {', '.join(sample.title for sample in samples)}"
        for value, samples in values.items()
    )
    rare = min(values.values(), key=len)[0]
    what = f"The header {name} is not the same in all samples: {'; '.join(ways)}."
    return Defect("sample-headers", rare.line_of(name), what, "Send the same headers in every sample.")


def _credentials(page: Page) -> Iterator[Defect]:
    """A token in a sample that could be one, rather than the place where one's own goes."""
    shown: dict[str, list[int]] = {}
    for sample in page.samples:
        for name, value in sample.call.headers:
            scheme, _, secret = value.rpartition(" ")
            if name.lower() == "authorization" and not _PLACEHOLDER.search(secret) and not secret.isupper():
                shown.setdefault(scheme, []).append(sample.line_of(secret))
    for scheme, lines in shown.items():
        after = f" after {scheme}" if scheme else ""
        what = f"The samples send what could be somebody's token{after} in Authorization ({told(lines)})."
        suggestion = f"Write a placeholder, such as `{scheme} <your token>`: a copied sample fails without saying why."
        yield Defect("sample-credential", min(lines), what, suggestion)


def _payloads(page: Page) -> Iterator[Defect]:
    """Samples of one request whose bodies differ from that of the first."""
    sent = [sample for sample in page.samples if sample.call.payload is not None and not sample.is_response]
    for sample in sent[1:]:
        difference = next(_differences("", sent[0].call.payload, sample.call.payload), None)
        if difference:
            what = f"{_label(sample)} sends another body than {sent[0].title} (line {sent[0].line}): {difference}."
            yield Defect("sample-bodies", sample.line, what, "Show the same request in every language.")


def _differences(place: str, one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            if key in one and key in other:
                yield from _differences(f"{place}/{key}", one[key], other[key])
            else:
                yield f"{place}/{key} stands in one of them only"
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, pair in enumerate(zip(one, other, strict=True)):
            yield from _differences(f"{place}/{index}", *pair)
    elif type(one) is not type(other) or one != other:
        yield f"{place or 'the whole'} is not the same"
