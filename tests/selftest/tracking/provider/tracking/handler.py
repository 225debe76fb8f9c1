"""What the call does with a body: it checks a package, keeps it, and gives it a name."""

import uuid

from provider.http import RefusalError, as_json
from provider.standard.handler import StandardCall

TEXT, NUMBER, LIST = (str,), (int, float), (list,)
BODY = {
    "tracking_number": TEXT,
    "supplier_provided_carrier": TEXT,
    "supplier_provided_method": TEXT,
    "package_weight": NUMBER,
    "package_ship_cost": NUMBER,
    "package_ship_date": TEXT,
    "line_items": LIST,
    "package_attributes": LIST,
}
LINE = {"line_item_uuid": TEXT, "quantity_shipped": (int,), "supplier_provided_sku_cost": NUMBER}
REQUIRED = {"tracking_number", "line_items", "line_item_uuid", "quantity_shipped"}
OPTIONAL = sorted((BODY | LINE).keys() - REQUIRED)


def refused(field, what, status=400):
    """A member at fault."""
    return RefusalError(status, f"invalid_{field}", f"{field} {what}.", field=field)


class AddTracking(StandardCall):
    """The documented call. What is added is kept as long as the provider runs."""

    METHOD = "POST"
    PLACE = ("", "timp", "orders", "tracking")

    def check_shape(self, body):
        """Check the outermost members of a body."""
        if not isinstance(body, dict):
            raise refused("body", "is an object")
        return self.members("body", body, BODY)

    def carry_out(self, order, body):
        """Add a package to an order."""
        self.check_shape(body)
        lines = [self.line(entry, order) for entry in body["line_items"]]
        if not lines:
            raise refused("line_items", "has at least one element")
        return self.carried_out(order, {**body, "line_items": lines})

    def carried_out(self, _order, _package):
        """Name the package."""
        return as_json(201, {"package_uuid": self.named()})

    def named(self):
        """A name that no other package has."""
        return str(uuid.uuid4())

    def line(self, entry, order):
        """One line item of the package."""
        if not isinstance(entry, dict):
            raise refused("line_item", "is an object")
        self.members("line-item", entry, LINE)
        self.item(entry["line_item_uuid"], order)
        if int(entry["quantity_shipped"]) < 0:
            raise refused("quantity_shipped", "is not negative", 422)
        return entry

    def item(self, name, order):
        """Find a line item of the order."""
        if name not in {item.uuid for item in order.line_items}:
            code = self.readings.code("request-parameters.foreign-line-item")
            raise refused("line_item_uuid", "is none of this order", code)

    def members(self, where, value, known):
        """Check which members an object has, and of which type they are."""
        if value.keys() - known and not self.readings.accepts(f"request-parameters.unknown-field-in-{where}"):
            raise refused("member", "is not known")
        for name, types in known.items():
            if name in value:
                self.member(name, value[name], types)
            elif name in REQUIRED:
                raise refused(name, "is required")

    def member(self, name, value, types):
        """Check the type of a member."""
        if name in OPTIONAL and value is None:
            if not self.readings.accepts(f"request-parameters.{name.replace('_', '-')}-null"):
                raise refused(name, "is not null")
        elif not isinstance(value, types) or isinstance(value, bool):
            digits = name == "quantity_shipped" and isinstance(value, str) and value.isdecimal()
            if not (digits and self.readings.accepts("request-parameters.quantity-shipped-as-digits")):
                raise refused(name, "has another type")
