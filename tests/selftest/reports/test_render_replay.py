"""The scripts in `replay/`: they ask for the token, and say that the embedded provider is gone."""

import subprocess
from dataclasses import replace

import pytest

from contracts.reports import folder, replay
from tests.selftest.report_sample import report


@pytest.fixture
def written(tmp_path):
    """Writes the script of the first cause of a report on a target, and returns it."""

    def write(target):
        with folder.held(tmp_path):
            replay.write(replace(report(), target=target), tmp_path)
        return replay.script(tmp_path, report().causes[0])

    return write


def run(script, **environment):
    return subprocess.run(["/bin/sh", script], env=environment, capture_output=True, text=True, check=False)


def test_without_the_token_nothing_is_sent(written):
    done = run(written("dev"))

    assert done.returncode != 0
    assert "TIMP_TOKEN: set it to the token" in done.stderr
    assert "curl" not in done.stderr + done.stdout


def test_a_near_miss_needs_the_token_that_it_is_made_of():
    cause = report().causes[0]
    main = replace(cause.main, curl='curl -H "Authorization: Token ${TIMP_RETAILER_TOKEN%?}"')
    script = replay.content(replace(cause, divergences=(main,)))

    assert ': "${TIMP_RETAILER_TOKEN:?set it to the token}"' in script
    assert "TIMP_TOKEN" not in script


@pytest.mark.parametrize(("target", "said"), [("embedded", True), ("dev", False)])
def test_of_the_embedded_provider_it_says_that_it_has_ended(written, target, said):
    assert ("The embedded provider ended" in run(written(target)).stderr) == said
