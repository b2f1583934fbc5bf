"""The page as a real browser shows it. Skipped where there is none: it is looked for, not downloaded."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs a browser (Debian: apt-get install chromium)")

FAINT = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const light = colour => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
      .map(each => each / 255).map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    const own = getComputedStyle(element).backgroundColor;
    return own !== 'rgba(0, 0, 0, 0)' || !element.parentElement ? own : ground(element.parentElement);
  };
  return [...document.querySelectorAll('h1, h2, h3, p, th, td, dt, dd, caption, figcaption, summary, code')]
    .filter(each => {
      const [a, b] = [light(getComputedStyle(each).color), light(ground(each))].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05) < 4.5;
    })
    .map(each => each.outerHTML);
}"""
"""Texts with less contrast than WCAG 2.2 asks of small ones (criterion 1.4.3), 4.5 to 1."""

UNNAMED = """() => [
  ...[...document.querySelectorAll('img')].filter(each => !each.alt),
  ...[...document.querySelectorAll('svg')].filter(each => !each.getAttribute('aria-label')),
  ...[...document.querySelectorAll('table')].filter(each => !each.caption),
  ...[...document.querySelectorAll('th')].filter(each => !each.scope),
].map(each => each.outerHTML)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def file(page: str, tmp_path: Path) -> Path:
    written = tmp_path / "evaluation.html"
    written.write_text(page, encoding="utf-8")
    return written


def shown(browser: Browser, file: Path, width: int = 1280, scheme: str = "light") -> Page:
    opened = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    opened.goto(file.as_uri())
    return opened


def test_nothing_is_asked_for_and_nothing_goes_wrong(browser: Browser, file: Path) -> None:
    opened = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))

    opened.goto(file.as_uri())

    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert said == []
    assert opened.title() == "Evaluation of tiny"
    assert opened.evaluate("[...document.images].map(each => each.naturalWidth)") == [32] * 12


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_hangs_over_the_side(browser: Browser, file: Path, width: int) -> None:
    opened = shown(browser, file, width)
    assert opened.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_can_be_read(browser: Browser, file: Path, scheme: str) -> None:
    opened = shown(browser, file, scheme=scheme)
    assert opened.evaluate(FAINT) == []


def test_the_dark_scheme_is_dark(browser: Browser, file: Path) -> None:
    grounds = [
        shown(browser, file, scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert grounds == ["rgb(255, 255, 255)", "rgb(18, 23, 31)"]


def test_whoever_does_not_see_it_is_told(browser: Browser, file: Path) -> None:
    opened = shown(browser, file)
    assert opened.evaluate(UNNAMED) == []
    assert opened.locator("h1").count() == 1
    assert opened.locator("html").get_attribute("lang") == "en"
    levels = opened.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(each => Number(each.tagName[1]))")
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_the_matrix_shows_the_counts(browser: Browser, file: Path) -> None:
    opened = shown(browser, file)
    cells = opened.locator(".matrix td.right").all_inner_texts()
    assert sum(map(int, cells)) == 28
    assert sum(map(int, opened.locator(".matrix td.wrong").all_inner_texts())) == 12
    assert opened.locator(".pictures li").count() == 12


def test_the_bins_open(browser: Browser, file: Path) -> None:
    opened = shown(browser, file)
    bins = opened.locator("details table")
    assert not bins.is_visible()
    opened.locator("summary").click()
    assert bins.is_visible()
    assert bins.locator("tbody tr").count() == 15
