"""Recordings that a real browser makes, by the script in docs/recordings.md; it needs Chromium or Chrome.

A page at the provider's own address allocates an order by fetch. The provider answers a quantity in a string.
"""

import re
import shutil
import subprocess
import sys

import pytest

from contracts import ROOT
from contracts.engine import session
from contracts.target.targets import Choice
from tests.selftest.conftest import PATIENCE
from tests.selftest.recording.test_recording_shapes import STRING, judged

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
SCRIPT = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "recordings.md").read_text("utf-8"), re.DOTALL)[1]

pytestmark = [
    pytest.mark.skipif(not BROWSER, reason="missing here: Chromium or Chrome"),
    pytest.mark.xdist_group("captures"),
]


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    """A provider on this machine that answers a quantity in a string."""
    faults = ("quantity-shipped-as-string",)
    options = session.Options(Choice(name="embedded", faults=faults), tmp_path_factory.mktemp("none"))
    with session.prepared(options) as found:
        yield found


@pytest.mark.parametrize(
    ("file", "content", "unknown"),
    [
        ("kept.har", "embed", []),
        ("omitted.har", "omit", ["body of the answer", "body of the request"]),
        ("attached.har", "attach", []),
        ("attached.zip", "attach", []),
    ],
)
def test_what_a_browser_recorded_is_judged(file, content, unknown, target, tmp_path):
    order = target.orders[0]
    words = [target.base_url, order.uuid, order.line_items[0].uuid, str(order.line_items[0].quantity_ordered)]
    (tmp_path / "record.py").write_text(SCRIPT, "utf-8")
    words += [target.tokens["valid"].reveal(), str(tmp_path / file), content, BROWSER]
    subprocess.run([sys.executable, tmp_path / "record.py", *words], check=True, timeout=PATIENCE)
    finds, found, calls, errors = judged(tmp_path / file, target.orders)

    assert errors == []
    assert calls == 1
    assert sorted(found.lacks) == unknown
    assert finds == (set() if unknown else {STRING, "openapi.body"})
