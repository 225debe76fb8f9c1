"""Answers that repeat the token in a way that is not seen at first sight."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from provider.fault import Fault, Stage, fault
from provider.http import Answer, Message, RefusalError
from provider.standard.handler import StandardCall

ECHO = "authentication.token-not-echoed"


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "hex": lambda token: token.encode().hex(),
    "double-percent-signs": lambda token: quote("".join(f"%{byte:02x}" for byte in token.encode())),
    "octal-escapes": lambda token: "".join(f"\\{byte:03o}" for byte in token.encode()),
    "html-entities": lambda token: "".join(f"&#{byte:05}" for byte in token.encode()),
    "base64-of-utf-16": lambda token: base64.b64encode(token.encode("utf-16-le")).decode(),
    "full-width": _wide,
    "reverse": lambda token: token[::-1],
}
"""How a token is written, by the end of the fault's name."""


def _spelled(name: str) -> Fault:
    def deviation(call: StandardCall, honest: Stage, message: Message, refusal: RefusalError) -> Answer:
        answer: Answer = honest(message, refusal)
        seen = json.dumps({"seen": SPELLINGS[name](call.tokens.supplier)}).encode()
        return replace(answer, body=seen[:-1] + b', "error": ' + answer.body + b"}")

    what = f"A refusal repeats the token in {name.replace('-', ' ')}."
    return Fault(f"echoes-the-token-in-{name}", what, "refuse", deviation, (ECHO,), severity="critical")


SPELLED = tuple(_spelled(name) for name in SPELLINGS)


@fault("answer", ECHO, severity="critical")
def echoes_three_quarters_of_the_token(call: StandardCall, honest: Stage, message: Message) -> Answer:
    """Every answer repeats the first three quarters of the token in a header."""
    answer: Answer = honest(message)
    token = call.tokens.supplier
    return replace(answer, headers={**answer.headers, "X-Token": f"{token[: -(len(token) // 4)]}..."})


@fault("answer", ECHO, severity="critical")
def names_a_header_after_the_token(call: StandardCall, honest: Stage, message: Message) -> Answer:
    """Every answer has a header whose name holds the token."""
    answer: Answer = honest(message)
    return replace(answer, headers={**answer.headers, f"X-User-{call.tokens.supplier}": "1"})
