"""What an import would change, for the screen."""

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.i18n import _
from dtm_mapper.intake.matching import Place
from dtm_mapper.intake.merging import Change, Kind
from dtm_mapper.interview.talk import title_of
from dtm_mapper.screen import visible

#: How many things are said of one row: nobody reads more of them.
_MOST = 20
#: How much is said of what was not recognised.
_MOST_PROBLEMS = 100


def preview(
    changes: list[Change], notes: list[str], problems: list[tuple[str, str]], catalogue: Catalogue
) -> RenderableType:
    """What is new, what is different, how much is the same, and what was not recognised."""
    kinds: dict[Kind, str] = {
        "new": _("new"),
        "different": _("different"),
        "kept": _("different, not taken"),
    }
    parts: list[RenderableType] = [Text(visible(note)) for note in notes]
    grouped: dict[tuple[Place, Kind], list[str]] = {}
    for change in changes:
        if change.kind != "same":
            grouped.setdefault((change.place, change.kind), []).append(change.words)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in (_("Row"), _("Change"), _("What the source says")):
        table.add_column(Text(name), overflow="fold")
    order = {id: number for number, id in enumerate(["", *catalogue.section_by_id])}
    at: str | None = None
    for place, kind in sorted(grouped, key=lambda group: order.get(group[0].section, len(order))):
        if place.section != at:
            at = place.section
            title = title_of(catalogue, at) or _("About")
            table.add_row(Text(visible(title), style="bold"))
        words = grouped[place, kind]
        cell = "\n".join(map(visible, words[:_MOST]))
        if len(words) > _MOST:
            cell += "\n" + _("and {count} more").format(count=len(words) - _MOST)
        label = place.label or _("other data users")
        table.add_row(Text(visible(label)), Text(kinds[kind]), Text(cell))
    if grouped:
        parts += [Text(), table]
    if problems:
        title = _("Not recognised ({count})").format(count=len(problems))
        parts += [Text(), Text(title, style="bold")]
        together: dict[str, list[str]] = {}
        for where, what in problems:
            together.setdefault(what, []).append(where)
        said = [Text(visible(f"  {_places(places)}: {what}")) for what, places in together.items()]
        parts += said[:_MOST_PROBLEMS]
        if len(said) > _MOST_PROBLEMS:
            parts.append(Text("  " + _("and {count} more").format(count=len(said) - _MOST_PROBLEMS)))
    counts = {
        kind: sum(change.kind == kind for change in changes) for kind in ("new", "different", "kept", "same")
    }
    summary = _(
        "{new} new, {different} different, {kept} different but not taken, {same} the same, "
        "{problems} not recognised"
    )
    parts += [Text(), Text(summary.format(problems=len(problems), **counts), style="bold")]
    return Group(*parts)


def _places(places: list[str]) -> str:
    more = _(" and {count} more").format(count=len(places) - 3) if len(places) > 3 else ""
    return ", ".join(places[:3]) + more
