"""Find places by part of a name, an answer, a section, a number or an id."""

from functools import partial

from dtm_mapper.interview.choice_index import ChoiceIndex, Entry, number_in
from dtm_mapper.interview.talk import place_words, title_of
from dtm_mapper.interview.walk import Place, Walk
from dtm_mapper.mapping import OTHER
from dtm_mapper.texts import folded, folded_words


def place_index(walk: Walk) -> ChoiceIndex:
    """Return all rows and other places, by name, with what is recorded there. Rows have their number."""
    numbers = {place: number for number, place in enumerate(walk.rows(), start=1)}
    entries = []
    for place in walk.names():
        name, words = place_words(walk, place)
        section = title_of(walk.catalogue, place.section) if place.section else ""
        hint = " · ".join(filter(None, (words, section)))
        entries.append(Entry(str(place), name, hint, numbers.get(place, 0)))
    return ChoiceIndex(tuple(entries), partial(_other_texts, walk))


def _other_texts(walk: Walk, id: str) -> tuple[str, ...]:
    """Return the aliases of the example at a place, and its name and its section's title in other languages.
    `id` is the place's."""
    place = Place.parse(id)
    if place is None or not place.section:
        return ()
    titles = walk.catalogue.translations.texts(f"sections/{place.section}")
    return (*walk.catalogue.other_names(place.item), *titles)


def find(walk: Walk, words: str) -> tuple[Place, ...]:
    """The places that match: the one so named, else all in which every word stands. Other names and languages
    are searched where the mapping's own have nothing."""
    exact = folded_words(words)
    if not exact:
        return ()
    rows = walk.rows()
    if 0 < (number := number_in(words)) <= len(rows):
        return (rows[number - 1],)
    if (named := Place.parse(words.strip())) is not None and walk.exists(named):
        return (named,)
    if same := tuple(place for place in rows if place.item == exact):
        return same
    if section := _section(walk, exact):
        return (section,)
    texts = {place: _texts(walk, place) for place in walk.names()}
    others = {place: [folded(text) for text in _other_texts(walk, str(place))] for place in texts}
    for known in (texts, others):
        if same := tuple(place for place, found in known.items() if exact in found):
            return same
    # Signs between words say nothing: “+ OCHA” is OCHA.
    wanted = [word for word in exact.split() if any(map(str.isalnum, word))] or [exact]
    for known in (texts, others):
        joined = {place: " ".join(found) for place, found in known.items()}
        if same := tuple(place for place, text in joined.items() if all(word in text for word in wanted)):
            return same
    return ()


def _section(walk: Walk, exact: str) -> Place | None:
    for section in walk.mapping.section_ids(walk.catalogue):
        translated = walk.catalogue.translations.texts(f"sections/{section}")
        if exact in (section, *map(folded, (title_of(walk.catalogue, section), *translated))):
            return next(place for place in walk.names() if place.section == section)
    return None


def _texts(walk: Walk, place: Place) -> list[str]:
    name, words = place_words(walk, place)
    if not place.section:
        return [place.item, *map(folded, (name, words, getattr(walk.mapping, place.item)))]
    texts = [name, *(user.name for user in walk.users(place))]
    if place.item != OTHER:
        row = walk.row(place)
        texts += [row.not_applicable or "", row.pending or ""]
    return [folded(text) for text in (*texts, place.section, title_of(walk.catalogue, place.section))]
