"""Allocate Order in FastAPI as its tutorial teaches it: models, dependencies, and the framework's own errors."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, NonNegativeInt
from store import ORDERS, TOKEN, detail, put

app = FastAPI(title="TIMP")


class Allocation(BaseModel):
    quantity_accepted: NonNegativeInt
    quantity_rejected: NonNegativeInt
    quantity_backordered: NonNegativeInt
    backorder_date: date | None = None


class OrderItem(BaseModel):
    line_item_uuid: UUID
    allocation: Allocation


class AllocateOrder(BaseModel):
    line_items: list[OrderItem]


def supplier(authorization: Annotated[str, Header()]):
    if authorization != f"Token {TOKEN}":
        raise HTTPException(401, "Invalid token.")


def order_of(order_uuid: UUID):
    order = ORDERS.get(str(order_uuid))
    if order is None:
        raise HTTPException(404, "Order not found")
    return order


@app.get("/timp/orders/{order_uuid}/", dependencies=[Depends(supplier)])
async def read_order(order_uuid: UUID, _order: Annotated[dict, Depends(order_of)]):
    return detail(str(order_uuid))


@app.put("/timp/orders/allocation/{order_uuid}/", dependencies=[Depends(supplier)])
async def allocate_order(body: AllocateOrder, order: Annotated[dict, Depends(order_of)]) -> list[dict[UUID, str]]:
    answer = []
    for item in body.line_items:
        line = order.get(str(item.line_item_uuid))
        if line is None:
            raise HTTPException(422, f"Line item {item.line_item_uuid} is not part of this order")
        wanted = item.allocation
        total = wanted.quantity_accepted + wanted.quantity_rejected + wanted.quantity_backordered
        if total > line["ordered"]:
            raise HTTPException(422, f"{total} units are allocated, {line['ordered']} were ordered")
        day = wanted.backorder_date.isoformat() if wanted.backorder_date else None
        put(line, wanted.quantity_accepted, wanted.quantity_rejected, wanted.quantity_backordered, day)
        answer.append({item.line_item_uuid: line["status"]})
    return answer
