"""A toy endpoint, `PUT /ping/{name}/`: it answers 200, and refuses a body."""

from contracts.endpoint.discovery import Calibration, EndpointDefinition
from contracts.model.case import Case, Trait, View
from contracts.model.exchange import Request


def view(exchange, _orders, _call):
    """A body is all there is to see."""
    return View(frozenset({Trait("ping.body", "a body")} if exchange.request.body else set()))


def calibrate(send, lease, kit):
    """There is one way to ping."""
    exchange = send(plain(lease(), kit))
    return Calibration("plain" if exchange.accepted else None, (Case("calibration/ping", (("change", exchange),)),))


def plain(order, _kit):
    """The documented request."""
    return Request("PUT", f"/ping/{order.uuid}/")


ENDPOINT = EndpointDefinition(
    title="Ping",
    read_prefix=None,
    view=view,
    calibrate=calibrate,
    bases={"plain": plain},
)
