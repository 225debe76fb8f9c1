"""Defects: samples that do not parse, that differ from the page or among each other, that show a credential."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from contracts.model.clause import Defect
from contracts.page.kept import defect
from contracts.page.values import FORMAT, Page, grouped

_PLACEHOLDER = re.compile(
    r"[<>{}$\[\]…]|\.\.\.|\*\*|(?<![a-z0-9])(?:your|my|token|secret|key|example|x{3,})(?![a-z0-9])", re.IGNORECASE
)


def _syntax(page: Page) -> Iterator[Defect]:
    """Without the parser's own words: they differ from one version of it to the next."""
    for sample in page.samples:
        if line := sample.call.wrong:
            at = sample.line + min(line, sample.text.rstrip("\n").count("\n") + 1)
            yield defect("sample-syntax", at, sample=sample, language=FORMAT["parsers"].get(sample.language))
        elif sample.call.broken:
            yield defect("sample-json", sample.line, sample=sample)


def _addresses(page: Page) -> Iterator[Defect]:
    """The verb and the path of a sample against the front matter."""
    for sample in page.samples:
        method, url = sample.call.method, sample.call.url
        if method and page.method and method != page.method:
            said = {"sent": method.upper(), "said": page.method.upper()}
            yield defect("sample-method", sample.line, sample=sample, page=page, **said)
        if url and page.path and page.path.startswith("/") and not _same_path(page.path, _path(url)):
            yield defect("sample-path", sample.line, sample=sample, page=page, sent=_path(url))


def _path(url: str) -> str:
    """Return the path of a URL, which may begin with a variable such as `{{host}}` or `$HOST`."""
    return re.sub(r"^(?:\w+://[^/]*|\{\{[^}]*\}\}|\$\{?\w+\}?)|[?#].*", "", url)


def _same_path(title: str, path: str) -> bool:
    """Segment by segment from the end, as a host may serve the API below a prefix; a placeholder is any segment."""
    ours, theirs = title.split("/")[:0:-1], path.split("/")[:0:-1]
    pairs = zip(ours, theirs, strict=False)
    return len(ours) <= len(theirs) and all(one == other or _is_open(one) or _is_open(other) for one, other in pairs)


def _is_open(segment: str) -> bool:
    return segment.startswith(("{", ":", "<", "$", "["))


def _headers(page: Page) -> Iterator[Defect]:
    """Headers that one sample of the request sends and another does not, or with another value."""
    sent = [sample for sample in page.samples if sample.role == "request" and sample.call.headers]
    names = {name.lower(): name for sample in sent for name, _ in sample.call.headers if name.lower() != "user-agent"}
    for name, written in names.items():
        pairs = [({key.lower(): value for key, value in sample.call.headers}.get(name), sample) for sample in sent]
        on_its_own = [pair for pair in pairs if name == "content-type" and not pair[0] and pair[1].call.declares_json]
        values = grouped(pair for pair in pairs if pair not in on_its_own)
        if len(values) > 1:
            ways = [f"{value or 'not at all'} in {', '.join(each.title for each in values[value])}" for value in values]
            rare = min(values.values(), key=len)[0]
            yield defect("sample-headers", rare.line_of(written), name=written, ways="; ".join(ways))


def _credentials(page: Page) -> Iterator[Defect]:
    """A token in a sample that could be one, rather than the place where one's own goes."""
    found: list[tuple[str, int]] = []
    for sample, (name, value) in [(each, header) for each in page.samples for header in each.call.headers]:
        scheme, _, secret = value.rpartition(" ")
        if name.lower() == "authorization" and not _PLACEHOLDER.search(secret) and not secret.isupper():
            found.append((scheme, sample.line_of(secret)))
    for scheme, lines in grouped(found).items():
        yield defect("sample-credential", lines, after=f" after {scheme}" if scheme else "", scheme=scheme)


def _bodies(page: Page) -> Iterator[Defect]:
    """Bodies that are not that of the first sample; in JSON, `true` is not 1, and 1 is not 1.0."""
    sent = [sample for sample in page.samples if sample.role == "request" and sample.call.payload is not None]
    texts = [json.dumps(sample.call.payload, sort_keys=True) for sample in sent]
    others = [sample for sample, text in zip(sent, texts, strict=True) if text != texts[0]]
    yield from (defect("sample-bodies", sample.line, sample=sample, first=sent[0]) for sample in others)


CHECKS = (_syntax, _addresses, _headers, _credentials, _bodies)
"""What finds defects of the samples without the field lists."""
