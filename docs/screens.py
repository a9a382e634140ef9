"""Makes the README's pictures: screens of a real interview, and the example's reports.

`PYTHONPATH=tests python docs/screens.py`, on Linux or macOS; the reports' pictures need Chromium, LibreOffice
and poppler's pdftoppm.
"""

import shutil
import subprocess
import sys
import tempfile
from html import escape
from io import StringIO
from itertools import groupby
from pathlib import Path

import pyte
from markdown_it import MarkdownIt
from rich.console import Console
from rich.style import Style
from rich.text import Text

from pseudoterminal import Pseudoterminal

DOCS = Path(__file__).parent
EXAMPLE = DOCS.parent / "examples" / "coxs-bazar.yaml"
COLUMNS, ROWS = 80, 24

#: Keys, each with what the screen says once they have done their work.
NAMES = (
    ("", "Which response"),
    ("Cox's Bazar refugee response\r", "Which country"),
    ("Bangladesh\r", "Who prepares"),
    ("NPM, information management\r", "1/58"),
    ("RRRC, Refugee Relief and Repatriation Commissioner\r", "2/58"),
    ("Strategic Executive Group (SEG)\r", "3/58"),
    ("Inter Sector Coordination Group (ISCG)\r", "4/58"),
    (":later Ask the ISCG\r", "5/58"),
    (":na Part of the ISCG\r", "6/58"),
    ("ISCG needs assess", "› ISCG needs assess"),
)
DETAILS = (
    ("", "Which response"),
    (":go unhcr\r", "23/58"),
    ("UNHCR Cox's Bazar\r", "24/58"),
    (":go un-agencies/unhcr/1/needs\r", "What does"),
    ("*", "●"),
)

# rich's own template fetches a font from the web; this one takes a font of the reader's machine.
SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""

PAGE = """\
<!doctype html><meta charset="utf-8"><style>
body {{ font: 15px/1.5 "Segoe UI", Helvetica, "DejaVu Sans", sans-serif; margin: 28px 36px; color: #1f2328; }}
h1, h2 {{ border-bottom: 1px solid #d1d9e0; padding-bottom: 6px; }}
table {{ border-collapse: collapse; }}
th, td {{ border: 1px solid #d1d9e0; padding: 4px 12px; vertical-align: top; }}
</style>{body}
"""


def screen_after(keys: tuple[tuple[str, str], ...]) -> pyte.Screen:
    """The screen of `dtm-map new` in an empty folder, after some keys."""
    screen = pyte.Screen(COLUMNS, ROWS)
    english = {"LANGUAGE": "en", "DTM_MAP_CATALOGUE": ""}
    with (
        tempfile.TemporaryDirectory() as folder,
        Pseudoterminal("new", cwd=Path(folder), columns=COLUMNS, rows=ROWS, environment=english) as terminal,
    ):
        for typed, said in keys:
            terminal.send(typed)
            terminal.wait_for(said)
        pyte.ByteStream(screen).feed(terminal.output)
    return screen


def svg(screen: pyte.Screen, title: str, name: str) -> str:
    """A screen as a picture. `name` keeps its styles apart from those of other pictures."""
    console = Console(record=True, width=COLUMNS, file=StringIO())
    last = max(row for row, line in enumerate(screen.display) if line.strip())
    for row in range(last + 1):
        line = Text()
        styles = [_style(screen, row, column) for column in range(COLUMNS)]
        for style, columns in groupby(range(COLUMNS), styles.__getitem__):
            line.append("".join(screen.buffer[row][column].data for column in columns), style)
        console.print(line, no_wrap=True, crop=False)
    return console.export_svg(title=title, code_format=SVG, unique_id=name)


def _style(screen: pyte.Screen, row: int, column: int) -> Style:
    cell = screen.buffer[row][column]
    color = None if cell.fg == "default" else {"brown": "yellow"}.get(cell.fg, cell.fg)
    at_cursor = (row, column) == (screen.cursor.y, screen.cursor.x) and not screen.cursor.hidden
    return Style(color=color, bold=cell.bold, reverse=at_cursor)


def page_picture(page: Path, picture: Path, size: str) -> None:
    """The beginning of a page as a browser shows it. `size` is WIDTH,HEIGHT in pixels."""
    browser = _program("chromium", "chromium-browser", "google-chrome")
    with tempfile.TemporaryDirectory() as folder:
        switches = (
            "--headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-sync"
            " --disable-background-networking"
        )
        places = [f"--user-data-dir={folder}/profile", f"--screenshot={picture}", f"--window-size={size}"]
        command = [browser, *switches.split(), *places, page.resolve().as_uri()]
        subprocess.run(command, check=True, capture_output=True)


def markdown_picture(report: Path, picture: Path) -> None:
    """The beginning of a Markdown report as a browser shows it."""
    body = MarkdownIt("gfm-like", {"linkify": False}).render(report.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        page.write_text(PAGE.format(body=body), encoding="utf-8")
        page_picture(page, picture, "1100,1500")


def text_picture(report: Path, picture: Path, size: str) -> None:
    """The beginning of a report as a text editor shows it."""
    lines = report.read_text(encoding="utf-8-sig").splitlines()[:40]
    body = f'<pre style="font-size: 13px; line-height: 1.35">{escape(chr(10).join(lines))}</pre>'
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        page.write_text(PAGE.format(body=body), encoding="utf-8")
        page_picture(page, picture, size)


def office_picture(report: Path, picture: Path, page: int) -> None:
    """One page of an office document, from 1, as LibreOffice prints it."""
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={Path(folder).as_uri()}/profile"
        convert = [_program("soffice"), profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
        subprocess.run([*convert, str(report)], check=True, capture_output=True)
        printed = Path(folder) / f"{report.stem}.pdf"
        draw = [_program("pdftoppm"), "-png", "-r", "70", "-f", str(page), "-l", str(page), "-singlefile"]
        subprocess.run([*draw, str(printed), str(picture.with_suffix(""))], check=True)


def _program(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or sys.exit(f"The pictures of the reports need {names[0]}, which is not here")


def main() -> None:
    """Makes all pictures."""
    scenes = (("interview", NAMES), ("details", DETAILS))
    for name, keys in scenes:
        (DOCS / f"{name}.svg").write_text(svg(screen_after(keys), "dtm-map new", name), encoding="utf-8")
    markdown_picture(EXAMPLE.with_suffix(".md"), DOCS / "report.png")
    page_picture(EXAMPLE.with_suffix(".html"), DOCS / "report-html.png", "1280,800")
    text_picture(EXAMPLE.with_suffix(".csv"), DOCS / "report-csv.png", "1000,420")
    text_picture(EXAMPLE.with_suffix(".json"), DOCS / "report-json.png", "1000,560")
    office_picture(EXAMPLE.with_suffix(".docx"), DOCS / "report-docx.png", 1)
    office_picture(EXAMPLE.with_suffix(".xlsx"), DOCS / "report-xlsx.png", 1)


if __name__ == "__main__":
    main()
