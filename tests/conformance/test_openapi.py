"""What Schemathesis makes of the specification, narrowed to this target: sent by us, judged by our oracles."""

import pytest
import schemathesis

from contracts.endpoint import schema


@pytest.fixture(params=["coverage", "positive", "negative"])
def openapi(request, generated, pytestconfig):
    """The specification as this target reads it, for one way of generating from it.

    As it asks for `generated`, all that is generated from it is answered before the next item begins.
    """
    run = generated.run
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
    return min(run.stock.orders, key=lambda order: len(order.line_items))


specification = schemathesis.pytest.from_fixture("openapi")


@specification.parametrize()
def test_no_answer_to_a_generated_request_diverges_from_a_clause(case, generated):
    """Answers are awaited some at a time, and none of them decides what is generated next."""
    generated(schema.request_of(case), made_for(generated.run), expect=no_divergence)


def no_divergence(answer):
    assert not answer.findings, f"{answer}: {', '.join(sorted({each.clause for each in answer.findings}))}"
