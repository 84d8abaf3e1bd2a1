"""What is said of links that people send, in English; Russian is in `locale/ru.po`."""

from services.bot.school import Choice
from services.bot.texts import LONGEST_LINK, cut, shown
from services.bot.works.texts import LONGEST_LABEL, LONGEST_LINE, LONGEST_REFUSAL, due, sign
from shared.texts import Texts

# For one work that was chosen


def ask_link(texts: Texts, title: str) -> str:
    """The link is awaited."""
    return texts(
        "<b>{title}</b>\nSend me the link to your pull request, and the work goes to review.\n\n"
        "/cancel leaves this.",
        title=shown(title, LONGEST_LINE),
    )


def awaited_link(texts: Texts) -> str:
    """While it is awaited."""
    return texts(
        "I am waiting for a link to a pull request: it looks like "
        "https://github.com/owner/repository/pull/1"
    )


def link_left(texts: Texts) -> str:
    """Once it is left."""
    return texts("Nothing was sent for review.")


# A link that somebody sends


def ask_send(texts: Texts, pull_url: str, choice: Choice) -> str:
    """It could be one work."""
    return texts(
        "Send this for review?\n\n{link}\nFor: <b>{title}</b>",
        link=shown(pull_url, LONGEST_LINK),
        title=_choice(texts, choice, LONGEST_LINE),
    )


def ask_which(texts: Texts, pull_url: str) -> str:
    """It could be several."""
    return texts(
        "Which work is this? I send it for review at once.\n\n{link}",
        link=shown(pull_url, LONGEST_LINK),
    )


def choice_label(choice: Choice) -> str:
    """One of several, on a button."""
    week = f"{choice.week}. " if choice.week is not None else ""
    return f"{sign(choice.status)} {week}{cut(choice.title, LONGEST_LABEL)}"


def _choice(texts: Texts, choice: Choice, units: int) -> str:
    named = shown(choice.title, units)
    if choice.week is not None:
        named = texts("{title}, week {week}", title=named, week=choice.week)
    return f"{named} ({due(texts, choice.due_on)})" if choice.due_on else named


def no_choice(texts: Texts) -> str:
    """Nothing waits for such a link; the page is below."""
    return texts(
        "I see no work that this link could be sent for: the assignments that are open to you are "
        "on review already, or there are none. On the page you see your weeks."
    )


def link_wrong(texts: Texts) -> str:
    """A link to code that is none to a pull request."""
    return texts(
        "This is no link to a pull request. One looks like "
        "https://github.com/owner/repository/pull/1: open your pull request on GitHub and copy its "
        "address."
    )


def one_at_a_time(texts: Texts) -> str:
    """Several links in one message."""
    return texts("There are several pull requests in this message. Please send them one by one.")


def draft_left(texts: Texts) -> str:
    """In the place of the question."""
    return texts("Nothing was sent for review. Send the link again if you change your mind.")


def draft_gone(texts: Texts) -> str:
    """A press on a question that is too old."""
    return texts("This question is too old. Please send the link again.")


def not_sent(texts: Texts, why: str) -> str:
    """school refused it; `why` is plain."""
    return texts("Not sent: {why}", why=shown(why, LONGEST_REFUSAL))
