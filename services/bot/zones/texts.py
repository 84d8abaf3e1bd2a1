"""What is said of time zones, in English; Russian is in `locale/ru.po`."""

from services.bot.texts import shown
from shared.texts import Texts

LONGEST_SHOWN = 64


def standing(texts: Texts, *, zone: str, now: str) -> str:
    """The zone that a person has, above the buttons that change it."""
    return texts(
        "🕰 Your time zone: <b>{zone}</b>. It is {now} there now.\n\n"
        "Choose the city whose time you live by, or another one.",
        zone=shown(zone, LONGEST_SHOWN),
        now=now,
    )


def place(city: str, now: str) -> str:
    """A button, short enough for a phone: where, and what time it is there."""
    return f"{city} · {now}"


def another_city(texts: Texts) -> str:
    """A button's label."""
    return texts("✏️ Another city")


def western(texts: Texts) -> str:
    """A button that turns the page."""
    return texts("← Further west")


def eastern(texts: Texts) -> str:
    """A button that turns the page."""
    return texts("Further east →")


def ask_city(texts: Texts) -> str:
    """What to send."""
    return texts(
        "🕰 Write the name of your city, for example “Kazan” or “Berlin”. The distance from UTC "
        "will do as well: “UTC+5”.\n\n/cancel leaves this."
    )


def found(texts: Texts, count: int) -> str:
    """Above what fits, a button each."""
    return texts.plural(
        "🕰 I found {count} place. Press it, if it is yours.",
        "🕰 I found {count} places. Press yours.",
        count,
    )


def first_found(texts: Texts, count: int) -> str:
    """Above as many as fit, where more were found."""
    return texts(
        "🕰 There are many such places; here are the first {count}. If yours is not among them, "
        "write the name of your city in full.\n\n/cancel leaves this.",
        count=count,
    )


def not_found(texts: Texts, query: str) -> str:
    """Nothing fits: what to try, and how to leave it."""
    return texts(
        "🕰 I could not find “{query}”. Try the nearest large city, for example “Kazan” or "
        "“Berlin”, or the distance from UTC: “UTC+5”.\n\n/cancel leaves this.",
        query=shown(query, LONGEST_SHOWN) or "…",
    )


def chosen(texts: Texts, *, zone: str, now: str) -> str:
    """Once it is kept."""
    return texts(
        "🕰 Done: your time zone is <b>{zone}</b>. It is {now} there now.\n\n"
        "Quiet hours and the times in my messages go by it.",
        zone=shown(zone, LONGEST_SHOWN),
        now=now,
    )


def stranger(texts: Texts) -> str:
    """For a chat without an account, above the way to the page."""
    return texts(
        "A time zone belongs to an account, and I do not know yours yet. Open your page, sign in "
        "and choose “Link Telegram”."
    )


def awaited(texts: Texts) -> str:
    """While a city is awaited."""
    return texts("I am waiting for the name of your city.")


def left(texts: Texts) -> str:
    """When it is not awaited any more."""
    return texts("Your time zone stays as it was.")
