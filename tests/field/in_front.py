"""`python -m tests.field.in_front [NAME…]`: what is in front of a correct application, and what a run says of it.

Each configuration has an exit code and the clauses that get an entry. Those with nginx, HAProxy or Apache are listed as
not run if the program is not installed. Exit 1 if a run says something else.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from provider import server
from tests.field.harness import TOKEN, Server, run
from tests.field.processes import free_port, listens
from tests.field.proxies import habits
from tests.field.proxies.proxy import Answer, Proxy
from tests.field.tables import tabulate

PROGRAMS = Path(__file__).with_name("proxies")
TLS = Path(__file__).parents[1] / "selftest" / "tls"
ANSWERED, INTERMITTENT, FRONT = (
    f"availability.{slug}"
    for slug in ("every-request-is-answered", "no-intermittent-errors", "no-intermediary-answers")
)
BAD_GATEWAY = Answer(502, (habits.HTML,), habits.page("502 Bad Gateway"))
LOCKED = Answer(500, (habits.HTML,), b"<h1>OperationalError</h1><p>database is locked</p>")
SUSPICIOUS = rb"<script|NaN|'"
APACHE = Answer(403, (habits.HTML, ("Server", "Apache")), habits.apache_page("403 Forbidden"))
UVICORN = ("Server", "uvicorn")


@dataclass(frozen=True)
class Row:
    """One configuration. `habit` makes the habit of a proxy of ours, or `program` names one that is installed.

    `shows` are the clauses that get an entry. `says` is a pattern in the reason of the exit code, or in a line about
    trouble on the way. At most `requests` are sent.
    """

    exit: int
    habit: Callable | None = None
    shows: frozenset = frozenset()
    says: str = ""
    program: str = ""
    pedantic: bool = False
    requests: int = 5_000
    faults: tuple = field(default=())


def shown(*clauses):
    """Return the clauses of a row."""
    return frozenset(clauses)


def _always(*answer):
    return lambda: habits.always(Answer(*answer))


ROWS = {
    "hands everything on": Row(0, lambda: habits.passes),
    "1 % of answers are 502": Row(0, lambda: habits.sometimes(0.01, BAD_GATEWAY), shown(ANSWERED)),
    "1 % of answers are 502, pedantic": Row(
        1,
        lambda: habits.sometimes(0.01, BAD_GATEWAY),
        shown(ANSWERED),
        pedantic=True,
    ),
    "1 % of connections are dropped": Row(0, lambda: habits.sometimes(0.01, None), shown(ANSWERED)),
    "hangs up on each reused connection": Row(0, lambda: habits.hangs_up_on_reuse, shown(ANSWERED)),
    "gone for 3 s": Row(0, lambda: habits.gone(300, 3), says="the target was gone"),
    "502 for 3 s": Row(0, lambda: habits.gone(300, 3, BAD_GATEWAY), says="the target was gone"),
    "one PUT in five is 500": Row(
        1, lambda: habits.every(5, LOCKED), shown(INTERMITTENT), r"1 new cause \(1 divergence on 1"
    ),
    "500 on one input": Row(
        1,
        lambda: habits.on(habits.body_with(rb"\\u0000"), Answer(500, (habits.JSON,), b'{"detail": "boom"}')),
        shown("robustness.odd-text"),
    ),
    "the token expires": Row(6, lambda: habits.expires(300), says=r"accepted until request \d+"),
    "429 above 30 a second": Row(0, lambda: habits.limited(30, 5), says="429"),
    "503 above 30 a second, with Retry-After": Row(
        0, lambda: habits.limited(30, 5, 503, ("Retry-After", "1")), says="limit of the rate"
    ),
    "503 above 30 a second": Row(0, lambda: habits.limited(30, 5, 503), says="limit of the rate"),
    "a balancer with nothing behind it": Row(6, _always(503, (habits.HTML,), b""), says="is down: 503", requests=20),
    "a sign-in page": Row(5, _always(200, (habits.HTML,), habits.page("Sign in")), says="Sign in", requests=20),
    "a redirect to a sign-in page": Row(
        5, _always(302, (("Location", "https://login.example/authorize"),)), says="https://login.example", requests=20
    ),
    "404 to everything": Row(5, _always(404, (habits.HTML,), habits.page("404")), says="not this API", requests=20),
    "a firewall": Row(0, lambda: habits.signed(habits.on(habits.body_with(SUSPICIOUS), APACHE), UVICORN), shown(FRONT)),
    "a firewall that signs nothing": Row(
        0,
        lambda: habits.echoing(
            habits.on(habits.body_with(SUSPICIOUS), Answer(403, (habits.HTML,), habits.page("Blocked")))
        ),
        shown(FRONT),
    ),
    "a header with a blank in its name": Row(
        1, lambda: habits.signed(habits.passes, ("X Trace Id", "1")), shown("http.header-syntax")
    ),
    "a content coding that was not asked for": Row(
        0,
        lambda: habits.on(
            lambda message: message.method == "DELETE",
            Answer(405, (habits.JSON, ("Allow", "PUT"), ("Content-Encoding", "br")), b"\x0b\x00\x80{}\x03"),
        ),
        shown("http.content-coding-not-requested"),
    ),
    "an API gateway that looks at tokens itself": Row(
        0,
        lambda: habits.on(
            lambda message: not (message.header("Authorization") or "").startswith(f"Token {TOKEN}"),
            Answer(403, (habits.JSON, ("x-amzn-ErrorType", "AccessDeniedException")), b'{"Message": "Denied"}'),
        ),
        shown(FRONT),
    ),
    "1 % of answers are 500 of an API gateway": Row(
        0,
        lambda: habits.sometimes(
            0.01,
            Answer(500, (habits.JSON, ("x-amzn-ErrorType", "InternalServerErrorException")), b'{"message": null}'),
        ),
        shown(ANSWERED),
    ),
    "an API gateway that renames the challenge": Row(
        0, lambda: habits.renaming("WWW-Authenticate", "x-amzn-Remapped-")
    ),
    "a cache of what is read": Row(0, habits.cached, says="came from a cache"),
    "1 % of answers are 520": Row(
        0,
        lambda: habits.sometimes(0.01, Answer(520, (("Content-Type", "text/plain"),), b"error code: 520")),
        shown(ANSWERED),
    ),
    "a challenge for suspicious bodies": Row(
        0,
        lambda: habits.on(
            habits.body_with(SUSPICIOUS),
            Answer(403, (habits.HTML, ("cf-mitigated", "challenge")), habits.page("Just a moment")),
        ),
        shown(FRONT),
    ),
    "nginx": Row(0, program="nginx", shows=shown(FRONT)),  # it refuses %00 in a path itself
    "nginx, 10 a second": Row(0, program="nginx-limit", shows=shown(FRONT), says="limit of the rate"),
    "nginx, pages of its own": Row(0, program="nginx-pages", shows=shown(FRONT)),
    "nginx, nothing behind it": Row(6, program="nginx-down", says="is down: 502", requests=20),
    "HAProxy": Row(0, program="haproxy"),
    "HAProxy, nothing behind it": Row(6, program="haproxy-down", says="is down: 503", requests=20),
    "Apache, suspicious bodies are refused": Row(0, program="apache2-firewall", shows=shown(FRONT)),
}
"""All configurations, by name."""


def examine(row, folder):
    """Run the suite behind a configuration; return what it says that it should not, line by line."""
    settings = server.Settings(token=TOKEN)
    with server.running(settings) as running, ExitStack() as stack:
        running.write_orders(folder / "orders.toml")
        if row.program:
            url = stack.enter_context(installed(row.program, running.base_url, folder))
        else:
            url = stack.enter_context(Proxy(running.base_url, row.habit())).url
        found = run(described(pedantic=row.pedantic), url, folder)
    return list(_differences(row, found))


def described(*, pedantic=False):
    """Return a server of the field that has no fault."""
    lists = {"command": (), "prepare": (), "needs": (), "faults": (), "open": ()}
    return Server(name="in-front", what="", orders=24, tested=0, pedantic=pedantic, **lists)


def _differences(row, found):
    entries = {verdict["clause"] for verdict in found["verdicts"] if verdict["divergences"]}
    entries |= {flagged["clause"] for flagged in found["flagged"]} if row.pedantic else set()
    said = "\n".join([found["why"], *found["troubles"]])
    if found["exit_code"] != row.exit:
        yield f"exit {found['exit_code']} instead of {row.exit}: {found['why']}"
    if entries != row.shows:
        yield f"entries: {', '.join(sorted(entries)) or 'none'}"
    if not re.search(row.says, said):
        yield f"does not say {row.says!r}: {said}"
    if found["requests"] > row.requests:
        yield f"{found['requests']} requests, at most {row.requests} are expected"
    if found["complete"] is not (row.exit in {0, 1}):
        yield f"complete: {found['complete']}"


# ---------------------------------------------------------------------------------------------- real programs


def missing(row):
    """Return the program that a configuration needs and that is not installed, or None."""
    program = row.program.partition("-")[0]
    return program if program and _path(program) is None else None


def _path(program):
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


@contextmanager
def installed(name, target, folder):
    """Run an installed program with the configuration of this name in front of `target`; give its base URL."""
    program = name.partition("-")[0]
    port = free_port()
    behind = free_port() if name.endswith("-down") else urlsplit(target).port
    text = (PROGRAMS / f"{name.removesuffix('-down')}.conf").read_text("utf-8")
    for key, value in {"PORT": port, "TARGET": behind, "FOLDER": folder, "TLS": TLS}.items():
        text = text.replace(f"@{key}@", str(value))
    configuration = folder / "front.conf"
    configuration.write_text(text, "utf-8")
    words = {
        "nginx": ["-p", folder, "-c", configuration],
        "haproxy": ["-db", "-f", configuration],
        "apache2": ["-X", "-d", folder, "-f", configuration],
    }[program]
    with (folder / "front.log").open("wb") as log:
        process = subprocess.Popen([_path(program), *words], stdout=log, stderr=log)
        try:
            listens(process, port, folder / "front.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def tried(row, folder):
    """Examine a configuration: the columns of its table, what is wrong, and whether nothing is."""
    if need := missing(row):
        return ("", "", f"not run: {need} is not installed"), [], True
    wrong = examine(row, folder)
    return (str(row.exit), ", ".join(sorted(row.shows)), "no" if wrong else "yes"), wrong, not wrong


if __name__ == "__main__":
    sys.exit(tabulate(sys.argv[1:], ROWS, ("in front", "exit", "entries", "as expected"), tried))
