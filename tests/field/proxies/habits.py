"""Habits of intermediaries in front of an application; each function returns one for `Proxy`."""

import itertools
import json
import random
import re
import threading
import time
from dataclasses import replace

from tests.field.proxies.proxy import Answer

HTML = ("Content-Type", "text/html")
JSON = ("Content-Type", "application/json")


def page(title, *, server="acme-gateway"):
    """Return a page of a gateway that no list knows."""
    return f"<html><body><h1>{title}</h1><hr>{server}</body></html>".encode()


def nginx_page(title):
    """Return nginx's own page."""
    head = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>"
    return f"{head}\r\n<hr><center>nginx/1.24.0</center>\r\n</body>\r\n</html>\r\n".encode()


def apache_page(title, text="You don't have permission to access this resource."):
    """Return the page of an Apache that does not sign its pages."""
    kind = '"-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd"'
    head = f"<!DOCTYPE HTML PUBLIC {kind}>\n<html><head>\n"
    return (
        f"{head}<title>{title}</title>\n</head><body>\n<h1>{title[4:]}</h1>\n<p>{text}</p>\n</body></html>\n".encode()
    )


def passes(message, relay):
    """Hand everything on."""
    return relay(message)


def always(answer):
    """Answer everything alike, and hand nothing on."""
    return lambda _message, _relay: answer


def sometimes(share, answer, *, seed=0, methods=("PUT", "GET", "POST", "PATCH", "DELETE")):
    """Answer a share of the requests so; None hangs up. Which ones differs with the seed."""
    chance, lock = random.Random(seed), threading.Lock()

    def habit(message, relay):
        with lock:
            hit = message.method in methods and chance.random() < share
        return answer if hit else relay(message)

    return habit


def on(matches, answer):
    """Answer the messages so that `matches`."""
    return lambda message, relay: answer if matches(message) else relay(message)


def body_with(pattern):
    """Match the messages whose body or path has a pattern."""
    found = re.compile(pattern)
    return lambda message: bool(found.search(message.body) or found.search(message.path.encode()))


def hangs_up_on_reuse(message, relay):
    """Hang up on each second request of a connection."""
    return None if message.reused else relay(message)


def expires(after):
    """Refuse the token after so many requests."""
    body = b'{"error": {"code": "token_expired", "message": "The token has expired."}}'
    refusal = Answer(401, (JSON, ("WWW-Authenticate", "Token")), body)
    return on(lambda message: message.number > after and message.header("Authorization") is not None, refusal)


def renews(after, token, folder, tokens=tuple(f"field-token-number-{number}" for number in range(100))):
    """Take each of these tokens for so many requests; the one that is taken is in the file `token` of a folder.

    The application takes `token` alone, which is put in the place of the one that is taken at the time.
    """
    lock, kept, new = threading.Lock(), folder / "token", folder / "token.new"
    state = {"number": 0}
    kept.write_text(tokens[0], "utf-8")

    def habit(message, relay):
        with lock:
            number = message.number // after
            if number > state["number"]:
                state["number"] = number
                new.write_text(tokens[number], "utf-8")
                new.replace(kept)  # who reads it meanwhile gets one of both
            taken = tokens[state["number"]]
        given = ((name, value.replace(taken, token)) for name, value in message.headers)
        return relay(replace(message, headers=tuple(given)))

    return habit


def gone(after, seconds, answer=None):
    """Answer so (None: hang up) for some seconds, from one request on."""
    began = []

    def habit(message, relay):
        if message.number > after and not began:
            began.append(time.monotonic())
        return answer if began and time.monotonic() < began[0] + seconds else relay(message)

    return habit


def limited(rate, burst, status=429, *headers):
    """Answer so what comes faster than so many requests a second, after a burst."""
    state, lock = {"left": float(burst), "at": time.monotonic()}, threading.Lock()

    def habit(message, relay):
        with lock:
            now = time.monotonic()
            state["left"] = min(burst, state["left"] + (now - state["at"]) * rate)
            state["at"] = now
            passing = state["left"] >= 1
            state["left"] -= passing
        return relay(message) if passing else Answer(status, (HTML, *headers), page(f"{status} Slow Down"))

    return habit


def signed(habit, *headers):
    """Have the application sign each answer of its own with these headers."""
    return lambda message, relay: habit(message, lambda each: relay(each).signed(*headers))


def renaming(name, prefix):
    """Put a prefix before the name of a header of the application."""

    def habit(message, relay):
        answer = relay(message)
        headers = ((f"{prefix}{key}" if key.lower() == name.lower() else key, value) for key, value in answer.headers)
        return replace(answer, headers=tuple(headers))

    return habit


def echoing(habit):
    """Have the application repeat the id of each request."""

    def signing(message, relay):
        return habit(message, lambda each: relay(each).signed(("X-Request-Id", each.header("X-Request-Id") or "")))

    return signing


def every(count, answer):
    """Answer each so many-th PUT so, as an application does whose database is locked now and then."""
    numbers = itertools.count(1)
    return on(lambda message: message.method == "PUT" and next(numbers) % count == 0, answer)


def cached(seconds=120):
    """Keep what is read for so many seconds, whatever is written meanwhile; a second answer says how old it is."""
    kept, lock = {}, threading.Lock()

    def habit(message, relay):
        if message.method != "GET":
            return relay(message)
        with lock:
            at, answer = kept.get(message.path, (None, None))
        if at is not None and time.monotonic() < at + seconds:
            return answer.signed(("Age", str(int(time.monotonic() - at))), ("X-Cache", "HIT"))
        answer = relay(message)
        with lock:
            kept[message.path] = time.monotonic(), answer
        return answer.signed(("Age", "0"), ("X-Cache", "MISS"))

    return habit


def older_backend(message, relay):
    """Hand each second request to a backend that writes quantities as strings."""
    answer = relay(message)
    if message.number % 2 or b"quantity_shipped" not in answer.body:
        return answer
    body = json.loads(answer.body)
    for entry in body["line_items"]:
        entry["quantity_shipped"] = str(entry["quantity_shipped"])
    return Answer(answer.status, answer.headers, json.dumps(body).encode())
