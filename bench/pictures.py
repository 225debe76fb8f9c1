"""Draws the pictures of the README: the ending of `make demo` on a terminal, and the first screen of its Allure report.

`make pictures` calls it, after `make demo` and `make report REPORTS=reports/demo`. Needs Chromium.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parents[1] / "docs" / "pictures"
REPORT = Path("reports/demo/allure-report/index.html").resolve()
COLUMNS = 120


def terminal(shown: str) -> None:
    """Draw what was printed, with its colours."""
    console = Console(record=True, width=COLUMNS, file=sys.stderr)
    console.print(Text.from_ansi(shown), soft_wrap=True)
    console.save_svg(str(HERE / "terminal.svg"), title="timp-conformance")


def report() -> None:
    """Draw the first screen of the rendered report."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 1100})
        page.goto(REPORT.as_uri())
        page.get_by_text("00 What to mend").wait_for()
        page.screenshot(path=str(HERE / "report.png"))
        browser.close()


terminal(sys.stdin.read())
report()
