"""Allocate Order in FastAPI, as close to the samples as possible: strings of digits in, an array of statuses out.

Dates are written as 2027-Jan-31, one way to read yyyy-mmm-ddd, and shown as they were written. A line that the order
does not have is reported as not found in the answer.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyHeader
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictStr
from starlette.exceptions import HTTPException
from store import ORDERS, TOKEN, detail, put

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CHALLENGE = {"WWW-Authenticate": 'Token realm="orders", Bearer realm="orders"'}
app = FastAPI(title="TIMP", redirect_slashes=False)


def day(text: str) -> str:
    year, month, number = text.split("-")
    date(int(year), MONTHS.index(month) + 1, int(number))
    return text


Digits = Annotated[StrictStr, Field(pattern="^(0|[1-9][0-9]{0,8})$")]
Day = Annotated[StrictStr, Field(pattern="^[0-9]{4}-[A-Z][a-z]{2}-[0-9]{2}$"), AfterValidator(day)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Allocation(Strict):
    quantity_accepted: Digits
    quantity_rejected: Digits
    quantity_backordered: Digits
    backorder_date: Day | None = None

    def quantities(self) -> tuple[int, int, int]:
        return int(self.quantity_accepted), int(self.quantity_rejected), int(self.quantity_backordered)


class OrderItem(Strict):
    line_item_uuid: UUID
    allocation: Allocation


class AllocateOrder(Strict):
    line_items: list[OrderItem] = Field(min_length=1)


def supplier(header: Annotated[str | None, Security(APIKeyHeader(name="Authorization", auto_error=False))]):
    words = (header or "").split(" ")
    if header is not None and len(words) != 2:
        raise HTTPException(400, "Write Authorization as: Token, a space, the token.")
    if words[0] not in {"Token", "Bearer"} or words[-1] != TOKEN:
        raise HTTPException(401, "A valid token is needed.", CHALLENGE)


def json_only(request: Request):
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "Send application/json.")


def order_of(order_uuid: UUID) -> dict:
    if str(order_uuid) not in ORDERS:
        raise HTTPException(422, "This order cannot be allocated: it does not exist.")
    return ORDERS[str(order_uuid)]


@app.get("/timp/orders/{order_uuid}/", dependencies=[Depends(supplier), Depends(order_of)])
def read_order(order_uuid: UUID):
    return detail(str(order_uuid))


CHECKS = [Depends(supplier), Depends(json_only)]


@app.put("/timp/orders/allocation/{order_uuid}/", dependencies=CHECKS, status_code=201)
def allocate_order(body: AllocateOrder, order: Annotated[dict, Depends(order_of)]) -> list[dict[str, str]]:
    pairs = [(order.get(str(item.line_item_uuid)), item) for item in body.line_items]
    for line, item in pairs:
        if line is not None and sum(item.allocation.quantities()) > line["ordered"]:
            raise HTTPException(400, f"At most {line['ordered']} units of {item.line_item_uuid} can be allocated.")
    answer = []
    for line, item in pairs:
        if line is not None:
            put(line, *item.allocation.quantities(), item.allocation.backorder_date)
        answer.append({str(item.line_item_uuid): "Item Not Found" if line is None else line["status"]})
    return answer


@app.exception_handler(HTTPException)
def problem(_request: Request, error: HTTPException):
    return JSONResponse([{"message": error.detail}], error.status_code, error.headers)


@app.exception_handler(RequestValidationError)
def invalid(_request: Request, error: RequestValidationError):
    messages = [{"message": each["type"]} for each in error.errors()[:20]]
    return JSONResponse(messages, 422, None, "application/vnd.timp.errors+json")
