"""What can be wrong with this call alone."""

from provider.fault import fault
from provider.http import RefusalError

AT, NAME = "request-parameters", "response-parameters.package-uuid"


@fault("members", f"{AT}.tracking-number-required")
def takes_packages_without_a_number(_call, honest, where, value, known):
    """A package may lack its tracking number."""
    return honest(where, {"tracking_number": "", **value} if where == "body" else value, known)


@fault("member", f"{AT}.quantity-shipped-type")
def takes_true_for_one(_call, honest, name, value, types):
    """True is taken for a quantity of one."""
    return None if name == "quantity_shipped" and value is True else honest(name, value, types)


@fault("member", f"{AT}.package-weight-type")
def does_not_look_at_weights(_call, honest, name, value, types):
    """A weight may be anything except null."""
    return None if name == "package_weight" and value is not None else honest(name, value, types)


@fault("check_shape", f"{AT}.line-items-is-an-array")
def takes_one_line_item_for_all(_call, honest, body):
    """A single line item may come without its array."""
    if isinstance(body, dict) and isinstance(body.get("line_items"), dict) and "quantity_shipped" in body["line_items"]:
        body["line_items"] = [body["line_items"]]
    return honest(body)


@fault("line", f"{AT}.quantity-shipped-negative")
def ships_less_than_nothing(_call, honest, entry, order):
    """The sign of a quantity is dropped."""
    if isinstance(entry, dict) and type(entry.get("quantity_shipped")) is int:
        entry = {**entry, "quantity_shipped": abs(entry["quantity_shipped"])}
    return honest(entry, order)


@fault("item", f"{AT}.line-item-uuid-malformed", severity="critical")
def ships_items_that_have_no_uuid(_call, honest, name, order):
    """A line item that is not named by a UUID is taken for any of the order."""
    return None if len(name) < 36 else honest(name, order)


@fault("item", f"{AT}.foreign-line-item", severity="critical")
def ships_unknown_items(_call, honest, name, order):
    """A line item that does not exist is shipped."""
    return None if len(name) == 36 else honest(name, order)


@fault("members", f"{AT}.optional-members")
def asks_for_a_carrier(_call, honest, where, value, known):
    """A package without a carrier is refused."""
    if where == "body" and "supplier_provided_carrier" not in value:
        raise RefusalError(400, "no_carrier", "A carrier is needed.")
    return honest(where, value, known)


@fault("named", f"{NAME}", also=("openapi.body",))
def names_packages_by_numbers(_call, _honest):
    """A package is named by a number."""
    return 7


@fault("named", f"{NAME}-new", severity="critical")
def names_all_packages_alike(_call, _honest):
    """Every package has the same name."""
    return "6f6a1c52-93f5-4b0f-9c0e-7c9a6b1d2e3f"
