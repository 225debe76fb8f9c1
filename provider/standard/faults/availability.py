"""What comes and goes whatever is sent, and what answers in front of the call."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from provider.fault import Stage, fault
from provider.http import Answer, Message, RefusalError
from provider.standard.handler import StandardCall

SECTION = "availability"
FORBIDDEN = b"""<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head>
<title>403 Forbidden</title>
</head><body>
<h1>Forbidden</h1>
<p>You don't have permission to access this resource.</p>
</body></html>
"""


def _is_nth(call: StandardCall, number: int) -> bool:
    """Return True for each so many-th request of a call."""
    counted: int = getattr(call, "counted", 0) + 1
    call.__dict__["counted"] = counted
    return counted % number == 0


@fault("call", f"{SECTION}.no-intermittent-errors", again=True)
def fails_now_and_then(call: StandardCall, honest: Stage, message: Message, name: str, *, slash: bool) -> Answer:
    """Each seventh request is answered 500, whatever it says."""
    if _is_nth(call, 7):
        raise RefusalError(500, "server_error", "database is locked")
    answer: Answer = honest(message, name, slash=slash)
    return answer


@fault("answer", f"{SECTION}.every-request-is-answered", severity="minor", again=True)
def answers_502_now_and_then(call: StandardCall, honest: Stage, message: Message) -> Answer:
    """Each fortieth request is answered 502."""
    if _is_nth(call, 40):
        return Answer(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", {"Content-Type": "text/html"})
    answer: Answer = honest(message)
    return answer


@fault("answer", f"{SECTION}.answers-in-time", severity="minor")
def answers_late_once(call: StandardCall, honest: Stage, message: Message) -> Answer:
    """The fiftieth request of the call is answered after more than five seconds."""
    if message.method == call.METHOD and _is_nth(call, 50) and not getattr(call, "late", False):
        call.__dict__["late"] = True
        time.sleep(5.5)
    answer: Answer = honest(message)
    return answer


@fault("refuse", "http.content-coding-not-requested", severity="minor")
def answers_415_in_brotli(_call: StandardCall, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
    """A refused media type is answered in a content coding that the request did not ask for."""
    answer: Answer = honest(message, refusal)
    if answer.status != 415:
        return answer
    # One piece that is stored as it is (RFC 7932 section 9.2), and the end.
    body = b"\x8b\x02\x80" + answer.body + b"\x03"
    return replace(answer, body=body, headers={**answer.headers, "Content-Encoding": "br"})


@fault("answer", f"{SECTION}.no-intermediary-answers", severity="minor")
def has_a_firewall(_call: StandardCall, honest: Stage, message: Message) -> Answer:
    """A firewall refuses requests with markup, and shows its own page."""
    if b"<script" in message.body or b"<svg" in unquote_to_bytes(message.path):
        return Answer(403, FORBIDDEN, {"Content-Type": "text/html; charset=iso-8859-1"})
    answer: Answer = honest(message)
    return answer
