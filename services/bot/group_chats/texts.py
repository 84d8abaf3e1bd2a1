"""What is said in group chats, in English; Russian is in `locale/ru.po`."""

from services.bot.school import Place, SchoolRefused
from services.bot.texts import LONGEST_TITLE, cut, shown
from services.bot.works.texts import in_passing
from services.bot.works.texts import refused as refused_by_school
from shared.events import WeekOpened
from shared.texts import Texts

LONGEST_LABEL = 56
MOST_ASSIGNMENTS = 15


def ask_place(texts: Texts) -> str:
    """Above the places."""
    return texts(
        "What does this chat belong to? I will tell here when a week opens, and students find the "
        "chat on the page of their course."
    )


def no_places(texts: Texts) -> str:
    """The school has none."""
    return texts("There are no courses yet. Make one on the page first.")


def label(place: Place) -> str:
    """A place on a button."""
    signs = {"course": "📘", "stream": "🌊", "team": "👥"}
    return f"{signs[place.place]} {cut(place.name, LONGEST_LABEL)}"


def linked(texts: Texts, name: str) -> str:
    """In the place of the question."""
    return texts(
        "Done: this chat belongs to <b>{name}</b>. I will tell here when a week opens.\n\n"
        "/link adds another, /unlink ends it.",
        name=shown(name, LONGEST_TITLE),
    )


def place_gone(texts: Texts) -> str:
    """A press on a place that is there no more."""
    return texts("There is no such course, stream or team any more. Send /link again.")


def ask_which_off(texts: Texts) -> str:
    """Above the places that the chat belongs to."""
    return texts("What shall this chat belong to no longer?")


def nothing_linked(texts: Texts) -> str:
    """After /unlink."""
    return texts("This chat belongs to nothing. /link links it.")


def unlinked(texts: Texts, name: str) -> str:
    """In the place of the question."""
    return texts(
        "Done: this chat belongs to <b>{name}</b> no longer.", name=shown(name, LONGEST_TITLE)
    )


def moved_away(texts: Texts, name: str) -> str:
    """In the chat that a place had before."""
    return texts(
        "<b>{name}</b> has another chat now: I will tell of its weeks there.",
        name=shown(name, LONGEST_TITLE),
    )


def for_administrators(texts: Texts) -> str:
    """For anybody else."""
    return texts("Chats are linked by the school's administrators only.")


def not_known(texts: Texts) -> str:
    """For who may be an administrator, though not to us."""
    return texts(
        "I do not know you yet, and chats are linked by the school's administrators only. If you "
        "are one, link Telegram on your page first."
    )


def anonymous(texts: Texts) -> str:
    """For who writes as the group or as a channel."""
    return texts(
        "I cannot see who writes: Telegram shows me the group instead. Please turn off “Remain "
        "anonymous” for a moment and send it again."
    )


def refused(texts: Texts, refusal: SchoolRefused) -> str:
    """school's own words, short enough for an answer to a press."""
    return in_passing(refused_by_school(texts, refusal))


def where_to_link(texts: Texts) -> str:
    """For /link in a private chat."""
    return texts("Add me to a group chat and write /link there: it is linked by that.")


def leave(texts: Texts) -> str:
    """A button's label: leave all as it is."""
    return texts("Never mind")


def left(texts: Texts) -> str:
    """In the place of the question."""
    return texts("Everything stays as it was.")


# News


def week(texts: Texts, event: WeekOpened) -> str:
    """A week may be seen from now on."""
    title = shown(event.title, LONGEST_TITLE)
    course = shown(event.course, LONGEST_TITLE)
    if title:
        head = texts(
            "📖 <b>{course}</b>\nWeek {number} is open: {title}",
            course=course,
            number=event.version,
            title=title,
        )
    else:
        head = texts(
            "📖 <b>{course}</b>\nWeek {number} is open.", course=course, number=event.version
        )
    if not event.assignments:
        return head
    count = len(event.assignments)
    lines = [f"• {shown(name, 150) or '…'}" for name in event.assignments[:MOST_ASSIGNMENTS]]
    more = [_and_more(texts, count - len(lines))] if count > len(lines) else []
    told = texts.plural("{count} assignment:", "{count} assignments:", count)
    return "\n".join([f"{head}\n", told, *lines, *more])


def _and_more(texts: Texts, count: int) -> str:
    return texts.plural("…and {count} more.", "…and {count} more.", count)


def open_week(texts: Texts) -> str:
    """A button's label."""
    return texts("Open the week")
