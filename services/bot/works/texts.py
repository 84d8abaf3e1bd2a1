"""What is said of works, in English; Russian is in `locale/ru.po`."""

from datetime import date

from babel.dates import format_date

from services.bot.asking import NeighbourRefused
from services.bot.school import Work
from services.bot.texts import LONGEST_NAME, cut, name_of, shown
from shared.texts import Texts

LONGEST_LABEL = 48
LONGEST_LINE = 120
LONGEST_REFUSAL = 500
LONGEST_ALERT = 200
"""What Telegram shows in passing."""


# How a work stands


def status(texts: Texts, name: str) -> str:
    """In a few words."""
    match name:
        case "execution":
            return texts("in progress")
        case "review":
            return texts("on review")
        case "correction":
            return texts("needs correction")
        case "approved":
            return texts("accepted")
        case _:
            return texts("not begun")


def sign(name: str) -> str:
    """The same as a picture."""
    signs = {"execution": "🛠", "review": "🔍", "correction": "✏️", "approved": "✅"}
    return signs.get(name, "▫️")


def due(texts: Texts, due_on: date) -> str:
    """Until when it is wanted."""
    return texts("due {day}", day=day(texts, due_on))


def day(texts: Texts, on: date) -> str:
    """A date without its year, which is this one or the next."""
    return format_date(on, "d MMMM", locale=texts.locale)


def trouble(texts: Texts, name: str) -> str:
    """What is wrong with its pull request."""
    if name == "blocked":
        return texts("⚠️ GitHub has blocked the pull request.")
    return texts("⚠️ The pull request cannot be seen: it was deleted or made private.")


# The lists


def own(texts: Texts, total: int) -> str:
    """Above a person's own works."""
    return texts.plural(
        "📚 <b>My works</b>: {count} work", "📚 <b>My works</b>: {count} works", total
    )


def to_review(texts: Texts, total: int) -> str:
    """Above those that wait for a person's review."""
    return texts.plural(
        "🔍 <b>To review</b>: {count} work, the longest wait first",
        "🔍 <b>To review</b>: {count} works, the longest wait first",
        total,
    )


def none_own(texts: Texts) -> str:
    """There are none."""
    return texts(
        "📚 <b>My works</b>\n\nThere is nothing here yet: no week of a course is open to you, and "
        "you have sent no works."
    )


def none_to_review(texts: Texts) -> str:
    """There are none."""
    return texts("🔍 <b>To review</b>\n\nNothing waits for your review.")


def line(texts: Texts, work: Work, *, whose: bool) -> str:
    """A work in a list; `whose`: with its student."""
    parts = [status(texts, work.status)]
    if whose:
        parts.insert(0, name_of(work.student_name, texts))
    if work.due_on is not None and work.status != "approved":
        parts.append(due(texts, work.due_on))
    if work.trouble is not None:
        parts.append("⚠️")
    title = shown(work.title, LONGEST_LINE) or "…"
    return f"{sign(work.status)} <b>{title}</b> — {', '.join(parts)}"


def label(work: Work) -> str:
    """A work on a button."""
    return f"{sign(work.status)} {cut(work.title, LONGEST_LABEL) or '…'}"


def first_of(texts: Texts, count: int) -> str:
    """There are more than the chat shows."""
    return texts.plural(
        "Here is the first {count}; the rest is on the page.",
        "Here are the first {count}; the rest is on the page.",
        count,
    )


def how_to_send(texts: Texts) -> str:
    """Below a person's own works."""
    return texts("To send a work, write me the link to its pull request.")


# One work


def work(texts: Texts, one: Work, *, zone: str) -> str:
    """Its screen."""
    lines = [f"{sign(one.status)} <b>{shown(one.title, LONGEST_LINE) or '…'}</b>"]
    standing = texts("Status: {status}", status=status(texts, one.status))
    if one.changed_at is not None:
        since = texts("since {moment}", moment=texts.moment(one.changed_at, zone))
        standing = f"{standing}, {since}"
    lines.append(standing)
    if one.student_name:
        lines.append(texts("Student: {name}", name=shown(one.student_name, LONGEST_NAME)))
    if one.curator_name:
        lines.append(texts("Curator: {name}", name=shown(one.curator_name, LONGEST_NAME)))
    if one.due_on is not None and one.status != "approved":
        lines.append(texts("Wanted by: {day}", day=day(texts, one.due_on)))
    if one.trouble is not None:
        lines.append(trouble(texts, one.trouble))
    return "\n".join(lines)


def sent(texts: Texts, one: Work) -> str:
    """Above the screen of a work that was just sent: what happens next."""
    if one.curator_name:
        next_ = texts(
            "Sent! {name} hears of it now. When the review is there, I will write to you.",
            name=shown(one.curator_name, LONGEST_NAME),
        )
    else:
        next_ = texts(
            "Sent! Your curator hears of it now. When the review is there, I will write to you."
        )
    if one.is_checked:
        return next_
    unchecked = texts(
        "GitHub could not be asked about the link just now: it is checked later, and if something "
        "is wrong with it, I will tell you."
    )
    return f"{next_}\n\n{unchecked}"


def taken_back(texts: Texts) -> str:
    """In passing."""
    return texts("Taken back: it is not on review any more.")


def decided(texts: Texts, one: Work) -> str:
    """In passing, and above the screen of a work that was decided with a comment."""
    if one.status == "approved":
        return texts("Accepted. The student hears of it now.")
    return texts("Returned. The student hears of it now.")


def moved(texts: Texts, one: Work) -> str:
    """Somebody was quicker, or the button is old. Plain text: it is shown in passing, too."""
    return texts(
        "Nothing was done: this work has changed meanwhile. It stands so now: {status}.",
        status=status(texts, one.status),
    )


def refused(texts: Texts, refusal: NeighbourRefused) -> str:
    """The other service's own words, plain."""
    said = " ".join(part for part in (_sentence(refusal.title), refusal.advice) if part)
    return cut(said, LONGEST_REFUSAL) or texts("This cannot be done.")


def _sentence(title: str) -> str:
    return title if not title or title[-1] in ".!?…" else f"{title}."


def in_passing(text: str) -> str:
    """As much as Telegram shows after a press."""
    return cut(text, LONGEST_ALERT)


def stranger(texts: Texts) -> str:
    """For a chat without an account, above the way to the page."""
    return texts(
        "Works belong to an account, and I do not know yours yet. Open your page, sign in and "
        "choose “Link Telegram”."
    )


def out_of_date(texts: Texts) -> str:
    """A button of a list that has changed."""
    return texts("This button is out of date. Here is how things stand now.")


# Questions


def ask_take_back(texts: Texts, title: str) -> str:
    """Before it is done."""
    return texts(
        "Take “{title}” back from review? Your curator then does not wait for it until you send "
        "it again.",
        title=shown(title, LONGEST_LINE),
    )


def ask_accept(texts: Texts, one: Work) -> str:
    """Before it is done."""
    return texts(
        "Accept “{title}” of {name}?",
        title=shown(one.title, LONGEST_LINE),
        name=name_of(one.student_name, texts),
    )


def ask_return(texts: Texts, one: Work) -> str:
    """Before it is done."""
    return texts(
        "Return “{title}” to {name} to be mended?",
        title=shown(one.title, LONGEST_LINE),
        name=name_of(one.student_name, texts),
    )


def ask_comment(texts: Texts, title: str, decision: str, longest: int) -> str:
    """The comment is awaited."""
    title = shown(title, LONGEST_LINE)
    if decision == "approved":
        return texts.plural(
            "<b>{title}</b>\nWrite your comment to the student: one message of at most {count} "
            "character. The work is then accepted with it.\n\n/cancel leaves this.",
            "<b>{title}</b>\nWrite your comment to the student: one message of at most {count} "
            "characters. The work is then accepted with it.\n\n/cancel leaves this.",
            longest,
            title=title,
        )
    return texts.plural(
        "<b>{title}</b>\nWrite your comment to the student: one message of at most {count} "
        "character. The work is then returned with it.\n\n/cancel leaves this.",
        "<b>{title}</b>\nWrite your comment to the student: one message of at most {count} "
        "characters. The work is then returned with it.\n\n/cancel leaves this.",
        longest,
        title=title,
    )


def awaited_comment(texts: Texts) -> str:
    """While it is awaited."""
    return texts("I am waiting for your comment on the work: one message of text.")


def comment_left(texts: Texts) -> str:
    """Once it is left."""
    return texts("The work stands as it stood: nothing was decided.")


def comment_too_long(texts: Texts, length: int, limit: int) -> str:
    """The next step is to send it shorter."""
    return texts.plural(
        "This has {length} characters, {count} more than the {limit} that fit. Nothing was "
        "decided: please send it again, shorter.\n\n/cancel leaves this.",
        "This has {length} characters, {count} more than the {limit} that fit. Nothing was "
        "decided: please send it again, shorter.\n\n/cancel leaves this.",
        length - limit,
        length=length,
        limit=limit,
    )
