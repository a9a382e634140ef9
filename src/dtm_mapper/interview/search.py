"""Finds places by what an operator remembers of them: part of a name, an answer, a section, an id."""

from dtm_mapper.catalogue import Choice
from dtm_mapper.interview.talk import about_words, place_words, title_of
from dtm_mapper.interview.walk import Place, Walk
from dtm_mapper.mapping import OTHER
from dtm_mapper.texts import folded


def entry(walk: Walk, place: Place) -> Choice:
    """A place as a line of a list to search in: its name, and what is recorded there with its section."""
    name, words = place_words(walk, place)
    section = title_of(walk.catalogue, place.section) if place.section else ""
    return Choice(str(place), name, f"{words} · {section}" if words and section else words or section)


def find(walk: Walk, words: str) -> tuple[Place, ...]:
    """The places that match: the one so named, else all in which every word stands."""
    wanted = folded(words).split()
    if not wanted:
        return ()
    if (named := Place.parse(words.strip())) is not None and walk.exists(named):
        return (named,)
    places = list(walk.names())
    exact = " ".join(wanted)
    for place in places:
        if place.section and place.item != OTHER and exact == place.item:
            return (place,)
    if section := _section(walk, exact):
        return (section,)
    texts = {place: _texts(walk, place) for place in places}
    same = [place for place, found in texts.items() if exact in found]
    if same:
        return tuple(same)
    joined = {place: " ".join(found) for place, found in texts.items()}
    return tuple(place for place, text in joined.items() if all(word in text for word in wanted))


def _section(walk: Walk, exact: str) -> Place | None:
    for section in walk.mapping.section_ids(walk.catalogue):
        known = walk.catalogue.section_by_id.get(section)
        if exact == section or (known and exact == folded(known.title)):
            return next(place for place in walk.names() if place.section == section)
    return None


def _texts(walk: Walk, place: Place) -> list[str]:
    if not place.section:
        return [
            place.item,
            folded(getattr(walk.mapping, place.item)),
            folded(about_words(walk.mapping, place.item)),
        ]
    texts = [user.name for user in walk.mapping.users(place.section, place.item)]
    if place.item != OTHER:
        row = walk.mapping.row(walk.catalogue, place.item)
        texts += [row.label, row.not_applicable or "", row.pending or ""]
    return [folded(text) for text in (*texts, place.section, title_of(walk.catalogue, place.section))]
