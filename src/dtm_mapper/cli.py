"""The commands: parse, call, print, exit code."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from dtm_mapper import __version__, output
from dtm_mapper.commandline import Command, Group
from dtm_mapper.errors import DtmMapError, shown
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.screen import visible

if TYPE_CHECKING:
    from dtm_mapper.catalogue import Catalogue
    from dtm_mapper.copies import Leftovers
    from dtm_mapper.interview.session import Ending
    from dtm_mapper.mapping import Mapping

DEFAULT_FILE = Path("dtm-mapping.yaml")

app = typer.Typer(
    name="dtm-map",
    cls=Group,
    help=_("Maps who will use DTM data in your response: an interview, a YAML file, a report."),
    epilog=_("Alone, in a terminal, dtm-map goes on with a mapping in this folder or starts one."),
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _file(help: str, default: str, metavar: str = "FILE") -> Any:
    return typer.Argument(metavar=metavar, help=help, show_default=default)


def _text(name: str, metavar: str, help: str) -> Any:
    return typer.Option(name, metavar=metavar, show_default=False, help=help)


def _out(help: str) -> Any:
    return typer.Option("-o", "--out", metavar="OUT", help=help)


_DEFAULT = _("dtm-mapping.yaml, or else the only mapping in this folder")
File = Annotated[Path | None, _file(_("The mapping's file."), _DEFAULT)]
Depth = Annotated[
    Literal["names", "standard", "full"] | None,
    typer.Option("--depth", help=_("How much is asked of each data user; a new mapping asks standard.")),
]
Plain = Annotated[
    bool,
    typer.Option("--plain", help=_("Line by line: for screen readers, simple terminals and scripts.")),
]
CatalogueFile = Annotated[
    Path | None,
    typer.Option(
        "--catalogue", metavar="FILE", help=_("Another catalogue; also by the variable DTM_MAP_CATALOGUE.")
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help=_("Replace an existing file without asking."))]


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"dtm-map {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help=_("Shows the version.")),
    ] = False,
) -> None:
    """What every command has, and what dtm-map does alone."""
    if context.invoked_subcommand is not None:
        return
    from dtm_mapper.interview.opening import in_git_bash, in_terminal, interview_here

    if in_terminal():
        _end(interview_here())
    else:
        print(context.get_help())
        if in_git_bash():
            output.say(_("To choose a mapping in Git Bash, type winpty dtm-map, or use PowerShell."))


@app.command(cls=Command, epilog=_("Example: dtm-map new mali.yaml --depth full"))
def new(
    file: Annotated[Path, _file(_("The mapping's file."), str(DEFAULT_FILE))] = DEFAULT_FILE,
    depth: Depth = None,
    plain: Plain = False,
    catalogue: CatalogueFile = None,
) -> None:
    """Starts a mapping, or goes on with the one that is there."""
    from dtm_mapper.interview.opening import interview

    _end(interview(file, depth, plain, catalogue, must_exist=False), plain, catalogue)


@app.command(cls=Command, epilog=_("Example: dtm-map edit mali.yaml --at unhcr"))
def edit(
    file: File = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="WHERE", help=_("Where to begin: a section, a row, or part of a name.")),
    ] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help=_("Asks only pending and open rows, and empty details."))
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help=_("Asks of each data user whether it is still right."))
    ] = False,
    depth: Depth = None,
    plain: Plain = False,
    catalogue: CatalogueFile = None,
) -> None:
    """Opens an existing mapping, at a section or a row."""
    from dtm_mapper.interview.opening import interview

    if (at is not None) + missing + verify > 1:
        raise typer.BadParameter(_("Use one of --at, --missing and --verify."))
    file = file or _default_mapping()
    walked: Literal["all", "missing", "verify"] = "missing" if missing else "verify" if verify else "all"
    _end(interview(file, depth, plain, catalogue, True, at, walked), plain, catalogue)


@app.command(cls=Command, epilog=_("Example: dtm-map report mali.yaml -o mali.md"))
def report(
    file: File = None,
    format_name: Annotated[
        str | None,
        typer.Option(
            "-f",
            "--format",
            metavar="FORMAT",
            help=_("md, html, docx (Word), xlsx (Excel), csv, json or yaml; by default, OUT's ending or md."),
        ),
    ] = None,
    out: Annotated[
        Path | None, _out(_("The file to write; beside the mapping by default; - shows it."))
    ] = None,
    with_personal: Annotated[
        bool, typer.Option("--with-personal", help=_("Personal fields too, such as contacts."))
    ] = False,
    public: Annotated[
        bool, typer.Option("--public", help=_("Leave out internal fields, reasons and notes, too."))
    ] = False,
    hxl: Annotated[bool, typer.Option("--hxl", help=_("With a row of HXL hashtags (xlsx, csv)."))] = False,
    yes: Yes = False,
    catalogue: CatalogueFile = None,
) -> None:
    """Writes a report of a mapping."""
    from dtm_mapper import reports
    from dtm_mapper.errors import Refused
    from dtm_mapper.reports.privacy import contact_warning, contacts_shown
    from dtm_mapper.store.names import refuse_name

    if with_personal and public:
        raise typer.BadParameter(_("Use one of --with-personal and --public."))
    chosen = reports.format_of(format_name, None if out == output.STANDARD_OUTPUT else out)
    if with_personal and chosen == "yaml":
        raise typer.BadParameter(_("A mapping to hand on has no personal fields: leave out --with-personal."))
    file = file or _default_mapping()
    mapping, used = _load(file, catalogue)
    content = reports.render(mapping, used, chosen, with_personal, public, hxl)
    target = out or reports.beside(file, chosen)
    refuse_name(target)
    if target.exists() and target.samefile(file):
        raise Refused(str(target), _("this is the mapping itself"), _("Name another file with -o."))
    output.write(content, target, chosen, yes)
    if warning := contact_warning(contacts_shown(mapping, used, with_personal, public)):
        output.say(warning, lines=True)


@app.command(cls=Command, epilog=_("Example: dtm-map worksheet -o worksheet.docx"))
def worksheet(
    out: Annotated[Path, _out(_("The file to write, .docx or .xlsx."))] = Path("worksheet.docx"),
    yes: Yes = False,
    catalogue: CatalogueFile = None,
) -> None:
    """Writes a blank worksheet, to be filled in Word or Excel."""
    from dtm_mapper import reports
    from dtm_mapper.catalogue_file import load

    content = reports.worksheet(load(catalogue), out)
    output.write(content, out, out.suffix[1:].lower(), yes)


@app.command("import", cls=Command, epilog=_("Example: dtm-map import worksheet.docx mali.yaml"))
def import_(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            show_default=False,
            help=_("A filled worksheet (Word, Excel), a table (Excel, CSV) or a JSON report."),
        ),
    ],
    file: File = None,
    split: Annotated[
        str,
        _text(
            "--split",
            "SIGNS",
            _("Signs that also part names in one cell, such as ,/ beside line breaks and ;"),
        ),
    ] = "",
    section: Annotated[
        str,
        _text("--section", "ID", _("Where names go that fit no example, if the source says no section.")),
    ] = "",
    yes: Annotated[
        bool,
        typer.Option("--yes", help=_("Without asking; near misses become other data users, and are listed.")),
    ] = False,
    catalogue: CatalogueFile = None,
) -> None:
    """Brings a filled worksheet or a report back into a mapping."""
    from dtm_mapper.importing import Options, bring_in

    file = file or _default_mapping()
    options = Options(catalogue, split, section, yes)
    written = bring_in(source, file, options, output.show, output.say, output.confirmation())
    if written is None:
        output.say(_("Nothing to change."))
    else:
        output.say(_("The mapping is in {file}").format(file=written))


@app.command(cls=Command, epilog=_("Example: dtm-map schema mapping -o mapping.schema.json"))
def schema(
    kind: Annotated[
        Literal["mapping", "catalogue"], typer.Argument(metavar="KIND", help=_("mapping or catalogue."))
    ],
    out: Annotated[Path | None, _out(_("The file to write; - is standard output."))] = None,
    yes: Yes = False,
    catalogue: CatalogueFile = None,
) -> None:
    """Print the JSON Schema by which editors check a file."""
    import json

    from dtm_mapper.catalogue_file import load
    from dtm_mapper.schema import catalogue_schema, mapping_schema

    used = load(catalogue)
    found = mapping_schema(used) if kind == "mapping" else catalogue_schema()
    content = f"{json.dumps(found, indent=2, ensure_ascii=False)}\n".encode()
    output.write(content, out or output.STANDARD_OUTPUT, None, yes)


@app.command(cls=Command, epilog=_("Example: dtm-map status *.yaml --stale 90"))
def status(
    files: Annotated[list[Path] | None, _file(_("The mappings' files."), _DEFAULT, "FILE...")] = None,
    stale: Annotated[
        int,
        typer.Option(
            "--stale", metavar="DAYS", min=0, max=36500, help=_("What was verified longer ago is listed.")
        ),
    ] = 180,
    catalogue: CatalogueFile = None,
) -> None:
    """Shows progress, open rows, and what was not verified lately."""
    from datetime import date, timedelta

    from dtm_mapper.overview import overview
    from dtm_mapper.store.folder import copies_beside

    before = (date.today() - timedelta(days=stale)).isoformat()

    def show(file: Path) -> bool:
        mapping, used = _load(file, catalogue)
        output.show(overview(mapping, used, str(file), before))
        if copies := copies_beside(file):
            print(visible(_("Copies of this mapping: {copies}").format(copies=", ".join(map(str, copies)))))
        return True

    _each(files or [_default_mapping()], show)


@app.command(cls=Command, epilog=_("Example: dtm-map restore mali.yaml --put 2"))
def restore(
    file: File = None,
    put: Annotated[
        int | None, typer.Option("--put", metavar="NUMBER", min=1, help=_("The backup to put back."))
    ] = None,
    delete: Annotated[
        bool, typer.Option("--delete", help=_("Delete all backups, for example to remove personal answers."))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_("Delete them without asking."))] = False,
    catalogue: CatalogueFile = None,
) -> None:
    """List the backups of a mapping, put one back, or delete them."""
    from dtm_mapper import restoring
    from dtm_mapper.catalogue_file import load
    from dtm_mapper.copies import copies_of

    if put is not None and delete:
        raise typer.BadParameter(_("--put and --delete cannot be combined."))
    used = load(catalogue)
    file = file or _default_mapping(with_backups=True)
    if delete:
        count = restoring.delete(file, used, output.confirmation(), yes)
        what = ngettext("Deleted {count} backup of {file}.", "Deleted {count} backups of {file}.", count)
        print(visible(what.format(count=count, file=file)))
        if copies := copies_of(file):
            what = _("These copies still exist, and may contain personal answers, too: {copies}")
            output.say(what.format(copies=", ".join(map(str, copies))))
    elif put is None:
        output.show(restoring.listing(file, used))
    else:
        backup = restoring.put_back(file, used, put)
        print(_("{file} is again as in {backup}").format(file=file, backup=backup))


@app.command(cls=Command, epilog=_("Example: dtm-map check mali.yaml my-catalogue.yaml"))
def check(
    files: Annotated[
        list[Path] | None,
        _file(
            _("Mappings, catalogues or their translations."),
            _("the mapping in this folder, and the catalogue in use with its translations"),
            "FILE...",
        ),
    ] = None,
    catalogue: CatalogueFile = None,
) -> None:
    """Names every problem in a mapping, a catalogue or a translation."""
    from dtm_mapper.catalogue_file import catalogue_path
    from dtm_mapper.catalogue_texts import texts_beside
    from dtm_mapper.checking import problems_in
    from dtm_mapper.errors import lines_of

    def check_one(file: Path) -> bool:
        problems = problems_in(file, catalogue)
        for line in lines_of(str(file), problems) or [_("{file}: no problems").format(file=file)]:
            print(visible(line))
        return all(problem.warning for problem in problems)

    if not files:
        mapping = _default_mapping()
        used = catalogue_path(catalogue)
        files = [*([mapping] if mapping.exists() else []), used, *texts_beside(used)]
    _each(files, check_one)


@app.command("catalogue", cls=Command, epilog=_("Example: dtm-map catalogue -o my-catalogue.yaml"))
def show_catalogue(
    catalogue: CatalogueFile = None,
    yaml: Annotated[bool, typer.Option("--yaml", help=_("Print the catalogue's file as it is."))] = False,
    out: Annotated[
        Path | None, _out(_("Write the catalogue's file to OUT, as a start for your own."))
    ] = None,
    yes: Yes = False,
) -> None:
    """Show the catalogue in use, or write its file."""
    from dtm_mapper.catalogue_file import catalogue_path, load
    from dtm_mapper.overview import description

    used = load(catalogue)
    if yaml or out:
        content = catalogue_path(catalogue).read_bytes()
        output.write(content, out or output.STANDARD_OUTPUT, None, yes)
    else:
        output.show(description(used))


def _each(files: list[Path], sound: Callable[[Path], bool]) -> None:
    """Goes through all files, also behind one that cannot be used; exits with the worst code."""
    code = 0
    for file in _matching(files):
        try:
            code = max(code, 0 if sound(file) else 1)
        except DtmMapError as error:
            print(shown(error), file=sys.stderr)
            code = max(code, error.exit_code)
    if code:
        raise typer.Exit(code)


def _matching(files: list[Path]) -> Iterator[Path]:
    """Yield the files. Windows' shells do not expand patterns, so yield the files that match one."""
    for file in files:
        is_pattern = sys.platform == "win32" and ("*" in file.name or "?" in file.name)
        yield from (sorted(file.parent.glob(file.name)) if is_pattern else []) or [file]


def _default_mapping(with_backups: bool = False) -> Path:
    from dtm_mapper.default_mapping import default_mapping

    return default_mapping(with_backups)


def _load(file: Path, catalogue: Path | None) -> "tuple[Mapping, Catalogue]":
    """A mapping to read, with the warnings about its file said."""
    from dtm_mapper.catalogue_file import load
    from dtm_mapper.errors import lines_of
    from dtm_mapper.store.store import Store

    used = load(catalogue)
    mapping, warnings = Store(file, used).load()
    for line in (*lines_of(str(file), warnings), *used.translations.take_warnings()):
        output.say(line)
    return mapping, used


def _end(ending: "Ending", plain: bool = False, catalogue: Path | None = None) -> None:
    """Say how an interview ended, and exit with its code."""
    shared = ["--catalogue", str(catalogue)] if catalogue else []
    if ending.how == "refused":
        output.say(ending.refusal)
        output.say(_("The lines after it were not read. The answers before it are saved."))
    if ending.unread:
        what = _("Line {number} of the input and those after it were not read: the interview was finished.")
        output.say(what.format(number=ending.unread))
    if ending.unsaved is not None:
        what = _("{file} could not be written. The whole mapping is in {place}")
        output.say(what.format(file=ending.file, place=ending.unsaved))
    elif not ending.recorded:
        output.say(_("Nothing was recorded, and no file was written."))
    else:
        output.say(_("The mapping is in {file}").format(file=ending.file))
    for report in ending.reports:
        output.say(_("The report is in {path}").format(path=report))
    if ending.warning:
        output.say(ending.warning, lines=True)
    if ending.recorded and not ending.reports:
        options = ["--plain"] if plain else []
        command = output.command_line("edit", str(ending.file), "--at", str(ending.at), *options, *shared)
        output.say(_("To go on here: {command}").format(command=command))
    if ending.leftovers is not None:
        _say_leftovers(ending.leftovers, shared)
    codes = {"interrupted": ending.code, "refused": 2}
    if code := codes.get(ending.how, 1 if ending.unsaved or ending.unread else 0):
        raise typer.Exit(code)


def _say_leftovers(leftovers: "Leftovers", options: list[str]) -> None:
    command = output.command_line("restore", str(leftovers.file), "--delete", *options)
    what = _("You removed personal answers, but the backups of {file} still contain them.")
    output.say(what.format(file=leftovers.file))
    if leftovers.copies:
        what = _("These copies contain them, too: {copies}")
        output.say(what.format(copies=", ".join(map(str, leftovers.copies))))
    output.say(_("To delete the backups, run: {command}").format(command=command))
