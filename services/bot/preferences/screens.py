"""The screens of /settings: what stands, as a message with buttons. Values in, a screen out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from services.bot import texts as bot_words
from services.bot.dialogs.language import LanguagePress
from services.bot.dialogs.press import Screen
from services.bot.dialogs.timezone import ZonePress
from services.bot.links import with_link
from services.bot.preferences import texts as words
from services.bot.preferences.kinds import MODES, Kind, offered_to
from services.bot.preferences.planning import Preferences
from shared.people import Person
from shared.texts import Texts
from shared.zones import zone_of

HOURS_A_ROW = 6
PRESETS = ((time(22), time(8)), (time(23), time(7)), (time(21), time(9)))
"""Quiet hours for one press."""

Rows = list[list[InlineKeyboardButton]]


class SettingsPress(CallbackData, prefix="set"):
    """What a press says. Whatever is in it was checked by nobody."""

    do: str
    what: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Whose settings are shown, and how they stand. `place`: their time zone, as people name it."""

    person: Person
    place: str
    preferences: Preferences
    now: datetime
    texts: Texts
    public_url: str

    @property
    def quiet(self) -> str:
        """Quiet hours in one line."""
        begin, end = self.preferences.quiet_from, self.preferences.quiet_until
        return words.quiet_hours(self.texts, begin, end)

    def how(self, kind: Kind) -> str:
        """How a kind comes."""
        if kind.is_critical:
            return words.always(self.texts)
        return words.mode(self.texts, self.preferences.mode_of(kind))


def main(view: View) -> Screen:
    """Everything at a glance."""
    texts = view.texts
    head = words.settings(
        texts,
        zone=view.place,
        now=view.now.astimezone(zone_of(view.person.zone)).time(),
        quiet=view.quiet,
        digest_at=view.preferences.digest_at,
    )
    lines = [
        words.kind_line(kind.title(texts), view.how(kind)) for kind in offered_to(view.person.roles)
    ]
    text, link = with_link(
        "\n".join([head, *lines]), f"{view.public_url}/bot/settings", words.page_button(texts)
    )
    rows = [
        [
            _button(words.quiet_button(texts), "quiet"),
            _button(words.digest_button(texts), "digest"),
        ],
        [_button(words.kinds_button(texts), "kinds")],
        [
            _elsewhere(words.language_button(texts), LanguagePress(do="open")),
            _elsewhere(words.zone_button(texts), ZonePress(do="open")),
        ],
    ]
    return _screen(text, rows + (link.inline_keyboard if link else []))


def quiet(view: View) -> Screen:
    """Presets, other hours, none."""
    texts = view.texts
    stand = (view.preferences.quiet_from, view.preferences.quiet_until)
    is_none = None in stand
    presets = [
        [
            _choice(
                words.span(begin, end),
                "hours",
                str(begin.hour),
                str(end.hour),
                now=stand == (begin, end),
            )
        ]
        for begin, end in PRESETS
    ]
    is_other = not is_none and stand not in PRESETS
    return _screen(
        _about_quiet(view, is_none=is_none),
        [
            *presets,
            [_choice(words.choose_hours(texts), "begin", now=is_other)],
            [_choice(words.no_quiet(texts), "loud", now=is_none)],
            [_button(bot_words.back(texts), "main")],
        ],
    )


def _about_quiet(view: View, *, is_none: bool) -> str:
    if is_none:
        return words.never_quiet(view.texts, zone=view.place)
    offered = offered_to(view.person.roles)
    critical = ", ".join(kind.title(view.texts) for kind in offered if kind.is_critical)
    return words.about_quiet_hours(view.texts, quiet=view.quiet, zone=view.place, critical=critical)


def begin(view: View) -> Screen:
    """From which hour."""
    buttons = (
        _choice(f"{hour:02}", "end", str(hour), now=view.preferences.quiet_from == time(hour))
        for hour in range(24)
    )
    back = _button(bot_words.back(view.texts), "quiet")
    return _screen(words.ask_begin(view.texts), [*_table(buttons), [back]])


def end(view: View, begin: time) -> Screen:
    """Until which hour, in the order in which they come after it."""
    hours = ((begin.hour + more) % 24 for more in range(1, 24))
    stand = (view.preferences.quiet_from, view.preferences.quiet_until)
    buttons = (
        _choice(f"{hour:02}", "hours", str(begin.hour), str(hour), now=stand == (begin, time(hour)))
        for hour in hours
    )
    back = _button(bot_words.back(view.texts), "begin")
    return _screen(words.ask_end(view.texts, begin), [*_table(buttons), [back]])


def digest(view: View) -> Screen:
    """When the daily summary comes."""
    stands = view.preferences.digest_at
    buttons = (
        _choice(f"{hour:02}", "at", str(hour), now=stands == time(hour)) for hour in range(24)
    )
    back = _button(bot_words.back(view.texts), "main")
    return _screen(words.about_digest(view.texts, stands), [*_table(buttons), [back]])


def kinds(view: View) -> Screen:
    """Those that have a choice, a button each; the others in words."""
    texts = view.texts
    offered = offered_to(view.person.roles)
    lines = [
        words.kind_line(kind.title(texts), view.how(kind)) for kind in offered if kind.is_critical
    ]
    rows = [
        [_button(f"{kind.title(texts)}: {view.how(kind)}", "kind", kind.name)]
        for kind in offered
        if not kind.is_critical
    ]
    text = "\n".join([words.about_kinds(texts), "", *lines])
    return _screen(text, [*rows, [_button(bot_words.back(texts), "main")]])


def kind(view: View, kind: Kind) -> Screen:
    """Four ways for it to come."""
    texts = view.texts
    stands = view.preferences.mode_of(kind)
    ways = [
        _choice(words.mode(texts, mode), "mode", kind.name, mode, now=mode == stands)
        for mode in MODES
    ]
    return _screen(
        words.about_kind(
            texts,
            title=kind.title(texts),
            how=view.how(kind),
            digest_at=view.preferences.digest_at,
        ),
        [ways[:2], ways[2:], [_button(bot_words.back(texts), "kinds")]],
    )


def _screen(text: str, rows: Rows) -> Screen:
    return Screen(text, InlineKeyboardMarkup(inline_keyboard=rows))


def _button(label: str, do: str, what: str = "", value: str = "") -> InlineKeyboardButton:
    return _elsewhere(label, SettingsPress(do=do, what=what, value=value))


def _elsewhere(label: str, press: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=press.pack())


def _choice(
    label: str, do: str, what: str = "", value: str = "", *, now: bool
) -> InlineKeyboardButton:
    return _button(bot_words.chosen(label) if now else label, do, what, value)


def _table(buttons: Iterable[InlineKeyboardButton]) -> Rows:
    all_ = list(buttons)
    return [all_[first : first + HOURS_A_ROW] for first in range(0, len(all_), HOURS_A_ROW)]
