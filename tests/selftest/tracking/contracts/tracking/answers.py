"""The answer to a package that was added."""

from contracts.endpoint.judges import HELD, Breach, oracle
from contracts.standard.parsed import same_uuid
from contracts.standard.response_parameters import successes
from contracts.standard.texts import kind, parse_json

FIELD = "package_uuid"


def _named(case, context):
    """Each success that is a JSON object, with the name that it gives the package."""
    for exchange in successes(case, context):
        parsed = parse_json(exchange.response.body)
        if parsed.error is None and not parsed.repeated:
            yield exchange, parsed.value.get(FIELD) if isinstance(parsed.value, dict) else None


@oracle("response-parameters.package-uuid")
def package_uuid(case, context):
    """A UUID in a string."""
    for exchange, name in _named(case, context):
        if isinstance(name, str) and same_uuid(name):
            yield HELD
        else:
            label = "no UUID" if isinstance(name, str) else kind(name)
            yield Breach(exchange, f"a UUID as {FIELD}", label, label, FIELD)


@oracle("response-parameters.package-uuid-new")
def package_uuid_new(case, context):
    """The package has another name than the one that was added before it in the case."""
    base = case.base
    before = parse_json(base.response.body).value if base is not None and base.accepted else None
    for exchange, name in _named(case, context):
        if not isinstance(before, dict) or not isinstance(name, str):
            continue
        if name != before.get(FIELD):
            yield HELD
        else:
            yield Breach(exchange, "another UUID than that of the package before", "the same", "the same", FIELD)
