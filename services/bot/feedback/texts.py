"""The words of /feedback, in English; Russian is in `locale/ru.po`."""

from datetime import timedelta
from urllib.parse import quote

from services.bot.feedback.service import LONGEST_TEXT
from services.bot.texts import LONGEST_TITLE, name_of, shown
from shared.events import FeedbackGiven
from shared.texts import Texts

MINUTE = timedelta(minutes=1)


def ask_topic(texts: Texts, longest: int) -> str:
    """The first step."""
    return texts.plural(
        "You are writing to the administrators. First, what is it about, in a few words? "
        "At most {count} character.\n\n/cancel leaves this.",
        "You are writing to the administrators. First, what is it about, in a few words? "
        "At most {count} characters.\n\n/cancel leaves this.",
        longest,
    )


def ask_text(texts: Texts, topic: str, longest: int) -> str:
    """The second step."""
    return texts.plural(
        "<b>{topic}</b>\nNow the text itself, in one message of at most {count} character. "
        "I will send it at once.\n\n/cancel leaves this.",
        "<b>{topic}</b>\nNow the text itself, in one message of at most {count} characters. "
        "I will send it at once.\n\n/cancel leaves this.",
        longest,
        topic=topic_of(topic),
    )


def awaited_topic(texts: Texts) -> str:
    """While the topic is awaited."""
    return texts(
        "I am waiting for the topic of your message to the administrators: a few words, as a text."
    )


def awaited_text(texts: Texts) -> str:
    """While the text is awaited."""
    return texts(
        "I am waiting for your message to the administrators itself: one message of text. "
        "I cannot pass on pictures, voices or files yet."
    )


def left(texts: Texts) -> str:
    """Once it is left."""
    return texts("Nothing was sent to the administrators.")


def too_long(texts: Texts, length: int, limit: int) -> str:
    """The next step is to send it shorter."""
    return texts.plural(
        "This has {length} characters, {count} more than the {limit} that fit. Nothing was sent: "
        "please send it again, shorter.\n\n/cancel leaves this.",
        "This has {length} characters, {count} more than the {limit} that fit. Nothing was sent: "
        "please send it again, shorter.\n\n/cancel leaves this.",
        length - limit,
        length=length,
        limit=limit,
    )


def too_often(texts: Texts, after: timedelta, most: int) -> str:
    """They wrote enough for now."""
    minutes = max(1, -(-after // MINUTE))
    return texts.plural(
        "You have written to the administrators {most} times within an hour: they have all of it. "
        "You can write again in {count} minute.",
        "You have written to the administrators {most} times within an hour: they have all of it. "
        "You can write again in {count} minutes.",
        minutes,
        most=most,
    )


def thanks(texts: Texts, topic: str, text: str, longest: int) -> str:
    """What was sent, for the one who wrote it, and how an answer comes."""
    return texts(
        "Thank you! This went to the administrators:\n\n<b>{topic}</b>\n<blockquote>{text}"
        "</blockquote>\n\n"
        "If it wants an answer, an administrator gives it in Telegram or at school.",
        topic=topic_of(topic),
        text=shown(text, longest),
    )


def stranger(texts: Texts) -> str:
    """For a chat without an account, above the way to the page."""
    return texts(
        "Administrators see from whose account a message comes, and I do not know yours yet. Open "
        "your page, sign in and choose “Link Telegram”."
    )


def topic_of(topic: str) -> str:
    """A topic within a message."""
    return shown(topic, 200)


# For administrators


def given(texts: Texts, event: FeedbackGiven) -> str:
    """What somebody wrote; their name leads to their chat, where it is known."""
    return texts(
        "💬 <b>{topic}</b>\n{name} writes:\n\n<blockquote>{text}</blockquote>",
        topic=shown(event.topic, LONGEST_TITLE) or "…",
        name=_writer(texts, event),
        text=shown(event.text, LONGEST_TEXT),
    )


def given_line(texts: Texts, event: FeedbackGiven) -> str:
    """The same in a summary."""
    return texts(
        "💬 {topic}: {name} writes",
        topic=shown(event.topic, LONGEST_TITLE) or "…",
        name=name_of(event.name, texts),
    )


def open_page(texts: Texts, event: FeedbackGiven) -> str:
    """A button's label."""
    return texts("Open")


def because_administrator(texts: Texts, event: FeedbackGiven) -> str:
    """Why an administrator is told of it."""
    return texts("You are an administrator: what people write by /feedback comes to you.")


def _writer(texts: Texts, event: FeedbackGiven) -> str:
    name = name_of(event.name, texts)
    if not event.username:
        return name
    return f'<a href="https://t.me/{quote(event.username, safe="")}">{name}</a>'
