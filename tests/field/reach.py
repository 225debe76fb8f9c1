"""`python -m tests.field.reach [NAME…]`: how a correct application is reached, by each key of a target.

A run must find nothing. Ways with nginx or HAProxy are listed as not run if the program is not installed. Exit 1 if a
run finds something, or did not go the way that the key says.
"""

import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from provider import server
from provider.orders import default_orders, write_orders
from tests.field.harness import TOKEN, run
from tests.field.in_front import FRONT, TLS, Row, described, installed, missing
from tests.field.processes import free_port
from tests.field.proxies import habits
from tests.field.proxies.forward import ForwardProxy
from tests.field.proxies.proxy import Proxy
from tests.field.tables import tabulate

PRIVATE = {
    "ca_bundle": str(TLS / "authority.pem"),
    "client_certificate": str(TLS / "client.pem"),
    "client_key": str(TLS / "client-key.pem"),
}
UNLOCKED = {"TIMP_CLIENT_KEY_PASSWORD": "canary-client-key-5Tp"}
CREDENTIALS = "robot:canary-proxy-6Rn"
NEW_TOKEN = "#!/bin/sh\necho made >> made\nexec cat token\n"  # noqa: S105 - a script
LATE_SECONDS = 3


@dataclass(frozen=True)
class Reached:
    """A way that is set up: the base URL, and what the table and the environment have for it.

    `went` says after the run whether it went that way.
    """

    url: str
    keys: dict = field(default_factory=dict)
    variables: dict = field(default_factory=dict)
    went: Callable = lambda: True


@dataclass(frozen=True)
class Way:
    """How a target is reached. `set_up(settings, folder, stack)` starts the application and what is before it."""

    set_up: Callable
    programs: tuple = ()
    shows: frozenset = frozenset()


def _application(settings, stack):
    return stack.enter_context(server.running(settings)).base_url


def base_path_and_host(settings, folder, stack):
    """Behind a gateway with a path before the documented one, for requests to one host only."""
    url = stack.enter_context(installed("haproxy-path", _application(settings, stack), folder))
    return Reached(f"{url}/gateway/v1", {"headers": {"Host": "api.example.com"}})


def mutual_tls(program):
    """Behind a program that has a certificate of a private authority, and asks for one of the client."""

    def set_up(settings, folder, stack):
        url = stack.enter_context(installed(f"{program}-tls", _application(settings, stack), folder))
        return Reached(url.replace("http://127.0.0.1", "https://localhost"), PRIVATE, UNLOCKED)

    return set_up


def forward_proxy(settings, folder, stack):
    """Through nginx as a forward proxy for plain http."""
    url = _application(settings, stack)
    proxy, log = stack.enter_context(installed("nginx-forward", url, folder)), folder / "access.log"
    return Reached(url, {"proxy": proxy}, went=lambda: log.read_text("utf-8", "replace").count(f"PUT {url}/") > 100)


def tunnel(settings, folder, stack):
    """Through a proxy of the environment that asks for credentials, to nginx with mutual TLS."""
    proxy = stack.enter_context(ForwardProxy(CREDENTIALS))
    reached = mutual_tls("nginx")(settings, folder, stack)
    keys = PRIVATE | {"proxy": "environment"}
    variables = UNLOCKED | {"HTTPS_PROXY": proxy.url.replace("//", f"//{CREDENTIALS}@")}
    place = f"localhost:{urlsplit(reached.url).port}"
    return Reached(reached.url, keys, variables, lambda: set(proxy.asked) == {("CONNECT", place)})


def renewed_token(settings, folder, stack):
    """With tokens that are taken for some hundred requests each."""
    (folder / "new-token").write_text(NEW_TOKEN, "utf-8")
    (folder / "new-token").chmod(0o755)
    habit = habits.renews(350, TOKEN, folder)
    url = stack.enter_context(Proxy(_application(settings, stack), habit)).url
    made = folder / "made"
    return Reached(url, {"token_command": ["./new-token"]}, went=lambda: len(made.read_text().splitlines()) > 2)


def not_up_yet(settings, folder, stack):
    """Behind a gateway that is up some seconds before the application is."""
    port = free_port()
    url = stack.enter_context(installed("nginx", f"http://127.0.0.1:{port}", folder))
    late = threading.Timer(LATE_SECONDS, lambda: _application(replace(settings, port=port), stack))
    late.start()
    stack.callback(late.join)
    return Reached(url, {"wait": "60s"})


WAYS = {
    "base path and Host, HAProxy": Way(base_path_and_host, ("haproxy",)),
    "mutual TLS and private CA, nginx": Way(mutual_tls("nginx"), ("nginx",), frozenset({FRONT})),
    "mutual TLS and private CA, HAProxy": Way(mutual_tls("haproxy"), ("haproxy",)),
    "forward proxy, nginx": Way(forward_proxy, ("nginx",), frozenset({FRONT})),
    "tunnel with credentials, to nginx": Way(tunnel, ("nginx",), frozenset({FRONT})),
    "token renewed during the run": Way(renewed_token),
    "up after the run has begun, nginx": Way(not_up_yet, ("nginx",), frozenset({FRONT})),
}
"""All ways, by name. nginx refuses %00 in a path itself, which is an entry."""


def examine(way, folder, *options):
    """Run the suite on an application that is reached in a way; return what is not as it should be, line by line."""
    settings = server.Settings(token=TOKEN, orders=default_orders())
    write_orders(settings.orders, folder / "orders.toml")
    with ExitStack() as stack:
        reached = way.set_up(settings, folder, stack)
        found = run(described(), reached.url, folder, *options, keys=reached.keys, variables=reached.variables)
        went = reached.went()
    return list(_differences(way, found, went))


def _differences(way, found, went):
    entries = {verdict["clause"] for verdict in found["verdicts"] if verdict["divergences"]}
    if found["exit_code"] != 0:
        yield f"exit {found['exit_code']}: {found['why']}"
    if entries - way.shows:
        yield f"entries: {', '.join(sorted(entries - way.shows))}"
    if not went:
        yield "it did not go this way"


def tried(way, folder):
    """Examine a way: the column of its table, what is wrong, and whether nothing is."""
    if needs := [need for program in way.programs if (need := missing(Row(0, program=program)))]:
        return (f"not run: {needs[0]} is not installed",), [], True
    wrong = examine(way, folder)
    return ("no" if wrong else "yes",), wrong, not wrong


if __name__ == "__main__":
    sys.exit(tabulate(sys.argv[1:], WAYS, ("reached", "as expected"), tried))
