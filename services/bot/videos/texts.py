"""What is said of videos and of progress, in English; Russian is in `locale/ru.po`."""

import html
from datetime import datetime, time

from babel.dates import format_date

from services.bot.links import is_link
from services.bot.sync import CourseDone, Lesson, Module, ModuleDone, Video
from services.bot.texts import cut, shown
from shared.texts import Texts
from shared.zones import zone_of

LONGEST_LABEL = 40
LONGEST_LINE = 100
LONGEST_COURSE = 50
LONGEST_REFUSAL = 500
MOST_MISSING = 3
BAR = 10
"""Characters of a drawn bar."""


# Lists


def videos(texts: Texts, opened: int, total: int) -> str:
    """Above the modules."""
    return texts(
        "🎬 <b>Videos</b>: {opened} of {total} open. Choose a module.", opened=opened, total=total
    )


def no_videos(texts: Texts) -> str:
    """There are none."""
    return texts(
        "🎬 <b>Videos</b>\n\nThere are no videos yet. When one opens, I will write to you."
    )


def unmatched(texts: Texts) -> str:
    """sync does not know their account at Stepik: how that is mended."""
    return texts(
        "⚠️ I do not know yet which account at Stepik is yours, so your progress there does not "
        "count here. Link Stepik among the ways in on your page. If that does not help, write to "
        "the administrators with /feedback."
    )


def name_of_module(texts: Texts, module: Module | ModuleDone) -> str:
    """Its title, plain; what belongs to no module has none of its own."""
    return cut(module.title, LONGEST_LINE) or texts("Other videos")


def module_label(texts: Texts, module: Module) -> str:
    """A module on a button."""
    return texts(
        "{title}: {opened} of {total}",
        title=cut(name_of_module(texts, module), LONGEST_LABEL),
        opened=module.opened,
        total=len(module.videos),
    )


def module(texts: Texts, one: Module) -> str:
    """Above its lessons."""
    return texts(
        "📂 <b>{title}</b>: {opened} of {total} open",
        title=shown(name_of_module(texts, one), LONGEST_LINE),
        opened=one.opened,
        total=len(one.videos),
    )


def lesson(one: Lesson) -> str:
    """Above its videos; its title leads to Stepik."""
    sign = "✅" if one.is_passed else "📘"
    title = f"<b>{shown(one.title, LONGEST_LINE)}</b>"
    if is_link(one.url):
        title = f'<a href="{html.escape(one.url)}">{title}</a>'
    return f"{sign} {title}"


def video(texts: Texts, one: Video, zone: str) -> str:
    """How it stands, and what would open it."""
    title = shown(one.title, LONGEST_LINE) or "…"
    if one.is_open:
        return texts("▶️ {title}: {standing}", title=title, standing=_open_since(texts, one, zone))
    if one.is_opening:
        return texts("⏳ {title}: opening, this takes a minute or so", title=title)
    if not one.missing:
        return texts("🔒 {title}: not open yet", title=title)
    lines = [texts("🔒 {title}, missing:", title=title)]
    lines += [f"  • {shown(missing, LONGEST_LINE)}" for missing in one.missing[:MOST_MISSING]]
    if len(one.missing) > MOST_MISSING:
        more = texts("…and {count} more", count=len(one.missing) - MOST_MISSING)
        lines.append(f"  • {more}")
    return "\n".join(lines)


def _open_since(texts: Texts, one: Video, zone: str) -> str:
    parts = [texts("open")]
    if one.opened_at is not None:
        parts = [texts("open since {day}", day=_day(texts, one.opened_at, zone))]
    if one.expires_at is not None:
        parts.append(texts("until {day}", day=_day(texts, one.expires_at, zone)))
    return ", ".join(parts)


def _day(texts: Texts, moment: datetime, zone: str) -> str:
    return format_date(moment.astimezone(zone_of(zone)), "d MMM y", locale=texts.locale)


def as_of(texts: Texts, at: time) -> str:
    """When sync said so, by the reader's clock."""
    return texts("As of {time}.", time=f"{at:%H:%M:%S}")


def stranger(texts: Texts) -> str:
    """For a chat without an account, above the way to the page."""
    return texts(
        "Videos and progress belong to an account, and I do not know yours yet. Open your page, "
        "sign in and choose “Link Telegram”."
    )


# Progress


def progress(texts: Texts) -> str:
    """Above the courses."""
    return texts("📊 <b>My progress</b>")


def no_progress(texts: Texts) -> str:
    """No course is followed."""
    return texts("There is no course to show yet.")


def course(texts: Texts, one: CourseDone) -> str:
    """A course and its bar."""
    title = f"<b>{shown(one.title, LONGEST_COURSE) or '…'}</b>"
    if is_link(one.url):
        title = f'<a href="{html.escape(one.url)}">{title}</a>'
    return f"{title}\n{bar(one)} {_done(texts, one)}"


def course_module(texts: Texts, one: ModuleDone) -> str:
    """A module and its bar."""
    return f"{shown(one.title, LONGEST_COURSE) or '…'}\n{bar(one)} {_done(texts, one)}"


def bar(one: ModuleDone) -> str:
    """Drawn: full only where all is done, and not empty where something is."""
    per_cent = min(max(one.per_cent, 0), 100)
    full = per_cent * BAR // 100 or (per_cent > 0)
    return "▓" * full + "░" * (BAR - full)


def _done(texts: Texts, one: ModuleDone) -> str:
    return texts.plural(
        "{per_cent}, {passed} of {count} lesson",
        "{per_cent}, {passed} of {count} lessons",
        one.total,
        # Not broken before its sign.
        per_cent=f"{one.per_cent}\u00a0%",
        passed=one.passed,
    )


def rest(texts: Texts) -> str:
    """The message has no room for it."""
    return texts("The rest is on the page.")


def learned(texts: Texts, moment: str) -> str:
    """When Stepik was asked."""
    return texts("What Stepik said: {moment}.", moment=moment)


# Buttons


def watch_label(one: Video) -> str:
    """A video on a button."""
    return f"▶️ {cut(one.title, LONGEST_LABEL) or '…'}"


def refresh(texts: Texts) -> str:
    """A button's label."""
    return texts("🔄 Refresh")
