"""Allocate Order a second time, written from the page alone: orders in memory, all errors of a request together.

It shares nothing with the reference provider, and reads the page otherwise where it may: costs are strings, portions of
the ordered quantity are refused, the redirect to the final slash is the framework's. `faults` are switches of its own.
"""

import datetime
import json
import re
import threading
import time

from flask import Response, request

QUANTITIES = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
SHOWN = ("quantity_allocated", "quantity_rejected", "quantity_backordered")


class Problem(Exception):  # noqa: N818 - it becomes an answer, and is not trouble
    """A request that is not carried out: the code, and what is wrong with which field."""

    def __init__(self, status, *errors, headers=()):
        super().__init__(status)
        self.status, self.errors, self.headers = status, errors, dict(headers)


class Shop:
    """The orders, who may allocate them, and the call."""

    def __init__(self, orders, tokens, faults=()):
        self.orders = orders  # order UUID -> line item UUID -> ordered quantity
        self.tokens = tokens  # token -> role
        self.faults = frozenset(faults)
        self.standing = {}  # line item UUID -> allocation
        self.lock = threading.Lock()

    # ------------------------------------------------------------------------------------------ the calls

    def allocate(self, order_uuid):
        """PUT /timp/orders/allocation/{order_uuid}/."""
        self.login()
        body = self.body()
        lines = self.order(order_uuid)
        entries = self.entries(body)
        wanted, errors = {}, []
        for index, entry in enumerate(entries):
            found = self.entry(index, entry, lines, first=index == 0)
            errors += found if isinstance(found, list) else []
            if not isinstance(found, list):
                name, allocation = found
                if name in wanted:
                    errors.append((422, f"line_items.{index}", "named twice"))
                wanted[name] = allocation
                if "stores-before-all-is-checked" in self.faults:
                    self.store({name: allocation})
        if errors:
            raise Problem(min(status for status, *_ in errors), *(error[1:] for error in errors))
        self.store(wanted)
        return self.success(order_uuid, entries)

    def detail(self, order_uuid):
        """GET /timp/orders/{order_uuid}/."""
        self.login()
        return {
            "order_uuid": order_uuid,
            "line_items": [
                {"line_item_uuid": name, "status": "Unallocated", "allocation": self.shown(name, ordered)}
                for name, ordered in self.order(order_uuid).items()
            ],
        }

    def shown(self, name, ordered):
        """What is stored on a line item."""
        allocation = self.standing.get(name)
        if allocation is None:
            return None
        numbers = {theirs: allocation[ours] for theirs, ours in zip(SHOWN, QUANTITIES, strict=True)}
        return {"quantity_ordered": ordered, **numbers, "backorder_date": allocation.get("backorder_date")}

    # ----------------------------------------------------------------------------------- who, what, which

    def login(self):
        """Let the supplier in."""
        header = request.headers.get("Authorization", "")
        scheme, _, token = header.partition(" ")
        if "takes-the-last-word-for-the-token" in self.faults:
            scheme, token = "Token", (header.split() or [""])[-1]
        if "compares-tokens-in-lower-case" in self.faults:
            token = next((each for each in self.tokens if each.lower() == token.lower()), token)
        if "compares-the-beginning-of-tokens" in self.faults and len(token) > 8:
            token = next((each for each in self.tokens if each.startswith(token)), token)
        role = self.tokens.get(token) if scheme == "Token" else None
        if role is None:
            headers = {} if "forgets-the-challenge" in self.faults else {"WWW-Authenticate": "Token"}
            detail = header if "repeats-the-header" in self.faults else "Authentication credentials were not provided."
            raise Problem(403 if "forbids-strangers" in self.faults else 401, ("detail", detail), headers=headers)
        if role == "retailer" and "asks-for-no-role" not in self.faults:
            raise Problem(409, ("detail", "not a supplier"))
        if role == "unpermitted":
            raise Problem(403, ("detail", "no permission"))

    def body(self):
        """The JSON body; NaN and its like are none."""
        kind = request.mimetype
        if kind != "application/json" and "forces-json" not in self.faults:
            raise Problem(415, ("detail", "send application/json"))
        text = request.get_data()
        try:
            return json.loads(text.decode("utf-8"), parse_constant=_refused)
        except (ValueError, RecursionError):
            if "takes-no-json-for-nothing" in self.faults:
                return {"line_items": [], "silent": True}
            raise Problem(400, ("detail", "no JSON")) from None

    def order(self, order_uuid):
        """The line items of an order."""
        if order_uuid not in self.orders:
            if "makes-orders-up" in self.faults and len(order_uuid) == 36:
                return {name: ordered for lines in self.orders.values() for name, ordered in lines.items()}
            raise Problem(404, ("detail", "no such order"))
        return self.orders[order_uuid]

    def entries(self, body):
        """The elements of line_items."""
        if not isinstance(body, dict):
            raise Problem(400, ("", "an object is expected"))
        if "line_items" not in body and self.faults & {"fails-without-line-items", "shows-tracebacks"}:
            body["line_items"]  # a KeyError, as it comes
        entries = body.get("line_items")
        if not isinstance(entries, list) or not (entries or "silent" in body):
            raise Problem(400, ("line_items", "a list with an element is expected"))
        return entries

    def entry(self, index, entry, lines, *, first):
        """One element: its name and allocation, or a list of errors (status, field, message)."""
        at = f"line_items.{index}"
        if not isinstance(entry, dict):
            return [(400, at, "an object is expected")]
        name, allocation = entry.get("line_item_uuid"), entry.get("allocation")
        if not isinstance(name, str):
            return [(400, f"{at}.line_item_uuid", "a string is expected")]
        if not isinstance(allocation, dict):
            return [(400, f"{at}.allocation", "an object is expected")]
        if "finds-line-items-of-any-order" in self.faults:
            lines = {name: ordered for each in self.orders.values() for name, ordered in each.items()}
        if name not in lines:
            return [(422, f"{at}.line_item_uuid", "not of this order")]
        if not first and "checks-the-first-line-item-only" in self.faults:
            return name, dict.fromkeys(QUANTITIES, 0) | allocation
        numbers, errors = self.numbers(at, allocation)
        if errors:
            return errors
        errors += self.sums(at, numbers, lines[name])
        date, wrong = self.date(at, allocation, numbers[2])
        errors += wrong
        return errors or (name, dict(zip(QUANTITIES, numbers, strict=True)) | {"backorder_date": date})

    # ------------------------------------------------------------------------------------------- the rules

    def numbers(self, at, allocation):
        """The three quantities, and what is wrong with them."""
        numbers, errors = [], []
        for field in QUANTITIES:
            value = allocation.get(field, _refused)
            if value is _refused:
                errors.append((400, f"{at}.{field}", "is required"))
                continue
            number = self.number(value)
            if number is None or number < 0:
                errors.append((400, f"{at}.{field}", "a whole number from zero on is expected"))
            else:
                numbers.append(number)
        return numbers, errors

    def number(self, value):
        """A quantity as an integer, None where it is none."""
        if isinstance(value, bool) and "takes-true-for-one" not in self.faults:
            return None
        if isinstance(value, float) and "cuts-fractions-off" in self.faults and abs(value) < 1e9:
            return int(value)
        if not value and "takes-whatever-is-empty-for-zero" in self.faults:
            return 0
        if isinstance(value, str) and "reads-digits-at-the-beginning" in self.faults:
            return int(re.match("[0-9]*", value)[0] or -1)
        if not isinstance(value, int):
            return None
        if "drops-the-sign" in self.faults:
            return abs(value)
        return value % 2**32 if "counts-in-32-bits" in self.faults else value

    def sums(self, at, numbers, ordered):
        """All that was ordered is answered for, and no more."""
        spare = 1 if "is-one-off" in self.faults else 0
        total = sum(numbers)
        if "does-not-count-backorders" in self.faults and total > ordered:
            total -= numbers[2]
        if not ordered <= total <= ordered + spare:
            return [(422, f"{at}.allocation", f"{ordered} units are to be answered for")]
        return []

    def date(self, at, allocation, backordered):
        """The date as text, and what is wrong with it."""
        value = allocation.get("backorder_date")
        field = f"{at}.backorder_date"
        if value is None:
            missing = backordered or "backorder_date" in allocation
            return None, [(422, field, "a backorder needs a date")] if missing else []
        if "does-not-look-at-dates" in self.faults and isinstance(value, str):
            return value, []
        if "completes-dates" in self.faults and isinstance(value, str) and re.fullmatch("[0-9]{4}(-[0-9]{2})?", value):
            value = f"{value}-01-01"[:10]
        if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return None, [(400, field, "YYYY-MM-DD is expected")]
        try:
            day = datetime.date.fromisoformat(value)
        except ValueError:
            return None, [(422, field, "not in the calendar")]
        if (day.month, day.day) == (2, 29) and "knows-no-leap-years" in self.faults:
            return None, [(422, field, "not in the calendar")]
        if day < datetime.datetime.now(datetime.UTC).date():
            return None, [(422, field, "has passed")]
        return value, []

    # -------------------------------------------------------------------------------------- what it becomes

    def store(self, wanted):
        """Put allocations in the place of the stored ones."""
        if "writes-field-by-field" in self.faults:
            for name, allocation in wanted.items():
                there = self.standing.setdefault(name, {})
                there["backorder_date"] = allocation["backorder_date"]
                for field in sorted(QUANTITIES, key=lambda field: -allocation[field]):
                    there[field] = allocation[field]
                    time.sleep(0.05)
            return
        if "forgets-dates" in self.faults:
            wanted = {name: allocation | {"backorder_date": None} for name, allocation in wanted.items()}
        with self.lock:
            if "keeps-what-was-stored" in self.faults:
                wanted = wanted | self.standing
            self.standing.update(wanted)

    def success(self, order_uuid, entries):
        """The answer to a request that was carried out."""
        if "answers-without-content" in self.faults:
            return Response(status=204)
        names = [entry["line_item_uuid"] for entry in entries]
        if "answers-by-position" in self.faults:
            names = [name for name, _ in zip(self.orders[order_uuid], names, strict=False)]
        lines = [{"line_item_uuid": name, **self.said(order_uuid)} for name in names]
        if "answers-the-last-line-item-alone" in self.faults:
            lines = lines[-1:]
        if "prints-a-dictionary" in self.faults:
            return Response(str({"line_items": lines}), mimetype="application/json")
        if "forgets-the-media-type" in self.faults:
            return Response(json.dumps({"line_items": lines}))
        return {"line_items": lines}

    def said(self, _order_uuid):
        """What is said of each line item."""
        shipped = 0
        if "writes-decimals-as-strings" in self.faults:
            shipped = "0"
        if "counts-what-was-never-ordered" in self.faults:
            shipped = 2**31
        cost = "13.9800" if "writes-four-places" in self.faults else "13.98"
        return {"quantity_shipped": shipped, "supplier_provided_sku_cost": cost}


def _refused(name):
    raise ValueError(name)
