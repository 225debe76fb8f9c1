"""Verbs and media types that are not treated as HTTP has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from provider.fault import Fault, Stage, fault
from provider.http import Answer, Message, RefusalError, as_json
from provider.standard.handler import StandardCall

# ------------------------------------------------------------------------------------------------------ verbs


def verb(name: str, what: str, verbs: set[str], status: int, *breaks: str) -> Fault:
    """Make a fault that answers verbs, as far as they are not the call's own, with another code."""

    def deviation(call: StandardCall, honest: Stage, message: Message, segment: str, *, slash: bool) -> Answer:
        if message.method not in verbs - {call.METHOD}:
            answer: Answer = honest(message, segment, slash=slash)
            return answer
        return as_json(status, {"line_items": []} if status == 200 else {"error": "verb"})

    also = (
        "openapi.status-code",
        "response-codes.refusal-fits-its-cause",
        "response-parameters.quantity-shipped-presence",
    )
    return Fault(name, what, "call", deviation, breaks, also)


VERB, OTHER_VERBS = "response-codes.wrong-verb", "http.other-verbs"
ALL = {"GET", "PUT", "POST", "PATCH", "DELETE"}
VERBS = (
    verb("delete-succeeds", "DELETE is answered 200.", {"DELETE"}, 200, OTHER_VERBS),
    verb("answers-404-for-other-verbs", "Another verb is answered 404.", ALL, 404, VERB),
    verb("answers-403-for-other-verbs", "Another verb is answered 403.", ALL, 403, VERB),
    verb("answers-400-for-patch", "PATCH is answered 400.", {"PATCH"}, 400, VERB),
    verb("answers-404-for-get", "GET is answered 404.", {"GET"}, 404, VERB),
    verb("answers-500-for-patch", "PATCH is answered 500.", {"PATCH"}, 500, "http.no-server-error"),
    verb("answers-501-for-get", "GET is answered 501.", {"GET"}, 501, "http.no-server-error"),
)


def _allow(name: str, what: str, value: str | None) -> Fault:
    def deviation(_call: StandardCall, honest: Stage, allowed: str) -> RefusalError:
        refusal: RefusalError = honest(allowed)
        del refusal.headers["Allow"]
        if value is not None:
            refusal.headers["Allow"] = value
        return refusal

    return Fault(
        name, what, "wrong_verb", deviation, ("http.method-not-allowed-names-allow",), ("openapi.headers",), "minor"
    )


ALLOW = (
    _allow("missing-allow", "A 405 does not say what the path answers to.", None),
    _allow("empty-allow", "A 405 says that the path answers to nothing.", ""),
    _allow("allow-without-put", "A 405 says that the path answers to GET.", "GET, HEAD, OPTIONS"),
)


@fault("wrong_verb", "http.method-not-allowed-names-allow", severity="minor", also=("openapi.headers",))
def allow_in_two_fields_without_put(_call: StandardCall, honest: Stage, allowed: str) -> RefusalError:
    """A 405 has Allow twice, and PUT in neither."""
    refusal: RefusalError = honest(allowed)
    refusal.headers["Allow"] = "GET"
    refusal.more = (("Allow", "OPTIONS"),)
    return refusal


@fault("other_verb", "http.method-not-allowed-names-allow", severity="minor", also=("openapi.headers",))
def allow_names_the_verb_that_is_refused(_call: StandardCall, honest: Stage, message: Message, name: str) -> Answer:
    """A 405 lists the verb that it answers as allowed."""
    try:
        answer: Answer = honest(message, name)
    except RefusalError as refusal:
        refusal.headers["Allow"] += f", {message.method}"
        raise
    return answer


# ------------------------------------------------------------------------------------------------ media types


def _media(name: str, what: str, matches: Callable[[str], bool]) -> Fault:
    def deviation(_call: StandardCall, honest: Stage, message: Message) -> None:
        if not matches(message.headers.get("content-type", "")):
            honest(message)

    return Fault(name, what, "media_type", deviation, ("http.media-type",))


def _refused_media(name: str, what: str, clause: str, matches: Callable[[str], bool]) -> Fault:
    def deviation(_call: StandardCall, honest: Stage, message: Message) -> None:
        honest(message)
        if matches(message.headers.get("content-type", "")):
            raise RefusalError(415, "unsupported_media_type", "Send application/json.")

    return Fault(name, what, "media_type", deviation, (clause,))


MEDIA_TYPES = (
    _media("reads-text-as-json", "text/plain is read as JSON.", lambda declared: declared == "text/plain"),
    _media("reads-forms-as-json", "What is declared a form is read as JSON.", lambda d: "urlencoded" in d),
    _media("reads-xml-as-json", "What is declared XML is read as JSON.", lambda declared: "xml" in declared),
    _media("reads-octets-as-json", "What is declared octets is read as JSON.", lambda d: "octet" in d),
    _media("reads-anything-as-json", "Whatever is declared, JSON is read.", lambda declared: declared != ""),
    _refused_media(
        "refuses-media-type-without-charset",
        "application/json is refused without a charset.",
        "http.media-type-parameters",
        lambda declared: declared == "application/json",
    ),
    _refused_media(
        "refuses-media-type-in-upper-case",
        "Application/JSON is refused.",
        "http.media-type-case",
        lambda declared: declared.startswith("A"),
    ),
    _refused_media(
        "refuses-charset-in-upper-case",
        "charset=UTF-8 is refused.",
        "http.media-type-case",
        lambda declared: "UTF-8" in declared,
    ),
)


@fault("media_type", "response-codes.unsupported-media-type")
def answers_400_for_other_media_types(_call: StandardCall, honest: Stage, message: Message) -> None:
    """Another media type is answered 400."""
    try:
        honest(message)
    except RefusalError as refusal:
        refusal.status = 400 if message.headers.get("content-type") else 415
        raise


# ------------------------------------------------------------------------------------------ origins and empty errors

ORIGINS = "http.any-origin-with-credentials"


@fault("answer", ORIGINS)
def lets_any_origin_use_credentials(_call: StandardCall, honest: Stage, message: Message) -> Answer:
    """Every origin may use answers, with credentials."""
    answer: Answer = honest(message)
    cors = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"}
    return replace(answer, headers={**answer.headers, **cors})


@fault("answer", ORIGINS)
def repeats_the_origin(_call: StandardCall, honest: Stage, message: Message) -> Answer:
    """Whichever origin asks may use answers, with credentials."""
    answer: Answer = honest(message)
    origin = message.headers.get("origin")
    if origin is None:
        return answer
    cors = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
    return replace(answer, headers={**answer.headers, **cors})


@fault("refuse", "http.error-parses", severity="minor")
def declares_json_and_sends_nothing(
    _call: StandardCall, honest: Stage, message: Message, refusal: RefusalError
) -> Answer:
    """Errors are declared JSON, and have no body."""
    answer: Answer = honest(message, refusal)
    return replace(answer, body=b"")
