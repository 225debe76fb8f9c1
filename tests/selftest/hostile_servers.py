"""Targets that mean harm, or are broken beyond HTTP, by name: what each writes, and what must come of it."""

from collections.abc import Iterator

from tests.selftest.hostile import (
    BODY,
    JSON,
    Server,
    answers,
    bomb,
    chunk,
    chunked,
    dripping,
    forever,
    gzipped,
    head,
    message,
    resetting,
    spelled,
    stalling,
    writes,
)

PARSES = frozenset({"response-parameters.json-parses"})
UNAMBIGUOUS = frozenset({"response-parameters.json-unambiguous"})
SHIPPED_TYPE = frozenset({"response-parameters.quantity-shipped-type"})
SHIPPED_RANGE = frozenset({"response-parameters.quantity-shipped-range"})
COST = frozenset({"response-parameters.sku-cost-type"})
DOCUMENTED = frozenset({"response-codes.documented"})
NO_HTTP = "RemoteProtocolError"
LATE = "ReadTimeout"


def _endless() -> Iterator[tuple[str, Server]]:
    yield "endless body", Server(forever(head(), b" " * 65_536), finds=PARSES, whole=False)
    yield "endless chunks", Server(forever(chunked(), chunk(b"[" * 8)), finds=PARSES, whole=False)
    yield "complete JSON, then endless space", Server(forever(head() + BODY, b" " * 8), finds=PARSES, whole=False)
    yield "dripping body", Server(dripping(head(b"Content-Length: 5000"), b" "), finds=PARSES, whole=False)
    yield "stalled body", Server(stalling(message()[:-40]), finds=PARSES, whole=False)
    yield (
        "endless refusal",
        Server(forever(head(status=b"400 Bad Request"), b" " * 8), finds=frozenset({"http.error-parses"}), whole=False),
    )
    yield "silence", Server(stalling(b""), trouble=LATE)
    yield "stalled status line", Server(stalling(b"HTTP/1.1 20"), trouble=LATE)
    yield "dripping status line", Server(dripping(b"HTTP/1.1 200 ", b"O"), trouble=LATE)
    yield "dripping headers", Server(dripping(b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"), trouble=LATE)
    yield "dripping chunk size", Server(dripping(chunked(), b"0"), finds=PARSES, whole=False)
    yield "endless header line", Server(forever(b"HTTP/1.1 200 OK\r\nX: ", b"a" * 65_536), trouble=NO_HTTP)
    yield "endless headers", Server(forever(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n" * 100), trouble=NO_HTTP)
    yield "endless status line", Server(forever(b"HTTP/1.1 200 ", b"O" * 65_536), trouble=NO_HTTP)
    yield "endless trailers", Server(forever(chunked(chunk(BODY), b"0\r\n"), b"X: 1\r\n" * 100), trouble=NO_HTTP)
    yield "endless 100 Continue", Server(forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), trouble=LATE)
    yield "dripping 103 Early Hints", Server(dripping(b"", b"HTTP/1.1 103 E\r\n\r\n"), trouble=LATE)


def _bombs() -> Iterator[tuple[str, Server]]:
    gzip = b"Content-Encoding: gzip"
    yield "gzip bomb", Server(answers(bomb(1000), gzip), finds=PARSES, whole=False)
    yield "gzip bomb in one chunk", Server(writes(head(gzip) + bomb(60)), finds=PARSES, whole=False)
    yield "bomb within a bomb", Server(answers(gzipped(bomb(1000)), gzip + b", gzip"), finds=PARSES)
    yield (
        "gzip of nothing, forever",
        Server(forever(head(gzip) + gzipped(b"")[:10], b"\0\0\0\xff\xff"), finds=PARSES, whole=False),
    )
    yield "bytes behind gzip, forever", Server(forever(head(gzip) + gzipped(BODY), b"x" * 65_536), trouble="Decoding")
    yield "corrupt gzip", Server(answers(b"\x1f\x8b\x08" + BODY, gzip), trouble="DecodingError")
    yield "gzip with a wrong sum", Server(answers(gzipped(BODY)[:-8] + b"12345678", gzip), trouble="Decoding")
    yield "gzip cut short", Server(answers(gzipped(BODY)[:-12], gzip), trouble="DecodingError")
    yield "no gzip at all", Server(answers(BODY, gzip), trouble="DecodingError")
    yield "honest gzip", Server(answers(gzipped(BODY), gzip))
    yield "honest deflate", Server(answers(gzipped(BODY, 15), b"Content-Encoding: deflate"))
    yield "deflate without zlib", Server(answers(gzipped(BODY, -15), b"Content-Encoding: Deflate"))
    yield "plain body called br", Server(answers(BODY, b"Content-Encoding: br"))
    yield "unknown coding", Server(answers(b"\x1b\x2f\xff", b"Content-Encoding: nonsense"), finds=PARSES)


def _framing() -> Iterator[tuple[str, Server]]:
    for name, value in {"negative": b"-5", "no number": b"five", "beyond counting": b"9" * 40}.items():
        yield (
            f"length {name}",
            Server(writes(head(b"Content-Length: " + value) + BODY), trouble="RemoteProtocolError|ReadTimeout"),
        )
    two = (b"Content-Length: %d" % len(BODY), b"Content-Length: 5")
    yield "two lengths", Server(writes(head(*two) + BODY), trouble=NO_HTTP)
    yield "length too large", Server(writes(head(b"Content-Length: 5000") + BODY), trouble="peer closed")
    yield "length too small", Server(writes(head(b"Content-Length: 20") + BODY), finds=PARSES)
    yield "length and chunks", Server(writes(head(two[1], b"Transfer-Encoding: chunked") + chunk(BODY) + chunk(b"")))
    yield "honest chunks", Server(writes(chunked(*(chunk(bytes([byte])) for byte in BODY), chunk(b""))))
    bad = {"no hex": b"zz\r\n", "negative": b"-5\r\n", "of 30 digits": b"f" * 30 + b"\r\n", "empty": b"\r\n"}
    for name, size in bad.items():
        yield f"chunk size {name}", Server(writes(chunked(size, BODY)), trouble=NO_HTTP)
    yield "chunk beyond memory", Server(writes(chunked(b"ffffffffffffffff\r\n", BODY)), trouble=NO_HTTP)
    yield "chunk without its end", Server(writes(chunked(chunk(BODY)[:-2], b"5\r\n")), trouble=NO_HTTP)
    yield "chunks cut off", Server(writes(chunked(chunk(BODY))), trouble="incomplete chunked")
    yield "coded transfer", Server(writes(head(b"Transfer-Encoding: gzip, chunked") + chunk(b"")), trouble=NO_HTTP)
    yield "a second answer behind the first", Server(writes(message() + message(b"[]")))


def _ends() -> Iterator[tuple[str, Server]]:
    parts = {"before a byte": 0, "in the status line": 10, "in a header": 40, "in the body": len(message()) - 30}
    for name, length in parts.items():
        yield f"reset {name}", Server(resetting(message()[:length]), trouble="ReadError")
    yield "closed immediately", Server(lambda *_: None, trouble="RemoteProtocolError|ReadError", early=True)
    yield "closed after reading", Server(writes(b""), trouble="disconnected")
    yield "closed in a header", Server(writes(message()[:40]), trouble="disconnected|RemoteProtocolError")
    yield "answer before the request", Server(stalling(message()), early=True)


def _junk() -> Iterator[tuple[str, Server]]:
    junk = {
        "HTTP/0.9": b"<html>hello</html>\r\n",
        "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "HTTP/2 settings": b"\x00\x00\x00\x04\x00\x00\x00\x00\x00",
        "TLS alert": b"\x15\x03\x03\x00\x02\x02\x28",
        "SSH banner": b"SSH-2.0-OpenSSH_9.6\r\n",
        "binary": bytes(range(256)) * 8,
        "status of four digits": message(status=b"2000 OK"),
        "status of letters": message(status=b"abc OK"),
        "status 000": message(status=b"000 None"),
        "status 101": message(status=b"101 Switching Protocols"),
        "ten thousand headers": message(BODY, *(b"X-Header-%05d: value" % number for number in range(10_000))),
        "header of a megabyte": message(BODY, b"X-Large: " + b"a" * 1_000_000),
        "reason of a megabyte": message(status=b"200 " + b"O" * 1_000_000),
    }
    for name, data in junk.items():
        yield name, Server(writes(data), trouble=NO_HTTP)


def _odd() -> Iterator[tuple[str, Server]]:
    yield "status 999", Server(answers(status=b"999 Odd"), finds=frozenset({"http.no-server-error"}))
    yield "status 299", Server(answers(status=b"299 Odd"), finds=frozenset({"response-codes.success"}))
    yield "header of 60 kB", Server(answers(BODY, b"X-Large: " + b"a" * 60_000))
    yield "reason of 60 kB", Server(answers(status=b"200 " + b"O" * 60_000))
    yield "unknown version of HTTP", Server(writes(message().replace(b"HTTP/1.1", b"HTTP/3.7")))
    lines = {
        "NUL in a header": b"X-Nul: a\0b",
        "NUL in a header's name": b"X-\0: a",
        "header without a colon": b"nothing",
        "header's name with a blank": b"X Trace Id: 1",
        "header's name beyond ASCII": "X-Größe: 1".encode(),
    }
    for name, line in lines.items():
        yield name, Server(answers(BODY, line), finds=frozenset({"http.header-syntax"}))
    yield "no reason", Server(answers(status=b"200"))
    yield "folded header", Server(answers(BODY, b"X-Folded: a\r\n  b"))
    yield "header beyond ASCII", Server(answers(BODY, b"X-Odd: \xff\xfe\xe9"))
    yield "media type beyond ASCII", Server(answers(kind=JSON + b"; charset=\xff"))
    yield "unknown charset", Server(answers(kind=JSON + b"; charset=nonsense"))
    yield "100 Continue, then the answer", Server(writes(b"HTTP/1.1 100 Continue\r\n\r\n" * 5 + message()))
    here = b"Location: /timp/orders/allocation/319bba9f-71b1-4a93-8abf-67a45b8fdd5c/"
    yield "redirect to itself", Server(answers(b"", here, status=b"307 Again"), finds=DOCUMENTED)
    yield (
        "redirect to no URL",
        Server(answers(b"", b"Location: http://[::1:x/\x80", status=b"302 Found"), finds=DOCUMENTED),
    )
    yield (
        "multipart",
        Server(
            answers(b"--x\r\n\r\n" + BODY + b"\r\n--x--", kind=b"Content-Type: multipart/mixed; boundary=x"),
            finds=PARSES | {"response-parameters.media-type"},
        ),
    )


def _texts() -> Iterator[tuple[str, Server]]:
    utf_16 = BODY.decode().encode("utf-16")
    no_json = {
        "invalid UTF-8": BODY.replace(b"line_items", b"line_items\xff"),
        "UTF-16": utf_16,
        "byte order mark": b"\xef\xbb\xbf" + BODY,
        "NUL": BODY + b"\0",
        "no body": b"",
        "JSON 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
        "objects 50,000 deep": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        "JSON 100,000 deep without an end": b"[" * 100_000,
        "long string without an end": b'"' + b"a" * 900_000,
    }
    for name, body in no_json.items():
        yield name, Server(answers(body), finds=PARSES)
    yield "UTF-16 that says so", Server(answers(utf_16, kind=JSON + b"; charset=utf-16"), finds=PARSES)
    for constant in (b"NaN", b"Infinity", b"-Infinity"):
        body = spelled("supplier_provided_sku_cost", constant)
        yield constant.decode(), Server(answers(body), finds=PARSES)
    twice = BODY.replace(b'"quantity_shipped"', b'"quantity_shipped": 5, "quantity_shipped"', 1)
    yield "duplicate member", Server(answers(twice), finds=UNAMBIGUOUS)
    many = b",".join(b'"m%d":1' % (number // 2) for number in range(80_000))
    yield "40,000 duplicate members", Server(answers(b"{%s}" % many), finds=UNAMBIGUOUS)
    for depth in (100, 300, 500, 600, 900, 2_000):
        deep = b"[" * depth + b"]" * depth
        finds = PARSES if depth > 520 else SHIPPED_TYPE
        yield f"a quantity {depth} deep", Server(answers(spelled("quantity_shipped", deep)), finds=finds)
        yield (
            f"a member {depth} deep",
            Server(answers(spelled("note", deep)), finds=PARSES if depth > 520 else frozenset()),
        )


def _numbers() -> Iterator[tuple[str, Server]]:
    numbers = {"10,000 digits": b"9" * 10_000, "half a million digits": b"1" * 500_000, "2^64": b"18446744073709551616"}
    for name, text in numbers.items():
        yield f"quantity of {name}", Server(answers(spelled("quantity_shipped", text)), finds=SHIPPED_RANGE)
    below = spelled("quantity_shipped", b"-" + b"9" * 10_000)
    yield "quantity of 10,000 digits below zero", Server(answers(below), finds=SHIPPED_RANGE)
    yield "quantity 1e-400", Server(answers(spelled("quantity_shipped", b"1e-400")), finds=frozenset({"openapi.body"}))
    for text in (b"1e400", b"-1e400", b"1.5", b'"' + b"7" * 10_000 + b'"', b'"\\ud800"'):
        name = f"quantity {text[:12].decode()}"
        yield name, Server(answers(spelled("quantity_shipped", text)), finds=SHIPPED_TYPE)
    for text in (b'"1e999999999999999999999"', b'"NaN"', b'"sNaN"', b'"\\ud800"', b"[]", b"true"):
        name = f"cost {text[:12].decode()}"
        yield name, Server(answers(spelled("supplier_provided_sku_cost", text)), finds=COST)
    places = spelled("supplier_provided_sku_cost", b'"' + b"0." + b"1" * 10_000 + b'"')
    two_places = frozenset({"response-parameters.sku-cost-two-places"})
    yield "cost of 10,000 places", Server(answers(places), finds=two_places)
    yield "lone surrogate", Server(answers(spelled("note", b'"\\ud800"')))
    yield (
        "lone surrogate for a name",
        Server(
            answers(spelled("line_item_uuid", b'"\\udc00"')),
            finds=frozenset({"response-parameters.line-item-uuid"}),
        ),
    )


KINDS = (_endless, _bombs, _framing, _ends, _junk, _odd, _texts, _numbers)
SERVERS: dict[str, Server] = {name: server for kind in KINDS for name, server in kind()}
