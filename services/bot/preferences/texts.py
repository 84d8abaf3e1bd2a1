"""What is said of preferences, in English; Russian is in `locale/ru.po`."""

from datetime import time

from services.bot.texts import shown
from shared.texts import Texts

LONGEST_ZONE = 60


# Kinds and how they come


def works(texts: Texts) -> str:
    """A kind's title."""
    return texts("News of my works")


def to_review(texts: Texts) -> str:
    """A kind's title."""
    return texts("Works sent to me for review")


def recorded(texts: Texts) -> str:
    """A kind's title."""
    return texts("What was taken from my reviews")


def videos(texts: Texts) -> str:
    """A kind's title."""
    return texts("Videos")


def feedback(texts: Texts) -> str:
    """A kind's title."""
    return texts("What people write to administrators")


def rights(texts: Texts) -> str:
    """A kind's title."""
    return texts("A permission stopped working")


def mode(texts: Texts, chosen: str) -> str:
    """How a kind comes."""
    match chosen:
        case "hourly":
            return texts("once an hour")
        case "daily":
            return texts("once a day")
        case "never":
            return texts("never")
        case _:
            return texts("at once")


def always(texts: Texts) -> str:
    """How a critical kind comes."""
    return texts("always at once")


# Hours


def hour(at: time) -> str:
    """A time of day, alike in both languages."""
    return f"{at:%H:%M}"


def span(begin: time, end: time) -> str:
    """From one time of day to another, on a button."""
    return f"{hour(begin)}–{hour(end)}"


def quiet_hours(texts: Texts, begin: time | None, end: time | None) -> str:
    """In one line."""
    if begin is None or end is None:
        return texts("none")
    return texts("from {begin} to {end}", begin=hour(begin), end=hour(end))


# The chat's screens


def settings(texts: Texts, *, zone: str, now: time, quiet: str, digest_at: time) -> str:
    """The first screen; the kinds follow, a line each."""
    return texts(
        "⚙️ <b>Settings</b>\n\n"
        "Time zone: {zone}, {now} there now\n"
        "Quiet hours: {quiet}\n"
        "Daily summary: at {digest_at}\n\n"
        "<b>What I tell you</b>",
        zone=shown(zone, LONGEST_ZONE),
        now=hour(now),
        quiet=quiet,
        digest_at=hour(digest_at),
    )


def kind_line(title: str, how: str) -> str:
    """A kind and how it comes, in a list."""
    return f"• {title} — {how}"


def stranger(texts: Texts) -> str:
    """For a chat without an account, above the way to the page."""
    return texts(
        "Settings belong to an account, and I do not know yours yet. Open your page, sign in and "
        "choose “Link Telegram”."
    )


def never_quiet(texts: Texts, *, zone: str) -> str:
    """There are none; what they would be."""
    return texts(
        "🌙 <b>Quiet hours</b>: none\n\n"
        "I write at any hour. Choose quiet hours, and in them I am silent; what happened meanwhile "
        "comes at their end as one summary.\n\n"
        "Hours are those of your time zone: {zone}.",
        zone=shown(zone, LONGEST_ZONE),
    )


def about_quiet_hours(texts: Texts, *, quiet: str, zone: str, critical: str) -> str:
    """Which they are, and what they do."""
    return texts(
        "🌙 <b>Quiet hours</b>: {quiet}\n\n"
        "While they last I am silent; what happened meanwhile comes at their end as one summary. "
        "Only this comes even then: “{critical}”.\n\n"
        "Hours are those of your time zone: {zone}.",
        quiet=quiet,
        zone=shown(zone, LONGEST_ZONE),
        critical=critical,
    )


def ask_begin(texts: Texts) -> str:
    """The first of two questions."""
    return texts("🌙 <b>Quiet hours</b>\n\nFrom which hour shall I be silent?")


def ask_end(texts: Texts, begin: time) -> str:
    """The second."""
    return texts("🌙 <b>Quiet hours</b> from {begin}\n\nUntil which hour?", begin=hour(begin))


def about_digest(texts: Texts, digest_at: time) -> str:
    """What it is, and when."""
    return texts(
        "🗞 <b>Daily summary</b>: at {digest_at}\n\n"
        "What you want to hear of once a day comes at this hour. "
        "If it is quiet then, it comes when the quiet hours end.",
        digest_at=hour(digest_at),
    )


def about_kinds(texts: Texts) -> str:
    """Above the kinds that have no choice, a line each."""
    return texts("🔔 <b>What I tell you</b>\n\nChoose what to change.")


def about_kind(texts: Texts, *, title: str, how: str, digest_at: time) -> str:
    """How one kind comes."""
    return texts(
        "🔔 <b>{title}</b>: {how}\n\n"
        "Once an hour and once a day are summaries: one message with all that happened. "
        "The daily one comes at {digest_at}.",
        title=title,
        how=how,
        digest_at=hour(digest_at),
    )


# Buttons


def quiet_button(texts: Texts) -> str:
    """A button's label."""
    return texts("🌙 Quiet hours")


def kinds_button(texts: Texts) -> str:
    """A button's label."""
    return texts("🔔 What I tell you")


def digest_button(texts: Texts) -> str:
    """A button's label."""
    return texts("🗞 Daily summary")


def language_button(texts: Texts) -> str:
    """A button's label."""
    return texts("🌐 Language")


def zone_button(texts: Texts) -> str:
    """A button's label."""
    return texts("🕰 Time zone")


def page_button(texts: Texts) -> str:
    """A button's label."""
    return texts("Settings on the page")


def choose_hours(texts: Texts) -> str:
    """A button's label."""
    return texts("Other hours")


def no_quiet(texts: Texts) -> str:
    """A button's label."""
    return texts("Never quiet")


# Short answers to a press


def saved(texts: Texts) -> str:
    """A change was written down."""
    return texts("Saved.")


def out_of_date(texts: Texts) -> str:
    """A button that this version knows nothing of."""
    return texts("This button is out of date. Here is how things stand now.")
