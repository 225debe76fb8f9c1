"""The orders of a server in the field: read from a file, kept in memory."""

import json
import os
from pathlib import Path

TOKEN = os.environ["FIELD_TOKEN"]
ORDERS = {
    order["uuid"]: {
        line["uuid"]: {"ordered": line["quantity_ordered"], "cost": 13.98, "status": "Unallocated", "allocation": None}
        for line in order["line_items"]
    }
    for order in json.loads(Path(os.environ["FIELD_ORDERS"]).read_text("utf-8"))
}


def detail(order_uuid):
    """Return an order as the order detail call shows it."""
    lines = ORDERS[order_uuid].items()
    entries = [{"line_item_uuid": u, "status": each["status"], "allocation": each["allocation"]} for u, each in lines]
    return {"order_uuid": order_uuid, "line_items": entries}


def put(line, accepted, rejected, backordered, date=None):
    """Replace the allocation of a line."""
    line["status"] = "Allocated" if accepted else "Backordered" if backordered else "Rejected"
    line["allocation"] = {
        "quantity_ordered": line["ordered"],
        "quantity_allocated": accepted,
        "quantity_backordered": backordered,
        "quantity_rejected": rejected,
        "backorder_date": date,
    }
