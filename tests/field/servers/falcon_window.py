"""Allocate Order in Falcon with rules of business: stock arrives on a working day, from tomorrow to a year from now.

A date comes with a backorder and only with one. Costs are listed only for lines of which something was accepted.
"""

import datetime
import json
import re
from uuid import UUID

import falcon
from falcon import media
from store import ORDERS, TOKEN, detail, put

QUANTITIES = ("quantity_accepted", "quantity_rejected", "quantity_backordered")


def loads(text):
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


class Supplier:
    def process_request(self, request, _response):
        scheme, _, token = (request.auth or "").partition(" ")
        if scheme.casefold() != "token" or token != TOKEN:
            raise falcon.HTTPUnauthorized(title="Not authorized", challenges=["Token", 'Basic realm="orders"'])
        request.content_type = (request.content_type or "application/json").lower()


def invalid(title, status=falcon.HTTP_400):
    return falcon.HTTPError(status, title=title)


def order_of(uuid):
    if str(uuid) not in ORDERS:
        raise falcon.HTTPNotFound(title="No such order")
    return ORDERS[str(uuid)]


def day(text):
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise invalid("backorder_date is not a date")
    try:
        date = datetime.date.fromisoformat(text)
    except ValueError as error:
        raise invalid("backorder_date is not a date") from error
    ahead = (date - datetime.datetime.now(datetime.UTC).date()).days
    if not 1 <= ahead <= 365 or date.weekday() > 4:
        raise invalid("backorder_date has to be a working day of the next 365 days", falcon.HTTP_422)
    return text


def allocation(line, wanted):
    numbers = []
    for name in QUANTITIES:
        if type(wanted.get(name)) is not int or not 0 <= wanted[name] < 2**31:
            raise invalid(f"{name} has to be an integer")
        numbers.append(wanted[name])
    if not 0 < sum(numbers) <= line["ordered"]:
        raise invalid(f"Allocate 1 to {line['ordered']} units", falcon.HTTP_422)
    date = wanted.get("backorder_date")
    if date is not None:
        date = day(date)
    if bool(numbers[2]) != (date is not None):
        raise invalid("Send backorder_date if something is backordered, and only then", falcon.HTTP_422)
    return (*numbers, date)


def entries(body):
    lines = body.get("line_items") if isinstance(body, dict) else None
    if not isinstance(lines, list) or not 1 <= len(lines) <= 200:
        raise invalid("line_items has to be an array of 1 to 200 elements")
    for entry in lines:
        if not isinstance(entry, dict) or not isinstance(entry.get("allocation"), dict):
            raise invalid("Each line item has to have an allocation")
        try:
            yield str(UUID(entry.get("line_item_uuid"))), entry["allocation"]
        except (TypeError, ValueError, AttributeError) as error:
            raise invalid("line_item_uuid has to be a UUID") from error


class Allocation:
    def on_put(self, request, response, uuid):
        order = order_of(uuid)
        wanted = list(entries(request.get_media()))
        if len({name for name, _ in wanted}) < len(wanted):
            raise invalid("Each line item can be named once")
        if any(name not in order for name, _ in wanted):
            raise invalid("The order has no such line item", falcon.HTTP_422)
        for name, numbers in [(name, allocation(order[name], each)) for name, each in wanted]:
            put(order[name], *numbers)
        response.media = {"line_items": [self.shown(name, order[name]) for name, _ in wanted]}

    def shown(self, name, line):
        cost = {"supplier_provided_sku_cost": 14} if line["allocation"]["quantity_allocated"] else {}
        return {"line_item_uuid": name.upper(), "line_item_status": line["status"], "quantity_shipped": 0, **cost}


class Order:
    def on_get(self, _request, response, uuid):
        order_of(uuid)
        shown = detail(str(uuid))
        for line in shown["line_items"]:
            if (line["allocation"] or {}).get("backorder_date"):
                date = f"{line['allocation']['backorder_date']}T00:00:00Z"
                line["allocation"] = {**line["allocation"], "backorder_date": date}
        response.media = shown


application = falcon.App(middleware=[Supplier()])
application.req_options.media_handlers = media.Handlers({falcon.MEDIA_JSON: media.JSONHandler(loads=loads)})
application.add_route("/timp/orders/allocation/{uuid:uuid}/", Allocation())
application.add_route("/timp/orders/{uuid:uuid}/", Order())
