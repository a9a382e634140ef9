"""From a command to a mapping that has what a source says."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.catalogue_file import load
from dtm_mapper.contacts import find_contact
from dtm_mapper.errors import Declined, Refused, Unusable, lines_of
from dtm_mapper.files import MAX_BYTES, hint_if_open
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.intake import read
from dtm_mapper.intake.lines import Source
from dtm_mapper.intake.matching import match
from dtm_mapper.intake.merging import merge
from dtm_mapper.intake.preview import preview
from dtm_mapper.interview.opening import holder
from dtm_mapper.mapping import DETAIL_LIMIT, Mapping, organisation
from dtm_mapper.store.store import Store
from dtm_mapper.texts import iso_date, text_problem
from dtm_mapper.yamlfile import unknown_word

if TYPE_CHECKING:
    from rich.console import RenderableType


#: How many names a note has.
_NAMED = 10


class Options(NamedTuple):
    """How to read a source: a catalogue's file, further characters between names, and the section of other
    data users without one. `yes`: ask nothing, and take no near misses."""

    catalogue: Path | None = None
    split: str = ""
    section: str = ""
    yes: bool = False


def bring_in(
    path: Path,
    file: Path,
    options: Options,
    show: "Callable[[RenderableType], None]",
    warn: Callable[[str], None],
    confirm: Callable[[str], bool] | None,
) -> Path | None:
    """Shows what a source would change in a mapping, and changes it after a yes. `confirm` asks a question,
    and is None where nobody can be asked.

    Gives the file that was written, or None where there was nothing to change. Raises Unusable, Refused,
    Declined, FileProblems or OpenElsewhere; then nothing was written.
    """
    used = load(options.catalogue)
    if options.section and options.section not in used.section_by_id:
        what = unknown_word(_("section"), options.section, tuple(used.section_by_id))
        raise Unusable(f"--section {options.section}", what, _("“dtm-map catalogue” shows them."))
    if re.search(r"\w", options.split):
        what = _("letters and digits stand in names")
        raise Unusable(f"--split {options.split}", what, _("Name signs alone, such as --split ,/"))
    store = Store(file, used)
    if not file.exists():
        store.must_suit_a_mapping()
    source = read(path, used)
    about, problems = _about(path, source, used)
    ask = None if options.yes else confirm
    may_write = options.yes or ask is not None
    with store.locked(holder()) if may_write else nullcontext():
        today = date.today().isoformat()
        saved, warnings = store.load() if file.exists() else (None, [])
        for line in lines_of(str(file), warnings):
            warn(line)
        before = saved or Mapping(used.id, used.version, created=today)

        def is_meant(words: str, label: str) -> bool:
            question = _("“{words}”: is that “{label}”?").format(words=words, label=label)
            return ask is not None and ask(question)

        by_place, unmatched = match(source, before, used, is_meant, options.split, options.section)
        for line in used.translations.take_warnings():
            warn(line)
        mapping, changes = merge(before, by_place, about, used, today, new=saved is None)
        problems += [*source.problems, *unmatched]
        notes = _notes(path, file, source, saved, about)
        names = {name for lines in by_place.values() for line in lines for name in line.names}
        if reached := sorted(name for name in names if find_contact(name)):
            what = _(
                "There are names with a mail address or a telephone number, which reports will show: {names}"
            )
            notes.append(what.format(names="; ".join(reached)))
        notes += _kept(before, names, used)
        show(preview(changes, notes, problems, used))
        if not any(change.kind in ("new", "different") for change in changes):
            return None
        if len(store.content(mapping)) > MAX_BYTES:
            what = _("with this, the mapping would be larger than {size} MB").format(size=MAX_BYTES >> 20)
            raise Refused(str(file), what, _("Import it in parts, each into a mapping of its own."))
        if not may_write:
            what = _("nothing was changed: without a terminal nobody can be asked")
            raise Declined(str(file), what, _("To take it as shown, add --yes."))
        if warning := store.comments_warning():
            warn(warning)
        if ask is not None and not ask(_("Change {file} so?").format(file=file)):
            raise Declined(str(file), _("nothing was changed"))
        try:
            store.save(mapping)
        except OSError as error:
            what = _("it cannot be written ({why})").format(why=error.strerror)
            mend = _("Nothing was changed. Check that there is space on the disk.")
            raise Unusable(str(store.path), what, hint_if_open(store.path, mend)) from None
        if warning := store.readers_warning(before, mapping):
            warn(warning)
    return store.path


def _kept(mapping: Mapping, imported: set[str], catalogue: Catalogue) -> list[str]:
    """That the mapping has data users of whom the source says nothing: somebody may have taken them out."""
    organisations = {organisation(name) for name in imported}
    users = (user.name for *_place, user in mapping.every_user(catalogue))
    names = list(dict.fromkeys(name for name in users if organisation(name) not in organisations))
    if not names:
        return []
    more = _(" and {count} more").format(count=len(names) - _NAMED) if len(names) > _NAMED else ""
    what = _("In the mapping and not in the source, and kept: {names}")
    return [what.format(names="; ".join(names[:_NAMED])) + more]


def _about(path: Path, source: Source, catalogue: Catalogue) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """What a source says of the mapping, as far as it can be recorded, and what cannot. Raises Unusable where
    it was made with another catalogue."""
    about = dict(source.about)
    other = about.get("catalogue_id", catalogue.id)
    if other != catalogue.id:
        what = _("it was made with the catalogue “{name}”; the one in use is “{known}”")
        mend = _("Name its catalogue with --catalogue.")
        raise Unusable(str(path), what.format(name=other, known=catalogue.id), mend)
    problems: list[tuple[str, str]] = []
    if country := about.pop("country_code", "") or about.get("country", ""):
        about["country"], unclear = _country(country)
        problems += [(_("country"), problem) for problem in unclear]
    for name in ("response", "prepared_by"):
        if problem := text_problem(about.get(name, ""), DETAIL_LIMIT):
            problems.append((name, problem))
            del about[name]
    if (created := about.get("created", "")) != iso_date(created):
        what = _("“{text}” is no date such as 2026-11-22")
        problems.append(("created", what.format(text=about.pop("created"))))
    return about, problems


def _country(named: str) -> tuple[str, list[str]]:
    """Return the code of the only country that a source names, or '', and what is unclear about it.

    `named` has one or several countries in each line.
    """
    from dtm_mapper.countries import code_of, name_of

    codes: dict[str, None] = {}
    problems: list[str] = []
    for text in named.split("\n"):
        parts = [text] if code_of(text) else [part.strip() for part in re.split(r"[,;،؛/|+&]", text)]
        found = [code_of(part) for part in parts if part]
        if not found or not all(found):
            problems.append(_("“{text}” is no country's name or code").format(text=text))
        codes.update(dict.fromkeys(code for code in found if code and all(found)))
    if len(codes) > 1:
        what = _("the source names {count} countries, so none is recorded: {names}")
        problems.append(what.format(count=len(codes), names=", ".join(map(name_of, codes))))
    return ("" if len(codes) != 1 else next(iter(codes))), problems


def _notes(path: Path, file: Path, source: Source, saved: Mapping | None, about: dict[str, str]) -> list[str]:
    into = file if saved is not None else _("{file}, a new mapping").format(file=file)
    count = len(source.lines)
    what = ngettext(
        "{path}: {kind} with {count} line, into {into}",
        "{path}: {kind} with {count} lines, into {into}",
        count,
    )
    notes = [what.format(path=path, kind=source.kind, count=count, into=into), *source.notes]
    if about.get("left_out"):
        notes.append(_("It was written without: {fields}").format(fields=about["left_out"]))
    return notes
