"""The summary as Markdown, and that no text of a target becomes markup in it or in Allure's descriptions."""

import re
from collections.abc import Callable

import pytest
from markdown_it import MarkdownIt

from contracts.model.report import Report
from contracts.reports import allure, summary_markdown, words
from contracts.reports.markdown import code, plain, prose, table
from tests.selftest.report_sample import HOSTILE, NEW, SEEN, divergence, exchange, failed, inline, report

MARKDOWN = MarkdownIt("commonmark").enable("table")
OUR_HTML = re.compile(r"<details><summary>[\w ,.'()-]+</summary>|</details>")


def text_of(markdown: str) -> str:
    """What a reader of rendered Markdown sees."""
    return " ".join(token.content for token in inline(MARKDOWN.parse(markdown)) if not token.children)


def test_summary_gives_each_reason_for_not_testing() -> None:
    seen = text_of(summary_markdown.render(report()))

    for verdict in report().verdicts:
        if verdict.outcome in words.UNDECIDED:
            assert verdict.reason in seen


@pytest.mark.parametrize(
    "part", [summary_markdown.render, lambda r: "\n".join(described(r))], ids=["summary", "allure"]
)
def test_markdown_lets_no_markup_of_a_target_through(part: Callable[[Report], str]) -> None:
    tokens = inline(MARKDOWN.parse(part(report())))
    kinds = {token.type for token in tokens}

    assert kinds.isdisjoint({"html_inline", "link_open", "image", "softbreak_html"})
    html = [token.content for token in MARKDOWN.parse(part(report())) if token.type == "html_block"]
    assert [block for block in html if not OUR_HTML.fullmatch(block.strip())] == []
    assert SEEN in {token.content for token in tokens if token.type == "code_inline"}


def described(sample: Report) -> list[str]:
    class Nowhere:
        def report_attached_data(self, body: bytes, file_name: str) -> None:
            """Keep nothing."""

    return [result.description for result in allure.results(sample, Nowhere()) if result.description]


@pytest.mark.parametrize(
    "text", ["a|b", "a\\|b", "`", "``", "` `", "*a* _b_ <b> &lt; \\* [x](y) ~~z~~ $e$", " ", HOSTILE]
)
@pytest.mark.parametrize("write", [plain, code], ids=["plain", "code"])
def test_text_is_read_as_it_was_written(write: Callable[[str], str], text: str) -> None:
    in_table = MARKDOWN.parse("\n".join(table(["head"], [[f"a{write(text)}b"]])))
    alone = MARKDOWN.parse(f"a{write(text)}b")

    for tokens in (in_table, alone):
        seen = "".join(token.content for token in inline(tokens) if not token.children)
        assert seen.removeprefix("head") == f"a{words.one_line(text)}b"


def test_prose_keeps_its_own_code_and_nothing_else() -> None:
    tokens = inline(MARKDOWN.parse(prose("The `line_items` of *it* <b>")))

    assert [token.content for token in tokens if token.type == "code_inline"] == ["line_items"]
    assert {"em_open", "html_inline"}.isdisjoint(token.type for token in tokens)


def test_summary_cuts_what_is_long_and_says_so() -> None:
    seen = exchange(1, b"x" * 5_000, 500, body=b"y" * 5_000)
    said = summary_markdown.render(report(verdicts=(failed(divergence("http.no-server-error", "a", "b", seen)),)))

    assert said.count("(cut here; the body has 5000 bytes)") == 2
    assert "The command is too long for here" in said
    assert len(said) < 5_500


def test_summary_of_very_many_causes_stays_small() -> None:
    (cause,) = report(verdicts=(NEW,)).causes
    said = summary_markdown.render(report(verdicts=(NEW,), causes=(cause,) * 1_000))

    assert "Of the other 950" in said
    assert said.count("(new, ") == 50
    assert len(said.encode()) < 200_000
