"""Allocate Order in aiohttp: orders are read from a copy that is a moment behind.

The answer comes in chunks, and a line that the order does not have is answered with a member of its own.
"""

import asyncio
import copy
import json
import re
import sys
from datetime import date

from aiohttp import web
from store import ORDERS, TOKEN, detail, put

BEHIND = 0.3
QUANTITIES = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
copies = {uuid: detail(uuid) for uuid in ORDERS}


class Refusal(Exception):
    def __init__(self, status, message, **headers):
        super().__init__(message)
        self.answer = web.json_response({"success": False, "reason": message}, status=status, headers=headers)


@web.middleware
async def supplier(request, handler):
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "token" or token != TOKEN:
        return Refusal(401, "This token is not known", **{"WWW-Authenticate": "Token"}).answer
    try:
        return await handler(request)
    except Refusal as refusal:
        return refusal.answer
    except web.HTTPMethodNotAllowed as error:
        return Refusal(405, "PUT is the only method", Allow=", ".join(sorted(error.allowed_methods))).answer
    except web.HTTPException as error:
        return Refusal(error.status, error.reason).answer


def order_of(request):
    uuid = request.match_info["uuid"].lower()
    if uuid not in ORDERS:
        raise Refusal(404, "No such order")
    return uuid, ORDERS[uuid]


async def body_of(request):
    if request.content_type != "application/json":
        raise Refusal(415, "Send application/json")
    try:
        return json.loads((await request.read()).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "The body is not JSON") from error


def entry(item):
    if not isinstance(item, dict) or not isinstance(item.get("line_item_uuid", item.get("order_item_id")), str):
        raise Refusal(400, "line_item_uuid is missing")
    wanted = item.get("allocation")
    if not isinstance(wanted, dict):
        raise Refusal(400, "allocation is missing")
    for name in QUANTITIES:
        value = wanted.get(name)
        if isinstance(value, float) and value.is_integer():
            wanted[name] = value = int(value)
        if value is None:
            raise Refusal(400, f"{name} is missing")
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise Refusal(422, f"{name} is not an integer of 0 or more")
    text = wanted.get("backorder_date")
    if text is not None:
        match = re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})", text, re.ASCII) if isinstance(text, str) else None
        try:
            wanted["backorder_date"] = date(*map(int, match.groups())).isoformat()
        except (AttributeError, ValueError) as error:
            raise Refusal(422, "backorder_date is not a date") from error
    return item.get("line_item_uuid", item.get("order_item_id")), wanted


async def allocate(request):
    uuid, order = order_of(request)
    body = await body_of(request)
    if not isinstance(body, dict) or not isinstance(body.get("line_items"), list):
        raise Refusal(400, "line_items is not an array")
    latest = dict(entry(item) for item in body["line_items"])
    answer = [{"line_item_uuid": name, "error": "unknown"} for name in latest if name not in order]
    for name, wanted in latest.items():
        if name in order and sum(wanted[each] for each in QUANTITIES) > order[name]["ordered"]:
            raise Refusal(422, "More than was ordered")
    for name, wanted in latest.items():
        if name in order:
            put(order[name], *(wanted[each] for each in QUANTITIES), wanted.get("backorder_date"))
            answer.append({"line_item_uuid": name, "quantity_shipped": 0, "supplier_provided_sku_cost": 13.5})
    asyncio.get_running_loop().call_later(BEHIND, copies.__setitem__, uuid, copy.deepcopy(detail(uuid)))
    response = web.json_response({"line_items": answer})
    response.enable_chunked_encoding()
    return response


async def read(request):
    return web.json_response(copies[order_of(request)[0]])


app = web.Application(middlewares=[supplier])
app.add_routes([web.put("/timp/orders/allocation/{uuid}/", allocate), web.get("/timp/orders/{uuid}/", read)])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
