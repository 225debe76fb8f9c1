"""A conformance test made by Schemathesis sends what its seed says, and no request ends the others."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from contracts.endpoint import schema
from tests.selftest.conftest import PATIENCE

pytestmark = pytest.mark.xdist_group("schema generation")
ROOT = Path(__file__).parents[3]
DOCUMENT = schema.load(ROOT / "specs" / "allocate_order" / "openapi.yaml")

CONFORMANCE = """
import json
import os
from pathlib import Path

import pytest
import schemathesis

from contracts.endpoint import schema
from contracts.allocate_order.narrowing import narrowed
from contracts.model.exchange import LineItem, Order

DOCUMENT = schema.load(Path("specs/allocate_order/openapi.yaml"))
ORDER = Order("0c7a3a5e-2f43-4f0e-b1a9-5d5f7a1b9c33", (LineItem("2d0b3d0e-6f0c-4c55-8a0f-6c2d7c1f0a11", 6),))


class Refused(Exception):
    pass


class Run:
    def __init__(self):
        self.sent, self.refused = [], []

    def send(self, request, *, origin):
        body = repr(request.body)
        self.sent.append([origin, request.method, request.path, request.credential, request.headers, body])
        if len(self.sent) % 7 == 0:
            raise Refused


@pytest.fixture(scope="module")
def run():
    run = Run()
    yield run
    Path(os.environ["SENT"]).write_text(json.dumps({"sent": run.sent, "refused": len(run.refused)}))


@pytest.fixture(params=["coverage", "positive", "negative"])
def openapi(request):
    document = narrowed(DOCUMENT, readings={}, order=ORDER, year=2031)
    seed = int(os.environ["SEED"])
    if request.param == "coverage":
        return schema.coverage(document, seed=seed)
    return schema.fuzzing(document, seed=seed, mode=request.param, examples=15)


specification = schemathesis.pytest.from_fixture("openapi")


@specification.parametrize()
def test_requests_made_from_the_specification_are_sent(case, request, run):
    try:
        run.send(schema.request_of(case), origin=request.node.callspec.id)
    except Refused as error:
        run.refused.append(error)
"""


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory):
    """Runs a conformance test as above under the project's settings, and says what it would have sent."""

    def run(seed: int, **environment: str) -> dict:
        folder = tmp_path_factory.mktemp("conformance")
        (folder / "test_openapi.py").write_text(CONFORMANCE)
        command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), str(folder)]
        ours = {"SENT": str(folder / "sent.json"), "SEED": str(seed)} | environment
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | ours, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stdout
        return json.loads((folder / "sent.json").read_text())

    return run


@pytest.fixture(scope="module")
def once(sent) -> dict:
    return sent(1)


def test_each_phase_sends_its_bounded_share_though_some_requests_are_refused(once: dict) -> None:
    counted = Counter(origin for origin, *_ in once["sent"])

    assert counted["positive"] == counted["negative"] == 15
    assert 60 < counted["coverage"] < 120
    assert once["refused"] == sum(counted.values()) // 7


def test_same_seed_gives_the_same_requests_also_on_a_build_server(once: dict, sent) -> None:
    assert sent(1, CI="true") == once


def test_another_seed_gives_other_requests_where_they_are_drawn(once: dict, sent) -> None:
    other = sent(2)["sent"]

    assert [each for each in other if each[0] == "coverage"] == [each for each in once["sent"] if each[0] == "coverage"]
    assert other != once["sent"]


def test_no_other_verb_is_tried(once: dict) -> None:
    assert {method for _, method, *_ in once["sent"]} == {"PUT"}


def test_drawn_requests_all_reach_the_order_with_the_targets_own_credentials(once: dict) -> None:
    drawn = {(path, credential) for origin, _, path, credential, *_ in once["sent"] if origin != "coverage"}

    assert drawn == {("/timp/orders/allocation/0c7a3a5e-2f43-4f0e-b1a9-5d5f7a1b9c33/", "valid")}


def test_coverage_leaves_credentials_out_once_and_invents_none(once: dict) -> None:
    counted = Counter(credential for origin, _, _, credential, *_ in once["sent"] if origin == "coverage")

    assert counted["absent"] == 1
    assert counted.keys() == {"absent", "valid"}
    assert not [headers for *_, headers, _ in once["sent"] if "Authorization" in dict(headers)]


def test_body_of_each_kind_of_breach_is_sent(once: dict) -> None:
    bodies = {body for *_, body in once["sent"]}

    assert {"b''", "b'null'", "b'{}'", """b'{"line_items": false}\'"""} <= bodies


def test_another_order_and_another_line_item_are_sent_in_place_of_the_only_one_allowed(once: dict) -> None:
    covered = [(path, body) for origin, _, path, _, _, body in once["sent"] if origin == "coverage"]
    others = {path for path, _ in covered if "0c7a3a5e-2f43-4f0e-b1a9-5d5f7a1b9c33" not in path}
    lines = {line for _, body in covered for line in re.findall('"line_item_uuid": "([^"]*)"', body)}

    assert len(others) > 4
    assert len(lines) > 1


def test_drawn_cases_are_not_replayed_from_a_database() -> None:
    drawing = schema.fuzzing(DOCUMENT, seed=1, mode="positive", examples=5)

    assert drawing.config.get_hypothesis_settings().database is None
