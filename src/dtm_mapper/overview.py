"""What `status` and `catalogue` show on the screen."""

import re
from collections.abc import Collection, Iterable

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dtm_mapper.catalogue import Catalogue
from dtm_mapper.i18n import _, ngettext
from dtm_mapper.mapping import Mapping, Progress, Row, State
from dtm_mapper.reports.view import COUNTED, STATES, Turned, View, view
from dtm_mapper.screen import visible

#: From how many columns on the progress is drawn too, and how long a bar is.
_ROOM_FOR_BARS = 80
_BAR = 16


def overview(mapping: Mapping, catalogue: Catalogue, name: str, before: str) -> RenderableType:
    """A mapping's progress by section, who uses the data at which level, its pending and open rows, and
    what was verified before a date."""
    # Imported only here, because `dtm-map catalogue` has no mapping.
    from dtm_mapper.interview.talk import with_left

    shown = view(mapping, catalogue)
    in_state: dict[State, list[Row]] = {state: [] for state in STATES}
    for section in mapping.section_ids(catalogue):
        for example in mapping.examples(catalogue, section):
            row = mapping.row(catalogue, example)
            in_state[row.state(catalogue)].append(row)
    pending = [": ".join(filter(None, (row.label, row.pending))) for row in in_state["pending"]]
    still_open = [with_left(row.label, row.users, catalogue) for row in in_state["open"]]
    users = [
        f"{user.name}: {user.verified or _('never')}"
        for _section, _item, _number, user in mapping.every_user(catalogue)
        if user.verified < before and not user.inactive(catalogue)
    ]
    gone = [
        f"{row.label}: {row.verified or _('never')}"
        for row in in_state["not_applicable"]
        if row.verified < before
    ]
    levels = [turned for turned in shown.turned if turned.answers and not turned.asked.interests]
    return Group(
        Text(visible(": ".join(filter(None, (name, mapping.response)))), style="bold"),
        *_other_version(mapping, catalogue),
        _Progress(shown),
        *(_by_section(shown, turned) for turned in levels),
        *_list(_("Pending"), pending),
        *_list(_("Open"), still_open),
        *_list(_("Not verified since {date}").format(date=before), [*users, *gone]),
    )


def _other_version(mapping: Mapping, catalogue: Catalogue) -> list[RenderableType]:
    """What the catalogue has that the version with which the mapping was made did not have."""
    made_with = mapping.catalogue_version
    if made_with == catalogue.version:
        return []

    def is_new(since: str) -> bool:
        return _version(since) > _version(made_with)

    what = _("This mapping was made with version {old} of the catalogue, which is now version {new}.")
    said = [what.format(old=made_with, new=catalogue.version)]
    for field in catalogue.fields:
        if is_new(field.since):
            said.append(_("New field: {field}.").format(field=field.label))
        elif count := sum(is_new(choice.since) for choice in field.choices):
            what = ngettext("{field}: {count} new choice.", "{field}: {count} new choices.", count)
            said.append(what.format(field=field.label, count=count))
    new = [example.name for example in catalogue.example_by_id.values() if is_new(example.since)]
    if new:
        said.append(_("New examples: {names}.").format(names="; ".join(new)))
    return [Text(visible(" ".join(said))), Text()]


def _version(text: str) -> list[int]:
    return [int(number) for number in re.findall("[0-9]{1,9}", text)]


def description(catalogue: Catalogue) -> RenderableType:
    """A catalogue's sections with their examples and interests, and its fields."""
    heading = _("{title} ({id}, version {version})")
    heading = heading.format(title=catalogue.title, id=catalogue.id, version=catalogue.version)
    parts: list[RenderableType] = [Text(heading, style="bold"), Text(visible(catalogue.purpose))]
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


class _Progress:
    """Each section's counts, with a bar where there is room for it."""

    def __init__(self, shown: View) -> None:
        self.shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        header = [_("Section"), *COUNTED[:-1], _("Other")]
        signs = "#-?." if options.ascii_only else "█▒░·"
        drawn = options.max_width >= _ROOM_FOR_BARS
        table = _table(*header, *([_("Progress")] if drawn else []), numbers=range(1, 6))
        *sections, total = self.shown.counts
        for title, done in sections:
            bar = [Text(_bar(done, signs))] if drawn else []
            table.add_row(Text(title), *map(str, done), *bar)
        table.add_row(Text(total[0]), *map(str, total[1]), style="bold")
        yield table
        if drawn:
            said = "  ".join(f"{sign} {word}" for sign, word in zip(signs, STATES.values(), strict=True))
            yield Text(said, style="dim")


def _bar(done: Progress, signs: str) -> str:
    """One sign for each row, fewer where the section has more rows than a bar has room."""
    most = max(done.rows, _BAR)
    # The last number, of other data users, counts no rows.
    return "".join(sign * -(-count * _BAR // most) for sign, count in zip(signs, done, strict=False))


def _by_section(shown: View, turned: Turned) -> RenderableType:
    """How many organisations of each section gave which answer to a field."""
    choices = turned.asked.labels.values()
    table = _table(_("Section"), *choices, numbers=range(1, len(choices) + 1))
    for section, counts in zip(shown.sections, turned.by_section, strict=True):
        table.add_row(Text(section.title), *(str(count or "·") for count in counts))
    return Group(Text(), Text(_("{field}: organisations").format(field=turned.label), style="bold"), table)


def _table(*header: str, numbers: Collection[int] = ()) -> Table:
    """`numbers` are the columns, from 0, that hold numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for at, name in enumerate(header):
        table.add_column(Text(name), overflow="fold", justify="right" if at in numbers else "left")
    return table


def _list(title: str, items: Iterable[str]) -> list[RenderableType]:
    lines = [Padding(Text(visible(item)), (0, 0, 0, 2)) for item in items]
    return [Text(), Text(f"{title} ({len(lines)})", style="bold"), *lines] if lines else []
