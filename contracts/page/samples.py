"""Defects: samples that do not parse, that differ from the page or among each other, that show a credential."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from contracts.model.clause import Defect
from contracts.page.values import Page, Sample, grouped
from contracts.page.wording import defect, in_lines

_PLACEHOLDER = re.compile(
    r"[<>{}$\[\]…]|\.\.\.|\*\*|(?<![a-z0-9])(?:your|my|token|secret|key|example|x{3,})(?![a-z0-9])", re.IGNORECASE
)
_NAMES = {"bash": "a shell", "python": "Python 3", "json": "JSON"}


def find(page: Page) -> Iterator[Defect]:
    """All that can be said of the samples without the field lists."""
    for sample in page.samples:
        yield from _syntax(sample)
        yield from _address(page, sample)
    sent = [sample for sample in page.samples if sample.role == "request"]
    yield from _headers([sample for sample in sent if sample.call.headers])
    yield from _credentials(page)
    bodies = [sample for sample in sent if sample.call.payload is not None]
    for sample in bodies[1:]:
        if _sorted(bodies[0].call.payload) != _sorted(sample.call.payload):
            first = {"first": bodies[0].title, "at": bodies[0].line}
            yield defect("sample-bodies", sample.line, sample=_label(sample), **first)


def _label(sample: Sample) -> str:
    return f"The sample {sample.title or sample.language or 'without a title'}"


def _syntax(sample: Sample) -> Iterator[Defect]:
    """Without the parser's own words: they differ from one version of it to the next."""
    if line := sample.call.wrong:
        last = sample.text.rstrip("\n").count("\n") + 1
        said = {"sample": _label(sample), "language": _NAMES[sample.language]}
        yield defect("sample-syntax", sample.line + min(line, last), **said)
    elif sample.call.broken:
        yield defect("sample-json", sample.line, sample=_label(sample))


def _address(page: Page, sample: Sample) -> Iterator[Defect]:
    """The verb and the path of a sample against the front matter."""
    call, label = sample.call, _label(sample)
    if call.method and page.method and call.method != page.method:
        said = {"shown": call.method.upper(), "method": page.method.upper(), "at": page.front["method"]}
        yield defect("sample-method", sample.line, sample=label, **said)
    if call.url and page.path and page.path.startswith("/") and not _same_path(page.path, call.url):
        said = {"shown": urlsplit(call.url).path, "path": page.path, "at": page.front["title"]}
        yield defect("sample-path", sample.line, sample=label, **said)


def _same_path(title: str, url: str) -> bool:
    """Segment by segment from the end, as a host may serve the API below a prefix; a placeholder is any segment."""
    # A URL that begins with a variable, such as {{host}}/orders/, has its path after it.
    path = urlsplit(re.sub(r"^(?:\{\{[^}]*\}\}|\$\{?\w+\}?)", "", url)).path
    ours, theirs = title.split("/")[:0:-1], path.split("/")[:0:-1]
    pairs = zip(ours, theirs, strict=False)
    return len(ours) <= len(theirs) and all(one == other or _is_open(one) or _is_open(other) for one, other in pairs)


def _is_open(segment: str) -> bool:
    return segment.startswith(("{", ":", "<", "$", "["))


def _headers(sent: list[Sample]) -> Iterator[Defect]:
    """Headers that one sample of the request sends and another does not, or with another value."""
    names = {name.lower(): name for sample in sent for name, _ in sample.call.headers if name.lower() != "user-agent"}
    for name, written in names.items():
        pairs = [({key.lower(): value for key, value in sample.call.headers}.get(name), sample) for sample in sent]
        own = [
            (value, sample)
            for value, sample in pairs
            if value or name != "content-type" or not sample.call.declares_json
        ]
        values = grouped(own)
        if len(values) > 1:
            shown = [
                (value or "not at all", ", ".join(each.title for each in found)) for value, found in values.items()
            ]
            rare = min(values.values(), key=len)[0]
            ways = "; ".join(f"{value} in {titles}" for value, titles in shown)
            yield defect("sample-headers", rare.line_of(written), name=written, ways=ways)


def _credentials(page: Page) -> Iterator[Defect]:
    """A token in a sample that could be one, rather than the place where one's own goes."""
    sent = [(sample, *pair) for sample in page.samples for pair in sample.call.headers]
    values = [(sample, *value.rpartition(" ")) for sample, name, value in sent if name.lower() == "authorization"]
    shown = grouped(
        (scheme, sample.line_of(secret))
        for sample, scheme, _, secret in values
        if not _PLACEHOLDER.search(secret) and not secret.isupper()
    )
    for scheme, lines in shown.items():
        after = f" after {scheme}" if scheme else ""
        yield defect("sample-credential", min(lines), after=after, lines=in_lines(lines), scheme=scheme)


def _sorted(value: object) -> str:
    """Return a JSON value with its names in order; `true` is not 1, and 1 is not 1.0."""
    return json.dumps(value, sort_keys=True, default=repr)
