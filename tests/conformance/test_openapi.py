"""What Schemathesis makes of the specification, narrowed to this target: sent by us, judged by our oracles."""

import pytest
import schemathesis

from contracts.endpoint import schema
from contracts.transport.interlock import RefusedToSendError


@pytest.fixture(params=["coverage", "positive", "negative"])
def openapi(request, attempt, pytestconfig):
    """The specification as this target reads it, for one way of generating from it.

    As it asks for `attempt`, all that is generated from it is answered before the next item begins.
    """
    run = attempt.run
    document = run.endpoint.definition.narrowed(
        schema.load(run.endpoint.specs / "openapi.yaml"),
        readings=run.context.readings,
        order=made_for(run),
        year=run.kit.today.year + 1,
    )
    if request.param == "coverage":
        return schema.coverage(document, seed=run.seed)
    examples = pytestconfig.getoption("--examples")
    return schema.fuzzing(document, seed=run.seed, mode=request.param, examples=examples)


def made_for(run):
    """The order that requests are generated for: the smallest there is."""
    return min(run.leases.orders, key=lambda order: len(order.line_items))


specification = schemathesis.pytest.from_fixture("openapi")


@specification.parametrize()
def test_requests_generated_from_the_specification(case, attempt):
    """All are sent, whatever one of them shows: what they show is for the verdicts."""
    try:
        attempt.generated(schema.request_of(case), made_for(attempt.run))
    except RefusedToSendError as error:
        attempt.run.unsent.append(str(error))
