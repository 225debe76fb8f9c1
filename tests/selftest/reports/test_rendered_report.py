"""The rendered report as a reader meets it: in a browser, from a file, with no network.

It needs Node.js with what `make report` installs, and Chromium or Chrome; where one is missing, all is skipped.
"""

import json
import shutil
import subprocess

import pytest

from contracts import ROOT
from contracts.reports import allure
from tests.selftest.conftest import PATIENCE
from tests.selftest.forks import command
from tests.selftest.report_sample import report

RENDER = ROOT / "report" / "render.mjs"
NODE = shutil.which("node")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
MISSING = [
    what
    for what, there in (
        ("Node.js", NODE),
        ("the packages that `make report` installs", (ROOT / "report/node_modules/.ready").exists()),
        ("Chromium or Chrome", BROWSER),
    )
    if not there
]
CLAUSE = "response-parameters.quantity-shipped-type"
pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"missing here: {', '.join(MISSING)}"),
    pytest.mark.xdist_group("rendered report"),
]


def render(reports, *results):
    """Render as `make report` does."""
    folders = results or (reports / "allure-results",)
    return subprocess.run(
        [NODE, RENDER, reports, *folders], capture_output=True, text=True, check=False, timeout=PATIENCE
    )


def rendered(reports, *results):
    """The page that rendering made."""
    done = render(reports, *results)

    assert (done.returncode, done.stderr) == (0, "")
    return reports / "allure-report" / "index.html"


def history(reports):
    """The runs that the history knows, oldest first."""
    lines = (reports / "allure-history.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["testResults"] for line in lines]


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium):
    """A tab without a network that remembers what was asked of whom."""
    context = chromium.new_context(offline=True, viewport={"width": 1400, "height": 1600})
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()


def elsewhere(tab):
    """What was asked of other hosts."""
    return [url for url in tab.asked if not url.startswith(("file:", "data:", "blob:"))]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """The report on a provider that ships strings, and takes them."""
    reports = tmp_path_factory.mktemp("faulty")
    faults = ("--fault", "quantity-shipped-as-string", "--reading", "allocation-object.quantity-encoding=both")
    words = ("--target", "embedded", "--reports-dir", reports, "-k", "clauses", *faults)
    done = command("run", *words, few=["allocation-object.quantity-encoding"])

    assert done.returncode == 1
    return rendered(reports)


def test_it_opens_with_the_release_and_asks_no_other_host(faulty, tab):
    tab.goto(faulty.as_uri())
    tab.get_by_text("clauses tested): 1 new cause").click()

    tab.frame_locator("iframe").get_by_text("Clauses by section").wait_for()

    assert tab.title().strip() == "Allocate Order on embedded"
    assert tab.asked[0] == faulty.as_uri()
    assert elsewhere(tab) == []


def test_a_string_encoded_integer_is_a_category_and_shows_its_exchange(faulty, tab):
    tab.goto(f"{faulty.as_uri()}#categories")
    tab.get_by_text("string-encoded integer", exact=True).first.wait_for()
    tab.goto("about:blank")
    tab.goto(f"{faulty.as_uri()}?query=string-encoded")
    tab.get_by_text("string-encoded integer: '0' in line_items[].quantity_shipped; expected").first.click()
    tab.get_by_text("smallest exchange").click()
    tab.get_by_text('"quantity_shipped": "').first.wait_for()

    assert tab.get_by_text("PUT /timp/orders/allocation/").first.is_visible()
    assert elsewhere(tab) == []


def test_a_question_shows_its_reading(faulty, tab):
    clause = "allocation-object.quantity-encoding"
    tab.goto(f"{faulty.as_uri()}?query={clause}")
    tab.get_by_text("03 Allocation Object").click()
    tab.get_by_text(clause, exact=True).first.click()
    tab.get_by_text("flagged reading: both: ").click()

    frame = tab.frame_locator("iframe")
    assert "both" in frame.locator("tr", has_text="found").inner_text()
    assert frame.get_by_text("Words for the page").is_visible()
    assert elsewhere(tab) == []


def test_a_call_to_another_host_would_be_seen(tab, tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<script async src="http://127.0.0.1:9/gtag.js"></script>', "utf-8")
    tab.goto(page.as_uri())

    assert elsewhere(tab) == ["http://127.0.0.1:9/gtag.js"]


def test_two_targets_are_side_by_side(tab, tmp_path):
    for target in ("dev", "prod"):
        allure.write(report(target=target), tmp_path / target)
    page = rendered(tmp_path, *(tmp_path / target / "allure-results" for target in ("dev", "prod")))
    tab.goto(f"{page.as_uri()}?query=the%20string")
    for target in ("dev", "prod"):
        tab.get_by_text(f'Environment: "{target}"').wait_for()
    tab.get_by_text('the string "2" in line_items').first.click()
    tab.get_by_text("Environments", exact=False).first.click()

    assert tab.title().strip() == "Allocate Order on dev, prod"
    assert {item["environment"] for item in history(tmp_path)[0].values()} == {"dev", "prod"}


def test_a_target_by_its_url_is_named_after_its_host(tmp_path):
    allure.write(report(target="http://127.0.0.1:8800"), tmp_path)
    rendered(tmp_path)

    assert {item["environment"] for item in history(tmp_path)[0].values()} == {"127.0.0.1-8800"}


def test_rendering_again_is_not_a_further_run_but_another_run_is(tmp_path):
    allure.write(report(), tmp_path)
    rendered(tmp_path)
    rendered(tmp_path)
    once = history(tmp_path)
    shutil.rmtree(tmp_path / "allure-results")
    allure.write(report(started=1_774_000_000.0), tmp_path)
    rendered(tmp_path)

    assert (len(once), len(history(tmp_path))) == (1, 2)
    assert set(history(tmp_path)[0]) == set(history(tmp_path)[1])


def test_a_known_divergence_is_muted_with_reason_and_link(tab, tmp_path):
    allure.write(report(), tmp_path)
    tab.goto(f"{rendered(tmp_path).as_uri()}?query=no%20Allow")
    tab.get_by_text("00 What to mend").click()
    tab.get_by_text("http.method-not-allowed-names-allow", exact=True).first.click()
    tab.get_by_text("no Allow; expected: Allow with PUT in it").first.click()
    tab.get_by_text("https://x.example/7").first.wait_for()

    assert tab.get_by_text("known divergence: it is being mended").first.is_visible()
    assert elsewhere(tab) == []


@pytest.mark.parametrize("twice", [False, True], ids=["no results", "a target twice"])
def test_what_cannot_be_rendered_is_said_in_a_line(tmp_path, twice):
    allure.write(report(), tmp_path)
    place = tmp_path / "allure-results"
    done = render(tmp_path, place, place) if twice else render(tmp_path, tmp_path)

    assert done.returncode == 1
    assert done.stderr.startswith("ERROR: ")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "allure-report").exists()
