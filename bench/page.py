"""How long the page of 1,000 data users takes to open and to filter in Chromium."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench import samples
from bench.ratio import Ratio
from dtm_mapper import reports
from dtm_mapper.catalogue_file import load

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

#: What feels immediate, and what one waits for without losing the thread, in seconds: J. Nielsen, Usability
#: Engineering (1993), chapter 5, https://www.nngroup.com/articles/response-times-3-important-limits/
_IMMEDIATE, _UNBROKEN = 0.1, 1.0

_OPENED = """
const done = arguments[0];
requestAnimationFrame(() => requestAnimationFrame((now) => done(now / 1000)));
"""
_FILTERED = """
const [words, done] = arguments;
const began = performance.now();
const field = document.getElementById("words");
field.value = words;
field.dispatchEvent(new Event("input"));
requestAnimationFrame(() => requestAnimationFrame(() => done((performance.now() - began) / 1000)));
"""


def page(quick: bool) -> list[Ratio]:
    """The page as it is drawn, against what an operator does not notice as a wait; nothing where there is no
    Chromium with its driver."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        return []
    catalogue = load()
    content = reports.render(samples.spread(catalogue, 1_000), catalogue, "html")
    times = 3 if quick else 9
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, _browser() as browser:
        file = Path(folder) / "page.html"
        file.write_bytes(content)
        opened, filtered = [], []
        for _time in range(times):
            browser.get(file.as_uri())
            opened.append(browser.execute_async_script(_OPENED))
            filtered += [browser.execute_async_script(_FILTERED, words) for words in ("u", "un", "una", "")]
    return [
        Ratio(what, taken, "the limit", [limit] * len(taken), 1)
        for what, taken, limit in (
            ("page in Chromium, 1,000 data users, opening", opened, _UNBROKEN),
            ("page in Chromium, 1,000 data users, filtering", filtered, _IMMEDIATE),
        )
    ]


@contextmanager
def _browser() -> Iterator["Chrome"]:
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    driver = Chrome(options=options, service=ChromeService(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()
