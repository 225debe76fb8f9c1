"""Allocate Order in Flask, after the early draft of the page: an order is allocated once, and as a whole.

All lines have to be named, each once, and the three quantities have to add up to what was ordered. Suppliers may not
read orders. Costs are strings; nothing is shipped yet, so quantity_shipped is null.
"""

import datetime
import threading
from uuid import UUID

from flask import Flask, abort, jsonify, request
from store import ORDERS, TOKEN, put
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, Conflict, HTTPException, Unauthorized

QUANTITIES = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
app = Flask(__name__)
app.json.sort_keys = False
lock = threading.Lock()


@app.before_request
def authenticate():
    given = request.authorization
    if given is None or given.type != "token" or given.token != TOKEN:
        raise Unauthorized("Unknown token.", www_authenticate=[WWWAuthenticate("token"), WWWAuthenticate("basic")])


@app.errorhandler(RecursionError)
def too_deep(_error):
    return as_json(BadRequest("The body is nested too deeply."))


@app.errorhandler(HTTPException)
def as_json(error):
    response = error.get_response()
    response.data, response.content_type = app.json.dumps({"errors": {"base": [error.description]}}), "application/json"
    return response


@app.get("/timp/orders/<uuid:order_uuid>/")
def read_order(order_uuid):
    abort(403, "Suppliers may not read orders.")


def quantity(allocation, name):
    if name not in allocation:
        abort(400, f"{name} is missing")
    value = allocation[name]
    if type(value) is not int or value < 0:
        abort(400, f"{name} has to be an integer, and not negative")
    return value


def day(allocation, backordered):
    text = allocation.get("backorder_date")
    if "backorder_date" not in allocation and not backordered:
        return None
    if not isinstance(text, str) or len(text) != 10:
        abort(400, "backorder_date has to be a date such as 2027-01-31")
    try:
        date = datetime.date.fromisoformat(text)
    except ValueError:
        abort(400, "backorder_date has to be a date such as 2027-01-31")
    if not backordered:
        abort(422, "a date without a backorder")
    if date < datetime.datetime.now(datetime.UTC).date():
        abort(422, "backorder_date is in the past")
    return text


def entry(order, item):
    if not isinstance(item, dict) or not isinstance(item.get("line_item_uuid"), str):
        abort(400, "each line item has to have a line_item_uuid")
    if not isinstance(item.get("allocation"), dict):
        abort(400, "each line item has to have an allocation")
    try:
        name = str(UUID(item["line_item_uuid"]))
    except ValueError:
        abort(400, "line_item_uuid has to be a UUID")
    if name not in order:
        abort(400, "the order has no such line item")
    numbers = [quantity(item["allocation"], each) for each in QUANTITIES]
    return name, numbers, day(item["allocation"], numbers[2])


@app.put("/timp/orders/allocation/<uuid:order_uuid>/")
def allocate(order_uuid):
    order = ORDERS.get(str(order_uuid)) or abort(404, "No such order.")
    body = request.get_json()
    if not isinstance(body, dict) or not isinstance(body.get("line_items"), list):
        abort(400, "line_items has to be an array")
    entries = [entry(order, item) for item in body["line_items"]]
    if sorted(name for name, _, _ in entries) != sorted(order):
        abort(422, "name each line item of the order, once")
    with lock:
        if any(line["allocation"] for line in order.values()):
            raise Conflict("This order was allocated already.")
        if any(sum(numbers) != order[name]["ordered"] for name, numbers, _ in entries):
            abort(422, "accepted, rejected and backordered have to add up to what was ordered")
        for name, numbers, date in entries:
            put(order[name], *numbers, date)
    lines = [
        {"line_item_uuid": name, "quantity_shipped": None, "supplier_provided_sku_cost": f"{order[name]['cost']:.2f}"}
        for name, _, _ in entries
    ]
    return jsonify({"order_uuid": str(order_uuid), "line_items": lines}), {"Content-Location": request.path}
