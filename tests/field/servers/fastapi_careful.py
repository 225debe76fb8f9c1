"""Allocate Order in FastAPI, to the letter of the field list: strict models and errors of its own.

The framework parses the body before anything else, so a body that is not JSON is refused before the credentials are
looked at. It redirects a path without its final slash.
"""

import hmac
import re
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, Field, StrictInt, StrictStr
from starlette.exceptions import HTTPException
from store import ORDERS, TOKEN, detail, put

app = FastAPI(title="TIMP", docs_url=None, redoc_url=None, openapi_url=None)


def iso_day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError("write the date as yyyy-mm-dd")
    date.fromisoformat(text)
    return text


Quantity = Annotated[StrictInt, Field(ge=0)]


class Allocation(BaseModel):
    quantity_accepted: Quantity
    quantity_rejected: Quantity
    quantity_backordered: Quantity
    backorder_date: Annotated[StrictStr, AfterValidator(iso_day)] | None = None


class OrderItem(BaseModel):
    line_item_uuid: UUID
    allocation: Allocation


class AllocateOrder(BaseModel):
    line_items: list[OrderItem]


class AllocatedLine(BaseModel):
    line_item_uuid: UUID
    quantity_shipped: Literal[0] = 0
    supplier_provided_sku_cost: float


class Allocated(BaseModel):
    line_items: list[AllocatedLine]


def supplier(authorization: Annotated[str, Header()] = ""):
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "token" or not hmac.compare_digest(token.encode(), TOKEN.encode()):
        raise HTTPException(401, "A valid token is needed.", {"WWW-Authenticate": "Token"})


def json_only(content_type: Annotated[str, Header()] = ""):
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "Send application/json.")


def known_order(order_uuid: UUID):
    if str(order_uuid) not in ORDERS:
        raise HTTPException(404, "There is no such order.")


@app.get("/timp/orders/{order_uuid}/", dependencies=[Depends(supplier), Depends(known_order)])
def read_order(order_uuid: UUID):
    return detail(str(order_uuid))


CHECKS = [Depends(supplier), Depends(json_only), Depends(known_order)]


@app.put("/timp/orders/allocation/{order_uuid}/", dependencies=CHECKS)
def allocate_order(order_uuid: UUID, body: AllocateOrder) -> Allocated:
    order = ORDERS[str(order_uuid)]
    for item in body.line_items:
        line, wanted = order.get(str(item.line_item_uuid)), item.allocation
        if line is None:
            raise HTTPException(422, f"The order has no line item {item.line_item_uuid}.")
        if wanted.quantity_accepted + wanted.quantity_rejected + wanted.quantity_backordered > line["ordered"]:
            raise HTTPException(422, f"More than {line['ordered']} units of {item.line_item_uuid}.")
    latest = {str(item.line_item_uuid): item.allocation for item in body.line_items}
    for name, wanted in latest.items():
        quantities = (wanted.quantity_accepted, wanted.quantity_rejected, wanted.quantity_backordered)
        put(order[name], *quantities, wanted.backorder_date)
    lines = [AllocatedLine(line_item_uuid=name, supplier_provided_sku_cost=order[name]["cost"]) for name in latest]
    return Allocated(line_items=lines)


@app.exception_handler(HTTPException)
def problem(_request: Request, error: HTTPException):
    content = {"title": error.detail, "status": error.status_code}
    return JSONResponse(content, error.status_code, error.headers, "application/problem+json")


@app.exception_handler(RequestValidationError)
def invalid(request: Request, error: RequestValidationError):
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if str(part).isidentifier() or isinstance(part, int))
    status = 404 if first["loc"][0] == "path" else 400
    return problem(request, HTTPException(status, f"{first['type']} at {place}"))
