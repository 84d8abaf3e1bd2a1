"""What cards say of themselves, in English; Russian is in `locale/ru.po`."""

from datetime import datetime

from services.bot.preferences.kinds import Kind
from services.bot.texts import LONGEST_NAME, shown
from shared.texts import Texts


def more() -> str:
    """A button's label: what can be done with the card."""
    return "⋯"


def why(texts: Texts) -> str:
    """A button's label."""
    return texts("Why this?")


def mute(texts: Texts) -> str:
    """A button's label."""
    return texts("🔕 Mute")


def unmute(texts: Texts) -> str:
    """A button's label."""
    return texts("🔔 Unmute")


def in_an_hour(texts: Texts) -> str:
    """A button's label: remind then."""
    return texts("⏰ In an hour")


def in_some_hours(texts: Texts) -> str:
    """A button's label: remind then."""
    return texts("In 3 hours")


def awake(texts: Texts) -> str:
    """A button's label: do not remind."""
    return texts("⏰ Do not remind me")


def tomorrow(texts: Texts) -> str:
    """A button's label: remind then."""
    return texts("Tomorrow")


def muted(texts: Texts) -> str:
    """After the press."""
    return texts(
        "Muted: I keep this message up to date and do not call you. “🔔 Unmute” in the same menu "
        "brings it back."
    )


def unmuted(texts: Texts) -> str:
    """After the press."""
    return texts("News of this will come again.")


def snoozed(texts: Texts, until: datetime, zone: str) -> str:
    """After the press."""
    return texts("I will remind you: {moment}.", moment=texts.moment(until, zone))


def awoken(texts: Texts) -> str:
    """After the press."""
    return texts("I will not remind you.")


def will_remind(texts: Texts, moment: str) -> str:
    """The card's own state."""
    return texts("A reminder comes: {moment}.", moment=moment)


def not_yours(texts: Texts) -> str:
    """A press on a card of somebody else, or of nobody any more."""
    return texts("I no longer keep this message. /settings tells what comes to you and when.")


# Why a notice came


def why_unknown(texts: Texts) -> str:
    """/why of a chat that nobody's account knows."""
    return texts("Nothing comes to this chat yet, so there is nothing to explain.")


def nothing_to_explain(texts: Texts, *, is_reply: bool) -> str:
    """/why, and nothing was told, or the message answered was no notice."""
    if is_reply:
        return texts(
            "That message is no news, or too old for me to remember. Answer a piece of news with "
            "/why, and I will tell why it came."
        )
    return texts(
        "There was no news for you yet. When some comes, answer it with /why, and I will tell why."
    )


def rule_is_gone(texts: Texts) -> str:
    """A notice of a rule that the bot has no more."""
    return texts("This came by a rule that I no longer have: nothing like it will come again.")


def written_down(texts: Texts, moment: str, event: str) -> str:
    """When the bot heard of it, and from which event."""
    return texts("Heard: {moment}, <code>{event}</code>.", moment=moment, event=event)


def was_sent(texts: Texts, moment: str) -> str:
    """When it reached the chat."""
    return texts("Sent: {moment}.", moment=moment)


def waits(texts: Texts, what_for: str, until: str | None) -> str:
    """What it waits for, and until when."""
    match what_for:
        case "quiet":
            reason = texts("Held: your quiet hours.")
        case "hourly":
            reason = texts("Held: it comes once an hour, as you chose.")
        case "daily":
            reason = texts("Held: it comes once a day, as you chose.")
        case _:
            return texts("Waits for a chat that can be reached.")
    if until is None:
        return reason
    comes = texts("It comes: {moment}.", moment=until)
    return f"{reason} {comes}"


def was_dropped(texts: Texts, reason: str) -> str:
    """Why it was not told."""
    match reason:
        case "never":
            return texts("Not sent: you switched this kind off.")
        case "muted":
            return texts("Not sent: you muted this matter.")
        case "own":
            return texts("Not sent: it was your own doing.")
        case "stale":
            return texts("Not sent: it had waited for too long to be news.")
        case _:
            return texts("Not sent on its own: the matter had moved on by then.")


def has_failed(texts: Texts) -> str:
    """Telegram did not take it."""
    return texts("Not sent: Telegram did not take it.")


def on_its_way(texts: Texts) -> str:
    """It waits for its turn."""
    return texts("On its way.")


def is_muted(texts: Texts) -> str:
    """The card's own state."""
    return texts("You muted this matter: “⋯” below the message brings it back.")


def how_to_change(texts: Texts, kind: Kind) -> str:
    """Where to have it otherwise."""
    if kind.is_critical:
        return texts(
            "“{kind}” always comes at once: without it something would stop unnoticed.",
            kind=kind.title(texts),
        )
    return texts(
        "Kind: “{kind}”. How and when it comes: /settings.",
        kind=kind.title(texts),
    )


def for_the_operator(texts: Texts, cause: str) -> str:
    """By which an operator finds all that belongs to it."""
    return texts("For the administrator: <code>{cause}</code>", cause=shown(cause, LONGEST_NAME))
