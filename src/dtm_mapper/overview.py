"""What `status` and `catalogue` show on the screen."""

from collections.abc import Iterable

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.i18n import _
from dtm_mapper.interview.talk import title_of
from dtm_mapper.mapping import Mapping, Progress, progress
from dtm_mapper.screen import visible


def overview(mapping: Mapping, catalogue: Catalogue, name: str, before: str) -> RenderableType:
    """A mapping's progress by section, its pending and open rows, and what was verified before a date."""
    counts = _table(_("Section"), _("Mapped"), _("Not applicable"), _("Pending"), _("Open"), _("Other"))
    for section in mapping.section_ids(catalogue):
        done = progress(mapping, catalogue, section)
        counts.add_row(Text(title_of(catalogue, section)), *_numbers(done))
    counts.add_row(Text(_("All sections")), *_numbers(progress(mapping, catalogue)), style="bold")
    rows = [
        mapping.row(catalogue, example)
        for section in mapping.section_ids(catalogue)
        for example in mapping.examples(catalogue, section)
    ]
    pending = [row for row in rows if row.state == "pending"]
    users = [
        f"{user.name}: {user.verified or _('never')}"
        for _section, _item, _number, user in mapping.every_user(catalogue)
        if user.verified < before
    ]
    gone = [
        f"{row.label}: {row.verified or _('never')}"
        for row in rows
        if row.state == "not_applicable" and row.verified < before
    ]
    return Group(
        Text(visible(f"{name}: {mapping.response}") if mapping.response else name, style="bold"),
        counts,
        *_list(_("Pending"), [": ".join(filter(None, (row.label, row.pending))) for row in pending]),
        *_list(_("Open"), [row.label for row in rows if row.state == "open"]),
        *_list(_("Not verified since {date}").format(date=before), [*users, *gone]),
    )


def description(catalogue: Catalogue) -> RenderableType:
    """A catalogue's sections with their examples and interests, and its fields."""
    parts: list[RenderableType] = [
        Text(
            _("{title} ({id}, version {version})").format(
                title=catalogue.title, id=catalogue.id, version=catalogue.version
            ),
            style="bold",
        ),
        Text(visible(catalogue.purpose)),
    ]
    for section in catalogue.sections:
        table = _table(_("Example"), _("Interests"))
        for example in section.examples:
            interests = ", ".join(choice.label for choice in catalogue.interests_of(example.id))
            table.add_row(Text(example.name), Text(interests))
        parts += [Text(), Text(f"{section.title} ({section.id})", style="bold"), table]
    fields = _table(_("Field"), _("Asked from depth"), _("Visibility"), _("Choices"))
    for field in catalogue.fields:
        choices = [choice.label for choice in field.choices] + ([_("any text")] if field.or_other else [])
        said = ", ".join(choices) or _("any text")
        fields.add_row(Text(field.label), Text(field.depth), Text(field.visibility), Text(said))
    return Group(*parts, Text(), Text(_("Asked of each data user"), style="bold"), fields)


def _table(*header: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in header:
        table.add_column(Text(name), overflow="fold")
    return table


def _numbers(done: Progress) -> list[str]:
    return [str(count) for count in (done.mapped, done.not_applicable, done.pending, done.open, done.others)]


def _list(title: str, items: Iterable[str]) -> list[RenderableType]:
    lines = [Padding(Text(visible(item)), (0, 0, 0, 2)) for item in items]
    return [Text(), Text(f"{title} ({len(lines)})", style="bold"), *lines] if lines else []
