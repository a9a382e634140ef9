"""The translations of a catalogue: finds, reads and checks the files beside it, one for each language."""

import glob
from collections.abc import Iterator, Set
from pathlib import Path

from dtm_mapper.catalogue import TEXT_LIMIT, Catalogue, Texts
from dtm_mapper.errors import Problem, Unusable, lines_of
from dtm_mapper.files import source_of
from dtm_mapper.i18n import _
from dtm_mapper.yamlfile import Document, Node, read_document

FORMAT = "dtm-catalogue-texts/1"


def texts_beside(path: Path) -> list[Path]:
    """Find the translations of a catalogue, such as `categories.fr.yaml` of `categories.yaml`."""
    return sorted(path.parent.glob(f"{glob.escape(path.stem)}.[a-z][a-z]{glob.escape(path.suffix)}"))


def catalogue_beside(path: Path) -> Path:
    """Return the path of the catalogue of a translation."""
    return path.with_name(Path(path.stem).stem + path.suffix)


def read_texts(path: Path, catalogue: Catalogue, warnings: list[str]) -> Iterator[Texts]:
    """Read the translations of a catalogue. Add a warning for each one that cannot be used."""
    for file in texts_beside(path):
        try:
            texts, problems = parse(source_of(file), catalogue, _language(file))
        except Unusable as error:
            texts, problems = None, [Problem(0, error.what)]
        except OSError as error:
            what = _("the file cannot be read ({why})").format(why=error.strerror)
            texts, problems = None, [Problem(0, what)]
        if texts is not None:
            yield texts
            continue
        first = next(problem for problem in sorted(problems) if not problem.warning)
        what = _(
            "{problem}\n  This translation is not used. “dtm-map check {file}” lists every problem in it."
        )
        warnings.append(what.format(problem=lines_of(str(file), [first])[0], file=file))


def parse(source: bytes, catalogue: Catalogue, language: str) -> tuple[Texts | None, list[Problem]]:
    """Read the translation of a catalogue. If an error is among the problems, return no texts."""
    return read_document(source, FORMAT, lambda document: _texts(document, catalogue, language))


def check(file: Path, source: bytes, catalogue: Catalogue) -> list[Problem]:
    """Return every problem in the file of a translation."""
    return parse(source, catalogue, _language(file))[1]


def _language(file: Path) -> str:
    return Path(file.stem).suffix.removeprefix(".")


def _texts(document: Document, catalogue: Catalogue, language: str) -> Texts | None:
    required = ("format", "catalogue", "language", "texts")
    found = document.entries(document.root, _("the translation"), {*required, "aliases"}, required)
    for key, expected in (("format", FORMAT), ("catalogue", catalogue.id), ("language", language)):
        given = document.text(found[key], key) if key in found else expected
        # A file under another name says nothing of its language.
        if expected and given != expected:
            what = _("“{key}” must be “{expected}” in this file, not “{given}”")
            what = what.format(key=key, expected=expected, given=given)
            document.report(found[key], what)
    if document.errors:
        # In another catalogue, no id would be known.
        return None

    def entries(key: str, known: Set[str]) -> dict[str, Node]:
        return document.entries(found[key], key, known) if key in found else {}

    own = own_texts(catalogue)
    nodes = entries("texts", own.keys())
    paragraphs = ("purpose", "#note", "#reminder")
    texts = {
        id: document.checked_text(node, id, TEXT_LIMIT, id.endswith(paragraphs)) for id, node in nodes.items()
    }
    for id in own:
        if not texts.get(id):
            what = _("“{id}” has no text; the catalogue's own is used").format(id=id)
            document.report(nodes.get(id, found["texts"]), what, warning=True)
    aliases = {
        id: tuple(document.checked_text(name, id, TEXT_LIMIT) for name in document.items(node, id))
        for id, node in entries("aliases", catalogue.example_by_id.keys()).items()
    }
    return Texts({id: text for id, text in texts.items() if text}, aliases)


def own_texts(catalogue: Catalogue) -> dict[str, str]:
    """Return the texts of a catalogue by the ids that they have in a translation."""
    texts = {"title": catalogue.title, "purpose": catalogue.purpose}
    for asked in catalogue.fields:
        id = f"fields/{asked.id}"
        texts |= {id: asked.label, f"{id}#question": asked.question}
        for choice in asked.choices:
            texts |= {f"{id}/{choice.id}": choice.label, f"{id}/{choice.id}#hint": choice.hint}
    for section in catalogue.sections:
        id = f"sections/{section.id}"
        texts |= {id: section.title, f"{id}#note": section.note, f"{id}#reminder": section.reminder}
        texts |= {f"examples/{example.id}": example.name for example in section.examples}
    return {id: text for id, text in texts.items() if text}
