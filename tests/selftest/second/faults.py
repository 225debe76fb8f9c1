"""What the second provider can do wrong: each switch, the clauses that must see it, and those that may too."""

QUANTITIES = ("quantity-accepted", "quantity-rejected", "quantity-backordered")
AT, RESPONSE, DATE = "allocation-object", "response-parameters", "allocation-object.backorder-date"
TYPES = tuple(f"{AT}.{name}-type" for name in QUANTITIES)
NEGATIVES = tuple(f"{AT}.{name}-negative" for name in QUANTITIES)
OVERFLOWS = tuple(f"{AT}.{name}-overflow" for name in QUANTITIES)
OVER, EACH = f"{AT}.sum-exceeds-ordered", f"{AT}.sum-checked-per-line-item"
STATE = ("state.read-back", "state.replaced", "state.repeat", "state.concurrent")

FAULTS = {
    "takes-true-for-one": (TYPES, ()),
    "cuts-fractions-off": (TYPES, ()),
    "takes-whatever-is-empty-for-zero": (TYPES, (f"{AT}.spelling-integral-number",)),
    "reads-digits-at-the-beginning": (TYPES, (f"{AT}.spelling-spaces",)),
    "drops-the-sign": (NEGATIVES, ()),
    "counts-in-32-bits": (OVERFLOWS, ()),
    "is-one-off": ((OVER, EACH), ()),
    "does-not-count-backorders": ((OVER, EACH), ("state.read-back",)),
    "checks-the-first-line-item-only": (
        (*TYPES, *NEGATIVES, EACH, f"{DATE}-calendar"),
        (*STATE, "state.all-or-nothing"),
    ),
    "does-not-look-at-dates": (
        (f"{DATE}-calendar", f"{DATE}-malformed"),
        ("state.read-back", f"{DATE}-other-form"),
    ),
    "completes-dates": ((f"{DATE}-malformed",), ()),
    "knows-no-leap-years": ((f"{DATE}-leap-day",), ()),
    "finds-line-items-of-any-order": (
        ("request-parameters.other-orders-line-item",),
        ("state.other-order-untouched", "request-parameters.some-line-items-only"),
    ),
    "makes-orders-up": (("url-parameters.unknown-order",), ("url-parameters.order-uuid-malformed",)),
    "fails-without-line-items": (("http.no-server-error",), ()),
    "shows-tracebacks": (("http.no-internals", "http.no-server-error"), ()),
    "takes-no-json-for-nothing": (
        ("http.malformed-json", "http.json-constants", "request-parameters.body-required"),
        ("http.invalid-utf-8", f"{RESPONSE}.every-line-item-answered", *OVERFLOWS),
    ),
    "forces-json": (("http.media-type",), ()),
    "takes-patch-too": (("http.other-verbs",), ()),
    "writes-its-own-405": (("http.method-not-allowed-names-allow",), ("openapi.headers",)),
    "leaves-errors-to-the-framework": (("http.error-media-type",), ("openapi.content-type",)),
    "shows-what-it-was-sent": (
        ("http.no-reflection", "http.error-media-type"),
        ("openapi.content-type", "authentication.token-not-echoed"),
    ),
    "forgets-the-challenge": (("authentication.challenge",), ("openapi.headers",)),
    "forbids-strangers": (("response-codes.bad-credentials",), ("response-codes.refusal-fits-its-cause",)),
    "repeats-the-header": (("authentication.token-not-echoed",), ()),
    "takes-the-last-word-for-the-token": (("authentication.other-scheme", "authentication.bare-token"), ()),
    "compares-tokens-in-lower-case": (("authentication.near-miss",), ()),
    "compares-the-beginning-of-tokens": (("authentication.near-miss",), ()),
    "asks-for-no-role": (("authentication.wrong-requester",), ()),
    "answers-without-content": (("response-codes.success",), ("openapi.status-code",)),
    "answers-by-position": ((f"{RESPONSE}.every-line-item-answered",), (f"{RESPONSE}.other-line-items",)),
    "answers-the-last-line-item-alone": ((f"{RESPONSE}.every-line-item-answered",), ()),
    "prints-a-dictionary": ((f"{RESPONSE}.json-parses",), ("openapi.body",)),
    "forgets-the-media-type": ((f"{RESPONSE}.media-type",), ("openapi.content-type",)),
    "writes-decimals-as-strings": ((f"{RESPONSE}.quantity-shipped-type",), ("openapi.body",)),
    "counts-what-was-never-ordered": ((f"{RESPONSE}.quantity-shipped-range",), ()),
    "writes-four-places": ((f"{RESPONSE}.sku-cost-two-places",), ("openapi.body",)),
    "stores-before-all-is-checked": (("state.all-or-nothing",), ()),
    "writes-field-by-field": (("state.concurrent",), STATE),
    "forgets-dates": (("state.read-back",), STATE),
    "keeps-what-was-stored": (("state.replaced",), STATE),
}
