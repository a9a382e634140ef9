"""What the HTML report promises, of its text and in a real browser."""

import base64
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from dtm_mapper import reports
from dtm_mapper.catalogue import Catalogue
from dtm_mapper.mapping import DataUser, Detail, Mapping, organisation, progress
from dtm_mapper.store.store import Store
from programs import need
from strategies import mappings
from test_reports import CATALOGUE, HARD, SHORT, catalogue_with, mapping_of, mapping_with, row_of, typed

EXAMPLE = Path(__file__).parent.parent / "examples" / "coxs-bazar.yaml"
VOID = {"meta", "link", "input", "col"}
#: A name that a matrix shows by the short form at its end.
WITH_SHORT_FORM = re.compile(r"\s\([^()\s]{2,12}\)\Z")


class Page(HTMLParser):
    """A report as a parser of HTML reads it. `structure` is all of it but its words, `typed` what stands in
    elements for typed text, `tables` the cells by the words of their captions, `words` all that is shown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.structure: list[str] = []
        self.typed: list[str] = []
        self.values: set[str] = set()
        self.words = ""
        self.tables: dict[str, list[list[str]]] = {}
        self._caption = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Words in attributes are typed text too; what only names things or draws is not.
        words = {"title", "data-label", "aria-label", "style"}
        shown = [name if name in words else f"{name}={value}" for name, value in attrs]
        self.structure.append(f"<{tag} {' '.join(shown)}>")
        self.values |= {value or "" for name, value in attrs if name in words}
        if tag not in VOID:
            self._open.append(tag)
        if tag == "bdi":
            self.typed.append("")
        elif tag == "caption":
            self._caption = ""
        elif tag == "tr":
            self.tables[self._caption].append([])
        elif tag in ("td", "th"):
            self.tables[self._caption][-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.structure.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        self.structure.append(f"</{tag}>")
        assert self._open.pop() == tag
        if tag == "caption":
            assert self._caption not in self.tables
            self.tables[self._caption] = []

    def handle_comment(self, data: str) -> None:
        self.structure.append("<!---->")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("script", "style"):
            return
        self.words += data
        if "bdi" in self._open:
            self.typed[-1] += data
        if "caption" in self._open:
            self._caption += data
        elif {"td", "th"} & set(self._open):
            self.tables[self._caption][-1][-1] += data


def page_of(mapping: Mapping, catalogue: Catalogue = CATALOGUE) -> Page:
    return Page(reports.render(mapping, catalogue, "html", personal=True).decode())


@pytest.mark.parametrize("text", HARD)
def test_a_hard_text_shows_as_typed(text: str) -> None:
    assert_shown_as_typed(text, f"{text}\n{text}\n\n- {text}")


@given(name=typed(), words=typed(lines=True))
def test_any_text_shows_as_typed(name: str, words: str) -> None:
    assert_shown_as_typed(name, words)


def assert_shown_as_typed(name: str, words: str) -> None:
    name, words = name.strip(), words.strip()
    page = page_of(mapping_with(name, words), SHORT)
    assert {name, words, f"{name} II"} <= set(page.typed)
    assert name in page.values
    title = SHORT.sections[0].title
    by_example = {row[0]: row[1:] for row in page.tables[title]}
    examples = SHORT.example_by_id
    assert by_example[examples["hct"].name] == [
        *(name, "Strategic", f"Food; {name}", name, words, name, words, words)
    ]
    assert by_example[examples["iccg"].name] == [f"not applicable: {words}"]
    assert by_example[examples["imwg"].name] == [f"pending: {words}"]
    assert by_example[f"{name} (no longer in the catalogue)"] == [f"pending: {words}"]
    assert by_example["other data user"][0] == f"{name} II"
    for about in (f"Country: {name}", f"Prepared by: {name}", f"{examples['imwg'].name}: {words}"):
        assert about in page.words


@given(name=typed(), words=typed(lines=True))
def test_no_element_and_no_attribute_comes_of_typed_text(name: str, words: str) -> None:
    assume(not WITH_SHORT_FORM.search(name))
    plain = page_of(mapping_with("plain", "plain"), SHORT)
    assert page_of(mapping_with(name, words), SHORT).structure == plain.structure


@given(words=typed(lines=True))
def test_a_catalogues_own_texts_show_as_written(words: str) -> None:
    mapping = mapping_of(row_of("hct", DataUser("User", {"needs": ("need",), "secret": "x"})))
    mapping = replace(
        mapping, rows={"a": replace(mapping.rows["hct"], example="a", section="one", label=words)}
    )
    page = page_of(mapping, catalogue_with(words))
    assert {words, f"Need {words}", f"Secret {words}"} <= set(page.typed)
    assert page.structure == page_of(mapping, catalogue_with("plain")).structure
    assert (
        f"Left out of this report: Secret {words}."
        in Page(reports.render(mapping, catalogue_with(words), "html").decode()).words
    )


@settings(max_examples=30)
@given(mapping=mappings())
def test_the_matrices_show_who_needs_what_and_how_many_use_it_at_each_level(mapping: Mapping) -> None:
    needs: dict[str, set[str]] = defaultdict(set)
    levels: dict[tuple[str, str], set[str]] = defaultdict(set)
    for section, _item, _number, user in mapping.every_user(CATALOGUE):
        if not user.inactive(CATALOGUE):
            labels = CATALOGUE.field_by_id["needs"].labels
            for need in user.values("needs"):
                needs[labels.get(need, need)].add(organisation(user.name))
            for level in user.values("levels"):
                levels[section, level].add(organisation(user.name))

    page = page_of(mapping)
    rows = page.tables.get("Information needs by organisation", [[], [""]])
    shown: dict[str, set[str]] = {}
    names = [full_name(cell) for cell in rows[1][1:]]
    for label, *cells in (row for row in rows[2:] if len(row) > 1):
        label, _space, count = label.rpartition(" ")
        marked = {name: cell for name, cell in zip(names, cells, strict=True) if cell}
        assert set(marked.values()) == {"●yes" if len(marked) > 1 else "◆the only one"}
        assert int(count) == len(marked)
        shown[label] = {organisation(name) for name in marked}
    assert shown == needs

    choices = CATALOGUE.field_by_id["levels"].choices
    counted = [[int(count) for count in row[1:]] for row in page.tables["Level of use by section"][1:]]
    assert counted == [
        [len(levels[section, choice.id]) for choice in choices] for section in mapping.section_ids(CATALOGUE)
    ]


def full_name(cell: str) -> str:
    """The name in a matrix's head, where the short form may stand before it."""
    for at in range(1, len(cell)):
        name = cell[at:]
        if cell[:at] == f"{name[:6].rstrip()}…{name[-10:].lstrip()}":
            return name
    short = WITH_SHORT_FORM.search(cell)
    return cell.removeprefix(short.group()[2:-1]) if short else cell


def test_a_long_name_is_headed_by_its_short_form_unless_two_have_the_same() -> None:
    names = [
        *("Inter Sector Group (ISG)", "National Network (NN)", "Northern Network (NN)"),
        *("World Food Programme (WFP)", "WFP", "UNHCR (Goma)", "Groupe des déplacé(es)", "Save (2026)"),
    ]
    assert heads_of(*names) == [f"ISG{names[0]}", *names[1:]]


def test_names_that_begin_alike_are_told_apart_by_their_ends() -> None:
    names = [
        "Ministry of Social Affairs and Women",
        "Ministry of Social Affairs and Reintegration",
        "Ministry",
    ]
    assert heads_of(*names) == [f"Minist…and Women{names[0]}", f"Minist…ntegration{names[1]}", "Ministry"]


def heads_of(*names: str) -> list[str]:
    """What stands over the columns of the matrix, each with the full name behind a shorter one."""
    users = [DataUser(name, {"needs": ("food",)}) for name in names]
    page = page_of(mapping_of(row_of("hct", *users)))
    return page.tables["Information needs by organisation"][1][1:]


@given(mapping=mappings())
def test_the_bars_show_the_progress_of_every_section(mapping: Mapping) -> None:
    structure = re.findall(
        r'<svg class="bar" role="img" aria-label="([^"]*)"',
        reports.render(mapping, CATALOGUE, "html").decode(),
    )
    sections = mapping.section_ids(CATALOGUE)
    for label, section in zip(structure, sections, strict=True):
        counts = {words.lower(): int(count) for words, count in re.findall(r"(\w[\w ]*): (\d+)", label)}
        found = progress(mapping, CATALOGUE, section)
        states = {"mapped": found.mapped, "not applicable": found.not_applicable}
        states |= {"pending": found.pending, "open": found.open}
        assert counts == {state: count for state, count in states.items() if count}


def test_too_many_organisations_for_a_picture_are_said_to_be_so() -> None:
    users = tuple(DataUser(f"Group {number}", {"needs": ("food",)}) for number in range(401))
    page = page_of(mapping_of(row_of("hct", *users)))
    assert "401 organisations are too many for a picture" in page.words
    assert "Information needs by organisation" not in page.tables
    assert "Group 400" in page.tables["Information needs: which organisations"][1][2]


# In a browser.


@cache
def example() -> Mapping:
    return Store(EXAMPLE, CATALOGUE).load()[0]


def hard() -> Mapping:
    """Long names, right-to-left, tags and pictures in every field, in all states."""
    names = [
        *HARD,
        "x" * 200,
        "Very long name " * 13,
        "a\u202egnp.exe",
        "<script>hacked = 1</script>",
        "<h1>",
    ]
    names.append("\"><img src=x onerror='hacked = 1'>")
    users = [mapping_with(name.strip(), f"{name}\n{name}".strip()) for name in names]
    rows = dict(users[-1].rows)
    rows["hct"] = replace(rows["hct"], users=tuple(user.rows["hct"].users[0] for user in users))
    return replace(users[-1], response=names[-4].strip(), prepared_by=names[-1], rows=rows)


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = need("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(need("chromedriver")))
    driver.set_script_timeout(300)
    yield driver
    driver.quit()


def console(browser: Chrome) -> list[dict[str, Any]]:
    """What the browser said since it was last asked."""
    said: list[dict[str, Any]] = browser.execute("getLog", {"type": "browser"})["value"]
    return said


class Opened:
    """A report in a browser's window of a width; `dark`: on a screen that asks for dark."""

    def __init__(
        self, browser: Chrome, folder: Path, mapping: Mapping, catalogue: Catalogue = CATALOGUE
    ) -> None:
        self.browser = browser
        file = folder / f"{len(list(folder.iterdir()))}.html"
        reports.write(reports.render(mapping, catalogue, "html"), file, "html", bool)
        self.address = file.as_uri()
        self.seen(1280)

    def seen(self, width: int, dark: bool = False, media: str = "", height: int = 800) -> None:
        """Opens it anew."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [scheme]})
        self.browser.get(self.address)

    def run(self, script: str) -> Any:
        return self.browser.execute_script(script)

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def fits_the_width(self) -> bool:
        width: bool = self.run("return document.documentElement.scrollWidth <= innerWidth")
        return width

    def lines(self) -> list[str]:
        """The words of the data users' lines that are shown."""
        lines: list[str] = self.run(
            "return [...document.querySelectorAll('.users tbody tr')].filter(e => e.checkVisibility())"
            ".map(e => e.textContent)"
        )
        return lines


@pytest.fixture
def opened(browser: Chrome, tmp_path: Path) -> Opened:
    """The example's report."""
    return Opened(browser, tmp_path, example())


@pytest.fixture
def opened_hard(browser: Chrome, tmp_path: Path) -> Opened:
    """A report of hard texts."""
    return Opened(browser, tmp_path, hard())


def test_it_asks_for_nothing_and_the_browser_finds_no_mistake(browser: Chrome) -> None:
    asked: list[str] = []
    page = reports.render(hard(), CATALOGUE, "html")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        console(browser)
        browser.get(f"http://127.0.0.1:{server.server_port}/")
        loaded = browser.execute_script("return performance.getEntriesByType('resource').length")
        browser.find_element(By.ID, "words").send_keys("food", Keys.ENTER)
        said = console(browser)
        browser.get("about:blank")
        server.shutdown()
    assert (asked, loaded, said) == (["/"], 0, [])


def test_typed_text_is_text_in_a_browser_too(opened_hard: Opened) -> None:
    shown = opened_hard.run("return [...document.querySelectorAll('bdi')].map(e => e.textContent)")
    assert {user.name for user in hard().rows["hct"].users} <= set(shown)
    assert opened_hard.run("return typeof hacked") == "undefined"
    assert len(opened_hard.all("h1, script, img")) == 2


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_no_wider_than_the_window(opened: Opened, opened_hard: Opened, width: int) -> None:
    for page in (opened, opened_hard):
        page.seen(width)
        assert page.fits_the_width()


def test_the_pictures_stand_above_the_fold(opened: Opened) -> None:
    bottoms = opened.run(
        "return ['.progress', '.levels', '.singles li:last-child', '.needs tbody tr:nth-child(5)']"
        ".map(s => document.querySelector(s).getBoundingClientRect().bottom)"
    )
    assert max(bottoms) < 800


@pytest.mark.parametrize("height", [600, 800, 1600])
def test_the_matrix_is_as_wide_as_its_place_however_high_the_window_is(opened: Opened, height: int) -> None:
    opened.seen(1280, height=height)
    wide, room = opened.run(
        "const e = document.querySelector('.matrix'); return [e.scrollWidth, e.clientWidth]"
    )
    assert wide <= room


def test_the_filter_filters(opened: Opened) -> None:
    whole = opened.lines()
    words, state = opened.all("#words")[0], Select(opened.all("#state")[0])
    words.send_keys("medecins ACCESS")
    (line,) = opened.lines()
    assert "Médecins Sans Frontières" in line
    assert opened.all(".filter output")[0].text == f"1 of {len(whole)} lines"
    headings = [heading.text for heading in opened.all("h3") if heading.is_displayed()]
    assert headings == ["NGOs & Local Civil Society"]

    words.send_keys(Keys.CONTROL, "a", Keys.DELETE)
    state.select_by_visible_text("Pending")
    assert len(opened.lines()) == progress(example(), CATALOGUE).pending
    assert all("pending" in line for line in opened.lines())

    words.send_keys("no such words")
    assert opened.lines() == []
    assert opened.all("#nothing")[0].is_displayed()

    words.send_keys(Keys.CONTROL, "a", Keys.DELETE)
    state.select_by_index(0)
    assert opened.lines() == whole
    assert not opened.all("#nothing")[0].is_displayed()


def test_the_filter_knows_the_names_of_sections(opened: Opened) -> None:
    opened.all("#words")[0].send_keys("un agencies")
    headings = [heading.text for heading in opened.all("h3") if heading.is_displayed()]
    assert "UN Agencies" in headings
    assert len(opened.lines()) >= len(CATALOGUE.section_by_id["un-agencies"].examples)


def test_what_is_printed_while_filtered_says_so(opened: Opened) -> None:
    opened.all("#words")[0].send_keys("shelter")
    count = opened.all(".filter output")[0].text
    opened.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert opened.all(".filter output")[0].is_displayed()
    assert opened.all(".filter output")[0].text == count
    assert opened.all("#words")[0].is_displayed()


@pytest.mark.parametrize("width", [360, 1000, 1280])
def test_pictures_that_fit_do_not_scroll(opened: Opened, width: int) -> None:
    opened.seen(width)
    heights = opened.run(
        "return ['.progress', '.levels'].map(s => document.querySelector(s).closest('.region'))"
        ".map(e => [e.scrollHeight, e.clientHeight])"
    )
    assert all(content <= room for content, room in heights)


def test_wide_tables_keep_their_header_and_the_names_in_sight(browser: Chrome, tmp_path: Path) -> None:
    details: dict[str, Detail] = {
        asked.id: tuple(choice.id for choice in asked.choices[:9])
        if asked.type == "select_multiple"
        else (asked.choices[0].id if asked.choices else "Some words " * 9)
        for asked in CATALOGUE.fields
    }
    users = [DataUser(f"Group {number}", details) for number in range(30)]
    page = Opened(browser, tmp_path, mapping_of(row_of("hct", *users)))
    page.run(
        "const e = document.querySelector('.users').closest('.region'); e.scrollTo(400, 900);"
        "e.scrollIntoView()"
    )
    (head, names), place = page.run(
        "const e = document.querySelector('.users').closest('.region');"
        "const [h, n] = ['thead', 'tbody tr:nth-child(20) td'].map(s => e.querySelector(s))"
        ".map(e => e.getBoundingClientRect());"
        "const at = e.getBoundingClientRect(); return [[h.top, n.left], [at.top, at.left]]"
    )
    assert head == pytest.approx(place[0], abs=2)
    assert names == pytest.approx(place[1], abs=2)


def test_with_scripts_off_all_but_the_filter_is_there(opened: Opened) -> None:
    def shown() -> list[str]:
        words: list[str] = opened.run(
            "return [...document.querySelectorAll('h1, h2, h3, main p, li, th, td, text')]"
            ".filter(e => e.checkVisibility()).map(e => e.textContent)"
        )
        return words

    whole = shown()
    opened.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        opened.seen(1280)
        assert not opened.all(".filter")[0].is_displayed()
        assert shown() == whole
    finally:
        opened.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    opened.seen(1280)
    assert opened.all(".filter")[0].is_displayed()


def test_it_prints_on_a4(opened: Opened) -> None:
    printed = opened.browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", base64.b64decode(printed["data"]))
    sizes = {(round(float(width)), round(float(height))) for width, height in boxes}
    assert sizes == {(595, 842), (842, 595)}
    assert 5 < len(boxes) < 20


def test_on_paper_nothing_is_cut_off_and_a_filter_that_is_not_used_is_gone(
    opened: Opened, opened_hard: Opened
) -> None:
    a4_less_margins = round((210 - 2 * 14) / 25.4 * 96)
    for page in (opened, opened_hard):
        page.seen(a4_less_margins, media="print")
        assert not page.all(".filter")[0].is_displayed()
        scrolled = "return [...document.querySelectorAll('.region')].map(e => getComputedStyle(e).overflow)"
        assert set(page.run(scrolled)) == {"visible"}
        # What is printed across is wider than an upright page.
        page.run("document.querySelectorAll('.wide, .across').forEach(e => e.remove())")
        assert page.fits_the_width()


def test_more_organisations_than_paper_is_wide_are_printed_in_parts(browser: Chrome, tmp_path: Path) -> None:
    users = tuple(DataUser(f"Group {number}", {"needs": ("food", "cash")}) for number in range(150))
    page = Opened(browser, tmp_path, mapping_of(row_of("hct", *users)))
    names = (
        "return [...document.querySelectorAll('.needs')].filter(e => e.checkVisibility())"
        ".map(e => [...e.querySelectorAll('.names th')].slice(1).map(e => e.title))"
    )
    expected = [user.name for user in users]
    assert page.run(names) == [expected]
    page.seen(1046, media="print")
    parts = page.run(names)
    assert [name for part in parts for name in part] == expected
    assert len(parts) == 3
    assert page.fits_the_width()


def test_it_follows_light_and_dark(opened: Opened) -> None:
    def brightness() -> tuple[int, int]:
        colours = opened.run("const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]")
        paper, ink = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
        return paper, ink

    light = brightness()
    opened.seen(1280, dark=True)
    dark = brightness()
    assert light[0] > light[1]
    assert dark[0] < dark[1]


def assert_accessible(page: Opened) -> None:
    # The engine asks where every element is, one by one: all must be laid out, or each question does it anew.
    page.run(
        "const s = document.head.appendChild(document.createElement('style'));"
        "s.textContent = '* {content-visibility: visible !important}'"
    )
    page.run(resources.files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = page.browser.execute_async_script(
        "const done = arguments[0];"
        "axe.run(document).then(r => done({violations: r.violations, passes: r.passes.length}), done)"
    )
    assert found["violations"] == []
    assert found["passes"] > 20


def test_an_accessibility_engine_finds_no_violation_in_the_example(opened: Opened) -> None:
    assert_accessible(opened)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (360, False), (360, True)])
def test_an_accessibility_engine_finds_no_violation_in_any_part(
    browser: Chrome, tmp_path: Path, width: int, dark: bool
) -> None:
    gone = DataUser("Gone NGO", {"engagement": "left", "contact": "x"})
    mapping = mapping_with("Inter Sector Coordination Group (ISCG)", "Words\nand more")
    page = Opened(browser, tmp_path, replace(mapping, others={"coordination": (gone,)}), SHORT)
    page.seen(width, dark)
    assert_accessible(page)


def test_what_scrolls_can_be_reached_with_the_keyboard_and_has_a_name(opened_hard: Opened) -> None:
    opened_hard.seen(360)
    scrolling = opened_hard.run(
        "return [...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1"
        " && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX))"
        ".map(e => [e.tabIndex, e.role, e.ariaLabelledByElements[0].textContent])"
    )
    assert scrolling
    assert all(index == 0 and role == "region" and name for index, role, name in scrolling)
