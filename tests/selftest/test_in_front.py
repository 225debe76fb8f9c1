"""What a run says of what is in front of an application, for the configurations that take few requests.

`make field` runs all of them.
"""

import pytest

from tests.field.in_front import ROWS, examine, missing

QUICK = [name for name, row in ROWS.items() if row.exit in {5, 6}]

pytestmark = pytest.mark.xdist_group("in front")


@pytest.mark.parametrize("name", QUICK)
def test_a_run_ends_as_the_table_says(name, tmp_path):
    if program := missing(ROWS[name]):
        pytest.skip(f"{program} is not installed")

    assert examine(ROWS[name], tmp_path) == []
