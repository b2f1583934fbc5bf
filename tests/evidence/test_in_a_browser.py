"""The page as a real browser shows it. Skipped where there is none: it is looked for, not downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from lepton_infra.audit.evidence import page as pages
from lepton_infra.audit.evidence.record import Evidence

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs a browser (Debian: apt-get install chromium)")

OVERFLOWING = """() => {
  const texts = [...document.querySelectorAll('svg text')].map(each => each.getBoundingClientRect());
  const boxes = [...document.querySelectorAll('svg rect')].map(each => each.getBoundingClientRect());
  const holds = (box, text) => box.left <= text.left && text.right <= box.right
    && box.top <= text.top && text.bottom <= box.bottom;
  return [...document.querySelectorAll('svg text')]
    .filter((each, index) => !each.classList.contains('way') && !boxes.some(box => holds(box, texts[index])))
    .map(each => each.textContent);
}"""


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 1100, "height": 900})
        browser.close()


def test_everything_is_seen_and_nothing_is_cut(browser_page: Page, evidence: Evidence, tmp_path: Path) -> None:
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    file = tmp_path / "index.html"
    file.write_text(pages.document(evidence), encoding="utf-8")

    browser_page.goto(file.as_uri())

    assert asked == [file.as_uri()]
    assert browser_page.title() == "Compliance of home"
    assert browser_page.locator(".count").all_inner_texts() == ["1\nfailed", "0\nadvised", "1\nwaived", "2\npassed"]
    assert browser_page.locator("td.result").all_inner_texts() == ["passed", "failed", "passed", "waived"]
    assert browser_page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert browser_page.evaluate(OVERFLOWING) == []
    for place in ("partner JP", "neighbour FR", "not known"):
        assert browser_page.locator("svg").get_by_text(place, exact=True).is_visible()


def test_what_was_looked_at_opens(browser_page: Page, evidence: Evidence, tmp_path: Path) -> None:
    file = tmp_path / "index.html"
    file.write_text(pages.document(evidence), encoding="utf-8")
    browser_page.goto(file.as_uri())
    urn = browser_page.locator("details code").first

    assert not urn.is_visible()
    browser_page.locator("details summary").first.click()
    assert urn.is_visible()
