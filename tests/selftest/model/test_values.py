"""Values do not change: a class with fields is a frozen data class, except those that collect something in a run."""

import dataclasses
import importlib
import pkgutil

import pytest

import contracts

COLLECTING = {
    *("allocate_order.calibration.Search", "engine.log.KeptCases", "engine.reusable.Imaginary", "engine.orders.Orders"),
    *("engine.reusable.Reusable", "engine.orders.SingleUse", "engine.progress.Counter", "engine.progress.Lines"),
    *("engine.refusals.Refusals", "engine.run.Run", "engine.scheduler.Scheduler", "engine.session.Options"),
    *("engine.turns._Chain", "engine.watch.Watch", "judging.availability.Intermediary", "judging.backends.Backends"),
    *("judging.cases.Cases", "judging.front.Front", "judging.judgement.Group", "judging.judgement.Judged"),
    *("judging.judgement.Judgement", "judging.way.AlikeFailures", "judging.way.Way", "recording.reading.RecordedCalls"),
    *("recording.recorded.Recording", "transport.retries.FailurePool", "transport.retries.Reuse"),
}
"""Data classes that are not frozen: a run, or the judging of one, adds to them."""


def classes_with_fields():
    """Every class of the suite that states the types of its fields and has no constructor of its own, by its name."""
    for module in pkgutil.walk_packages(contracts.__path__, "contracts."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and value.__module__ == module.name and not issubclass(value, tuple):
                states_fields = "__annotations__" in vars(value) and "__init__" not in vars(value)
                if dataclasses.is_dataclass(value) or states_fields:
                    yield f"{module.name}.{value.__name__}".removeprefix("contracts."), value


CLASSES = dict(classes_with_fields())
OTHERS = {"cli.Session", "model.case.Identified"}
"""A plugin of pytest, and what two data classes begin with."""


@pytest.mark.parametrize("name", sorted(CLASSES.keys() - OTHERS))
def test_a_class_with_fields_is_a_data_class_and_frozen_unless_it_collects(name):
    parameters = getattr(CLASSES[name], "__dataclass_params__", None)

    assert parameters is not None
    assert parameters.frozen is (name not in COLLECTING)


def test_what_is_listed_exists():
    assert (COLLECTING | OTHERS) - CLASSES.keys() == set()
