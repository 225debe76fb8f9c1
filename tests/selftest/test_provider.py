"""The reference provider on its own: the documented call, what it stores, and how it starts and stops."""

import ast
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

import contracts
from provider import server
from provider.allocate_order.faults import FAULTS
from provider.allocate_order.readings import SWITCHES
from provider.orders import default_orders
from provider.readings import Readings

ACCEPTED = (1, 0, 0)


class Sandbox:
    """A running provider, a client for it, and requests in the documented form."""

    def __init__(self, running, client):
        self.running = running
        self.client = client
        self.order = next(order for order in running.orders if len(order.line_items) == 2)

    def body(self, *shares):
        """Each line with its quantities; one triple serves all lines, and a 1 means all that was ordered."""
        triples = shares if len(shares) > 1 else shares * len(self.order.line_items)
        names = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
        return {
            "line_items": [
                {
                    "line_item_uuid": item.uuid,
                    "allocation": {n: share * item.quantity_ordered for n, share in zip(names, triple, strict=True)},
                }
                for item, triple in zip(self.order.line_items, triples, strict=True)
            ]
        }

    def put(self, body, **options):
        """Allocate the order."""
        return self.client.put(f"/timp/orders/allocation/{self.order.uuid}/", json=body, **options)

    def allocations(self):
        """What is stored on the order: (accepted, rejected, backordered) by line, None where nothing does."""
        entries = self.client.get(f"/timp/orders/{self.order.uuid}/").json()["line_items"]
        fields = ("quantity_allocated", "quantity_rejected", "quantity_backordered")
        return [e["allocation"] and tuple(e["allocation"][f] for f in fields) for e in entries]


@pytest.fixture
def sandbox():
    with server.running(server.Settings()) as running:
        token = {"Authorization": f"Token {running.settings.token}"}
        with httpx.Client(base_url=running.base_url, headers=token) as client:
            yield Sandbox(running, client)


def test_the_documented_request_is_answered_in_the_form_of_the_field_list(sandbox):
    answer = sandbox.put(sandbox.body(ACCEPTED))

    assert answer.status_code == 200
    assert answer.json() == {
        "line_items": [
            {"line_item_uuid": item.uuid, "quantity_shipped": 0, "supplier_provided_sku_cost": 13.98}
            for item in sandbox.order.line_items
        ]
    }


def test_an_accepted_request_is_in_the_order_detail(sandbox):
    sandbox.put(sandbox.body((1, 0, 0), (0, 1, 0)))
    first, second = (item.quantity_ordered for item in sandbox.order.line_items)

    assert sandbox.allocations() == [(first, 0, 0), (0, second, 0)]


def test_a_further_request_replaces_the_lines_it_names_and_no_others(sandbox):
    sandbox.put(sandbox.body(ACCEPTED))
    body = sandbox.body((0, 1, 0))
    sandbox.put({"line_items": body["line_items"][:1]})
    first, second = (item.quantity_ordered for item in sandbox.order.line_items)

    assert sandbox.allocations() == [(0, first, 0), (second, 0, 0)]


def test_a_request_refused_for_its_last_line_stores_nothing_of_its_first(sandbox):
    body = sandbox.body(ACCEPTED)
    body["line_items"][-1]["allocation"]["quantity_accepted"] += 1

    answer = sandbox.put(body)

    assert answer.status_code == 422
    assert sandbox.allocations() == [None, None]


def test_of_many_concurrent_requests_one_is_stored_whole(sandbox):
    bodies = [sandbox.body((1, 0, 0)), sandbox.body((0, 1, 0))] * 40
    whole = [[(i.quantity_ordered, 0, 0) for i in sandbox.order.line_items]]
    whole.append([(0, i.quantity_ordered, 0) for i in sandbox.order.line_items])

    with ThreadPoolExecutor(8) as pool:
        statuses = {answer.status_code for answer in pool.map(sandbox.put, bodies)}

    assert statuses == {200}
    assert sandbox.allocations() in whole


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        pytest.param(None, 401, id="absent"),
        pytest.param("Token wrong", 401, id="wrong"),
        pytest.param("Token {unpermitted_token}", 403, id="without-permission"),
        pytest.param("Token {retailer_token}", 409, id="retailer"),
        pytest.param("token {token}", 200, id="scheme-in-lower-case"),
    ],
)
def test_who_sends_decides_before_anything_else(sandbox, authorization, status):
    value = authorization and authorization.format(**vars(sandbox.running.settings))
    headers = {"Authorization": value} if value else {}
    url = f"{sandbox.running.base_url}/timp/orders/allocation/{sandbox.order.uuid}/"

    answer = httpx.put(url, json=sandbox.body(ACCEPTED), headers=headers)

    assert answer.status_code == status
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_an_order_of_another_supplier_is_unknown(sandbox):
    other = sandbox.running.settings.others[0]

    assert sandbox.client.put(f"/timp/orders/allocation/{other.uuid}/", json={"line_items": []}).status_code in {
        400,
        404,
    }
    assert sandbox.client.get(f"/timp/orders/{other.uuid}/").status_code == 404


@pytest.mark.parametrize("verb", ["GET", "POST", "PATCH", "DELETE", "OPTIONS"])
def test_another_verb_is_answered_which_one_is_allowed(sandbox, verb):
    answer = sandbox.client.request(verb, f"/timp/orders/allocation/{sandbox.order.uuid}/")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "PUT")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="deep"),
        pytest.param(b'{"line_items": ' + b"9" * 10_000 + b"}", id="giant-integer"),
        pytest.param(b"\xff\xfe", id="not-utf-8"),
        pytest.param(b'{"line_items": NaN}', id="nan"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_and_the_provider_goes_on(sandbox, body):
    headers = {"Content-Type": "application/json"}
    url = f"/timp/orders/allocation/{sandbox.order.uuid}/"

    assert sandbox.client.put(url, content=body, headers=headers).status_code == 400
    assert sandbox.put(sandbox.body(ACCEPTED)).status_code == 200


def test_a_body_beyond_all_bounds_is_refused_as_too_large(sandbox):
    headers = {"Content-Type": "application/json"}
    url = f"/timp/orders/allocation/{sandbox.order.uuid}/"

    assert sandbox.client.put(url, content=b" " * (server.LARGEST_BODY + 1), headers=headers).status_code == 413


def test_latency_is_added_to_each_answer():
    with server.running(server.Settings(latency=60)) as running, pytest.raises(httpx.ReadTimeout):
        httpx.get(running.base_url, timeout=0.5)


def test_a_file_keeps_what_was_allocated_over_a_restart(tmp_path):
    database = str(tmp_path / "orders.sqlite")
    token = {"token": "supplier"}
    for _ in range(2):
        with server.running(server.Settings(database=database, **token)) as running:
            headers = {"Authorization": "Token supplier"}
            with httpx.Client(base_url=running.base_url, headers=headers) as client:
                sandbox = Sandbox(running, client)
                before = sandbox.allocations()
                sandbox.put(sandbox.body(ACCEPTED))

    assert before == [(item.quantity_ordered, 0, 0) for item in sandbox.order.line_items]
    assert sqlite3.connect(database).execute("select count(*) from allocations").fetchone() == (2,)


def test_the_port_is_closed_afterwards():
    with server.running(server.Settings()) as running:
        address = urlsplit(running.base_url)
    with socket.socket() as client:
        assert client.connect_ex((address.hostname, address.port)) != 0


def test_the_access_log_has_a_line_for_each_request(tmp_path):
    log = tmp_path / "access.log"
    with server.running(server.Settings(access_log=log)) as running:
        httpx.get(f"{running.base_url}/nothing")

    assert log.read_text("utf-8") == "GET /nothing 0 404\n"


def test_generated_orders_are_the_same_each_time_and_of_one_to_five_lines():
    assert default_orders() == default_orders()
    assert {len(order.line_items) for order in default_orders()} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({"readings": {"a.b": "c"}}, "no such question", id="unknown-question"),
        pytest.param({"readings": {"response-parameters.shape": "c"}}, "object, array", id="unknown-reading"),
        pytest.param({"faults": ("c",)}, "no such fault", id="unknown-fault"),
    ],
)
def test_a_wrong_setting_names_what_is_known(settings, said):
    with pytest.raises(ValueError, match=said):
        server.Settings(**settings)


def test_every_deviation_says_what_it_does_and_what_it_breaks():
    assert all(fault.what and (fault.breaks or fault.invisible) for fault in FAULTS.values())


def test_the_default_of_every_switch_is_its_first_value():
    chosen = Readings({}, SWITCHES)

    assert {key: chosen[key] for key in SWITCHES} == {key: values[0] for key, values in SWITCHES.items()}


def test_the_provider_shares_no_code_with_what_judges_it():
    imported = {name for path in (contracts.ROOT / "provider").rglob("*.py") for name in imports(path)}

    assert "starlette" in imported
    assert "contracts" not in imported


def imports(path: Path):
    """The top-level packages a module imports, at any depth."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]
