"""What is told when a video opens or closes, in English; Russian is in `locale/ru.po`."""

from services.bot.texts import LONGEST_COMMENT, LONGEST_TITLE, shown
from shared.events import AccessClosed, AccessOpened
from shared.texts import Texts

MOST_NAMED = 5


def opened(texts: Texts, event: AccessOpened) -> str:
    """For the learner: one by its title, of several the first few."""
    lesson = shown(event.lesson, LONGEST_TITLE)
    passed = texts("You have passed the lesson “{lesson}”.", lesson=lesson) if lesson else ""
    if event.opened == 1 and event.resources:
        title = shown(event.resources[0].title, LONGEST_TITLE) or "…"
        head = texts("🎬 <b>{title}</b> is open: you can watch it now.", title=title)
        return "\n".join(part for part in (head, passed) if part)
    head = texts.plural(
        "🎬 <b>{count} new video is open to you</b>",
        "🎬 <b>{count} new videos are open to you</b>",
        event.opened,
    )
    named = event.resources[:MOST_NAMED]
    lines = [f"• {shown(one.title, LONGEST_TITLE) or '…'}" for one in named]
    if event.opened > len(named) > 0:
        lines.append(texts("…and {count} more", count=event.opened - len(named)))
    return "\n\n".join(part for part in (head, "\n".join(lines), passed) if part)


def opened_line(texts: Texts, event: AccessOpened) -> str:
    """The same in a summary."""
    if event.opened == 1 and event.resources:
        title = shown(event.resources[0].title, LONGEST_TITLE) or "…"
        return texts("🎬 {title}: open to you", title=title)
    return texts.plural(
        "🎬 {count} new video is open to you",
        "🎬 {count} new videos are open to you",
        event.opened,
    )


def closed(texts: Texts, event: AccessClosed) -> str:
    """For the learner, with the reason where one was given."""
    title = shown(event.title, LONGEST_TITLE) or "…"
    head = texts("🔒 <b>{title}</b> is no longer open to you.", title=title)
    reason = shown(event.reason, LONGEST_COMMENT)
    quoted = f"<blockquote>{reason}</blockquote>" if reason else ""
    ask = texts("If this surprises you, /feedback writes to the administrators.")
    return "\n\n".join(part for part in (head, quoted, ask) if part)


def closed_line(texts: Texts, event: AccessClosed) -> str:
    """The same in a summary."""
    title = shown(event.title, LONGEST_TITLE) or "…"
    return texts("🔒 {title}: no longer open to you", title=title)


def watch(texts: Texts, event: AccessOpened) -> str:
    """A button's label."""
    return texts("▶️ Watch") if event.opened == 1 else texts("🎬 All videos")


def all_videos(texts: Texts, event: AccessClosed) -> str:
    """A button's label."""
    return texts("🎬 All videos")


def because_opened(texts: Texts, event: AccessOpened) -> str:
    """Why a learner is told."""
    if event.lesson:
        return texts(
            "You passed the lesson “{lesson}”, and that opens it.",
            lesson=shown(event.lesson, LONGEST_TITLE),
        )
    return texts(
        "You have done all that its rule asks for, or an operator of the school has allowed it."
    )


def because_closed(texts: Texts, event: AccessClosed) -> str:
    """Why a learner is told."""
    return texts("You could watch it until now: its time is over, or an operator has closed it.")
