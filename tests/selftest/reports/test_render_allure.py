"""Allure's results: which there are, and what they carry."""

import json
import re
from pathlib import Path

from contracts.model.report import Report
from contracts.reports import allure
from tests.selftest.report_sample import BASE_URL, allure_results, label, report


def test_allure_has_a_result_for_each_cause_flag_note_and_error(tmp_path: Path) -> None:
    allure.write(report(), tmp_path)
    results = {result["name"]: result for result in allure_results(tmp_path)}
    flaky = results["503 for a long string; expected: a refusal"]
    known = results["500; expected: a refusal"]
    (flagged,) = (result for name, result in results.items() if name.startswith("flagged reading: both: "))

    noted = results["http.no-reflection: ledger: healed"]

    assert len(results) == 1 + 12 + 6 + 1 + 1 + 1 + 1
    assert (noted["status"], known["links"][0]["url"]) == ("failed", "https://x.example/7")
    assert (flaky["status"], flaky["statusDetails"]["flaky"]) == ("failed", True)
    assert flaky["statusDetails"]["message"].startswith("HTTP: 503 for a long string")
    assert (known["status"], known["statusDetails"]["muted"], known["statusDetails"]["known"]) == (
        "skipped",
        True,
        True,
    )
    assert (flagged["status"], label(flagged, "severity")) == ("unknown", "normal")
    assert [r["status"] for r in results.values() if r["name"].startswith("suite error: oracle")] == ["broken"]
    assert {label(r, "severity") for r in results.values()} == {"critical", "minor", "normal", "blocker", "trivial"}
    assert {label(r, "epic") for r in results.values()} == {"Allocate Order"}


def test_the_run_comes_first_and_says_whether_to_release(tmp_path: Path) -> None:
    allure.write(report(), tmp_path / "no")
    allure.write(report(exit_code=0, why="nothing diverges from the page"), tmp_path / "yes")
    (no,) = (each for each in allure_results(tmp_path / "no") if label(each, "feature") == "00 The run")
    (yes,) = (each for each in allure_results(tmp_path / "yes") if label(each, "feature") == "00 The run")

    assert (no["name"], no["status"]) == (
        "Release: no (8 of 12 clauses tested): 3 new divergences at level must",
        "failed",
    )
    assert (yes["name"], yes["status"]) == (
        "Release: yes (8 of 12 clauses tested): nothing diverges from the page",
        "passed",
    )
    assert "| Response Parameters |" in no["description"]
    features = sorted({str(label(each, "feature")) for each in allure_results(tmp_path / "no")})
    assert features[:2] == ["00 The run", "00 What to mend"]


def test_defects_of_the_page_are_one_result_that_fails_nothing(tmp_path: Path) -> None:
    allure.write(report(), tmp_path / "some")
    allure.write(report(defects=()), tmp_path / "none")
    (found,) = (each for each in allure_results(tmp_path / "some") if each["name"].startswith("page defects"))

    assert (found["name"], found["status"]) == ("page defects: 7 of them", "unknown")
    assert all(f"`quantity_{number}`" in found["description"] for number in range(7))
    assert not any(each["name"].startswith("page defects") for each in allure_results(tmp_path / "none"))


def test_every_allure_result_names_its_target(tmp_path: Path) -> None:
    allure.write(report(), tmp_path)
    for result in allure_results(tmp_path):
        kept = [(each["name"], each["value"]) for each in result["parameters"] if not each.get("excluded")]

        assert label(result, "env") == "dev"
        assert kept == [("target", "dev")]


def test_allure_attaches_exchange_and_curl_within_bounds(tmp_path: Path) -> None:
    allure.write(report(), tmp_path)
    folder = tmp_path / "allure-results"
    for result in allure_results(tmp_path):
        texts = {a["name"]: (folder / a["source"]).read_text("utf-8") for a in result.get("attachments", [])}
        is_cause = "cause" in result["fullName"]

        assert set(texts) == ({"smallest exchange", "replay"} if is_cause else set())
        assert all(len(text) < 5_400 for text in texts.values())
    (of_the_run,) = (json.loads(path.read_text("utf-8")) for path in folder.glob("*-globals.json"))
    assert [attachment["name"] for attachment in of_the_run["attachments"]] == ["summary.md"]


def test_allure_history_is_the_same_in_every_run_and_another_for_each_target(tmp_path: Path) -> None:
    def histories(sample: Report, name: str) -> dict[str, tuple[str, str]]:
        allure.write(sample, tmp_path / name)
        return {r["fullName"]: (r["testCaseId"], r["historyId"]) for r in allure_results(tmp_path / name)}

    first = histories(report(), "first")
    again = histories(report(started=2.0, seed=9), "again")
    other = histories(report(target="sandbox"), "other")

    assert first == again
    assert len({history for _, history in first.values()}) == len(first)
    assert {name: case for name, (case, _) in first.items()} == {name: case for name, (case, _) in other.items()}
    assert {h for _, h in first.values()}.isdisjoint(h for _, h in other.values())


def test_every_allure_message_belongs_to_one_category(tmp_path: Path) -> None:
    allure.write(report(), tmp_path)
    categories = json.loads((tmp_path / "allure-results/categories.json").read_text("utf-8"))
    for result in allure_results(tmp_path):
        message = result.get("statusDetails", {}).get("message", "")
        fitting = [
            category["name"]
            for category in categories
            if result["status"] in category["matchedStatuses"] and re.fullmatch(category["messageRegex"], message)
        ]

        assert len(fitting) == (0 if result["status"] == "passed" else 1), result["name"]
        assert "\n" not in message


def test_allure_shows_the_run_in_its_environment(tmp_path: Path) -> None:
    allure.write(report(why="a\\b\nc"), tmp_path)
    lines = (tmp_path / "allure-results/environment.properties").read_text("utf-8").splitlines()

    assert {"target=dev", f"base_url={BASE_URL}", "seed=20", "exit_code=1", "why=a\\\\b\\\\nc"} <= set(lines)
    assert any(line.startswith("suite_version=") for line in lines)
