"""Lines about a recording: what it contains besides calls of the API, what it lacks, and which setting would help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from contracts.model.unknown import Part
from contracts.recording.reading import SHOWN, RecordedCalls

HELP = {
    Part.CREDENTIAL: "no request has an Authorization header; in Chrome, allow HAR with sensitive data (settings of "
    "the developer tools, Network), or record with mitmproxy",
    Part.TIME: "startedDateTime is missing or not a date",
    Part.REQUEST_HEADERS: "record with mitmproxy, or export from the network panel and not from a script",
    Part.REQUEST_BODY: "export with request bodies; Playwright: recordHarContent `embed` or `attach`",
    Part.RESPONSE_HEADERS: "record with mitmproxy: a browser hides headers of other origins from a script",
    Part.RESPONSE_BODY: "Chrome: `Preserve log`, and export before the tab is closed; Firefox: "
    "devtools.netmonitor.har.includeResponseBodies; Playwright: recordHarContent `embed` or `attach`",
}
"""What to change where an exporter left something out."""


def other_contents(found: RecordedCalls) -> Iterator[str]:
    """Yield what the recording contains besides the calls that were read."""
    for kind, number in sorted(found.skipped.items()):
        yield f"skipped: {number} of the kind: {kind}"
    if found.elsewhere:
        places = ", ".join(f"{base} ({number})" for base, number in found.elsewhere.most_common(SHOWN))
        yield f"skipped: {_calls(found.elsewhere.total())} to other places than {found.base}: {places}"
    prefix = found.base.partition("://")[2].partition("/")[2]
    if prefix and not found.ours and found.base in found.bases:
        yield f"all calls that were judged have the prefix /{prefix} before the documented path: {found.base}"


def lacking(found: RecordedCalls) -> Iterator[str]:
    """Yield what is unknown, and so not judged."""
    for part in Part:
        if number := found.lacks[part]:
            yield f"unknown in {_calls(number)}, and not judged: {part}. {HELP[part]}"
    if found.unreadable:
        yield f"{found.unreadable} entries cannot be read; first: {'; '.join(found.named)}"
    yield from (f"the recording was read as far as it goes: {place}" for place in found.ended_early)


def instead(found: RecordedCalls) -> str:
    """Return what a recording contains in which there is no call to judge."""
    if found.bases and found.base not in found.bases:
        return f"no call to {found.base}; it holds calls to {', '.join(sorted(found.bases)[:SHOWN])}"
    kinds = Counter({**found.skipped, **({"read-back of an order": found.read_backs} if found.read_backs else {})})
    kinds_found = [f"{number} of the kind: {kind}" for kind, number in sorted(kinds.items())]
    kinds_found += [f"{number} of {what}" for what, number in found.others.most_common(SHOWN)]
    more = len(found.others) - SHOWN
    return "; ".join([*kinds_found, *([f"and {more} other kinds of call"] if more > 0 else [])]) or "nothing"


def _calls(number: int) -> str:
    return f"{number} call{'' if number == 1 else 's'}"
