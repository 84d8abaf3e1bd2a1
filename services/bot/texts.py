"""All that the bot says, in English; Russian is in `locale/ru.po`.

What people wrote (names, titles, comments) goes through `shown`: escaped for Telegram's HTML, cut
to a length, freed of what a message cannot carry.
"""

import html
import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from shared.texts import Catalogue, Texts

LONGEST_NAME = 100
LONGEST_TITLE = 300
LONGEST_COMMENT = 2500
LONGEST_LINK = 500
DOOR_MINUTES = 10
LOOK_AT_WORKS = frozenset({"curator", "teacher", "administrator"})
"""The roles of those whom works are sent to."""

UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@cache
def catalogue() -> Catalogue:
    """The bot's texts in each language, read at the first use."""
    return Catalogue(Path(__file__).parent / "locale")


def texts_for(locale: str | None) -> Texts:
    """A stranger's texts by what Telegram says of their language: Russian unless it is another."""
    is_russian = not locale or locale.lower().startswith("ru")
    return catalogue().of("ru" if is_russian else "en")


def cut(text: str, units: int) -> str:
    """At most so many UTF-16 units, ending in "…" when something is gone."""
    text = UNSHOWABLE.sub("", text).strip()
    encoded = text.encode("utf-16-le")
    if len(encoded) <= units * 2:
        return text
    # Half a surrogate pair at the end is dropped.
    return encoded[: (units - 1) * 2].decode("utf-16-le", errors="ignore").rstrip() + "…"


def shown(text: str, units: int) -> str:
    """What a person wrote, fit for a message."""
    return html.escape(cut(text, units), quote=False)


def name_of(name: str, texts: Texts) -> str:
    """A person's name; some are not known yet."""
    return shown(name, LONGEST_NAME) or texts("somebody")


# Greetings and help


def greeting(texts: Texts, name: str, roles: Collection[str]) -> str:
    """For a person whose chat is linked."""
    return texts(
        "Hello, {name}!\n\n"
        "{about}\n\n"
        "What comes, and when it should be quiet, you choose in /settings.\n\n"
        "/login opens your page without a password, /help tells what else I can do.",
        name=name_of(name, texts),
        about=about(texts, roles),
    )


def about(texts: Texts, roles: Collection[str]) -> str:
    """What the bot is for, to somebody with these roles."""
    return help_student(texts) if LOOK_AT_WORKS.isdisjoint(roles) else help_reviewer(texts)


def invitation(texts: Texts) -> str:
    """For a chat that nobody's account knows."""
    return texts(
        "Hello! I am the school's companion: I tell students and curators what happens to their "
        "works.\n\n"
        "I do not know you yet. Open your page, sign in and choose “Link Telegram”: you will come "
        "back here by a link, and we are acquainted."
    )


def open_page(texts: Texts) -> str:
    """A button's label."""
    return texts("Open my page")


def chosen(label: str) -> str:
    """The label of a button that says what stands."""
    return f"✓ {label}"


def back(texts: Texts) -> str:
    """A button's label: to the screen before this one."""
    return texts("‹ Back")


def help_unknown(texts: Texts) -> str:
    """For a chat without an account; its commands follow."""
    return texts(
        "I bring news of works to students and curators of the school.\n\n"
        "To begin, link this chat to your account: open your page, sign in and choose "
        "“Link Telegram”."
    )


def help_student(texts: Texts) -> str:
    """For a student, and for whoever has no other role yet."""
    return texts(
        "I write when your work is accepted, comes back with remarks, or goes back to review."
    )


def help_reviewer(texts: Texts) -> str:
    """For who looks at works."""
    return texts(
        "I write when a student sends you a work for review, and confirm what I took from your "
        "review on GitHub. If your own work is reviewed, I tell you too."
    )


def help_administrator(texts: Texts, page: str) -> str:
    """Besides, for who cares for the whole."""
    feedback = texts(
        "What people write with /feedback comes to you as well; all of it is on a page: {page}",
        page=shown(page, LONGEST_LINK),
    )
    chats = texts("In a group chat where I am, /link links it to a course, a stream or a team.")
    return f"{feedback}\n\n{chats}"


def help_works(texts: Texts, roles: Collection[str]) -> str:
    """How works are sent and reviewed from the chat."""
    if LOOK_AT_WORKS.isdisjoint(roles):
        return texts(
            "To send a work, write me the link to its pull request. /works shows all of them, and "
            "what can be done with each."
        )
    return texts(
        "What waits for your review is in /works: you can accept or return it there, with a "
        "comment or without, and below the news of it, too. To send a work of your own, write me "
        "the link to its pull request."
    )


def help_notices(texts: Texts) -> str:
    """For whoever gets notices: what can be done about each."""
    return texts(
        "“⋯” under a piece of news tells why it came, keeps that matter silent or reminds you of "
        "it later."
    )


def not_understood(texts: Texts, *, is_known: bool) -> str:
    """For whatever else a person writes."""
    if is_known:
        return texts(
            "I did not understand this: I bring news of your works and do what my commands say. "
            "/help lists them; /feedback writes to the administrators."
        )
    return texts("I do not know you yet. Send /start, and I will tell how we get acquainted.")


def command_unknown(texts: Texts) -> str:
    """For a command that the bot has not."""
    return texts("I do not know this command. /help lists those that I do.")


def button_unknown(texts: Texts, *, is_known: bool) -> str:
    """For a press on a button that an older version of the bot has sent."""
    if is_known:
        return texts("This button no longer does anything. /help tells what I can do.")
    return texts("I do not know you yet. Send /start, and I will tell how we get acquainted.")


# Linking


def offer(texts: Texts, account: str) -> str:
    """Which account a code belongs to, before anything is linked."""
    return texts(
        "Link this chat to the account <b>{account}</b>?\n\n"
        "News of this account will then come here. If you did not ask for the link yourself, "
        "refuse: somebody may have sent you theirs.",
        account=shown(account, LONGEST_NAME),
    )


def accept(texts: Texts) -> str:
    """A button's label."""
    return texts("Yes, this is me")


def refuse(texts: Texts) -> str:
    """A button's label."""
    return texts("No, refuse")


def accepted(texts: Texts) -> str:
    """After the chat said yes: the page has the last word."""
    return texts(
        "Almost done: go back to the page where you began and say there that it was you. "
        "Then news of your works will come here.\n\n"
        "/help tells what I can do."
    )


def linked(texts: Texts, name: str) -> str:
    """Once the page said yes too."""
    return texts(
        "Done: this chat is linked to the account of <b>{name}</b>. News of your works will come "
        "here. If it was not you who linked it, open your page and unlink it.",
        name=shown(name, LONGEST_NAME),
    )


def unlinked(texts: Texts) -> str:
    """The chat that an account had."""
    return texts(
        "This chat is no longer linked to an account of the school: no more news comes here. If "
        "it was not you who unlinked it, sign in on your page and link it again."
    )


def refused(texts: Texts) -> str:
    """After the person declined."""
    return texts(
        "Nothing was linked. If you change your mind, choose “Link Telegram” on your page again."
    )


def already_pressed(texts: Texts) -> str:
    """A second press, when the first has done it."""
    return texts("You said yes already. The rest is done on your page. /help tells what I can do.")


def not_yours(texts: Texts) -> str:
    """A press by somebody whom the question was not for."""
    return texts("This question is for somebody else. Ask for your own link on your page.")


def link_refused(texts: Texts, reason: str) -> str:
    """Why auth did not link, and the next step."""
    match reason:
        case "used":
            return texts(
                "This link was used already. If it was not you, take a new one: open your page "
                "and choose “Link Telegram”."
            )
        case "expired":
            return texts(
                "This link is too old: it lives for ten minutes. Open your page and choose "
                "“Link Telegram” again."
            )
        case "taken":
            return texts(
                "This Telegram account belongs to another account of the school already. Sign in "
                "with /login to see which one; there it can be unlinked."
            )
        case "already":
            return texts(
                "This account has a Telegram chat already. To change it, unlink the old one on "
                "your page first."
            )
        case _:
            return texts(
                "I do not know this link. It may have been copied in part: open your page and "
                "choose “Link Telegram” again."
            )


# One-time door


def door(texts: Texts) -> str:
    """Above the button that opens the page."""
    return texts.plural(
        "Here is the way in. It opens once, within {count} minute; do not pass it on.",
        "Here is the way in. It opens once, within {count} minutes; do not pass it on.",
        DOOR_MINUTES,
    )


# When something does not work


def auth_away(texts: Texts) -> str:
    """When auth does not answer and the update is tried again."""
    return texts("The school does not answer right now. I will try again in a moment myself.")


def given_up(texts: Texts) -> str:
    """When an update was given up."""
    return texts(
        "That did not work, and it is not your fault; it is on record. Please try again in a "
        "few minutes."
    )


# The menu: what each command does, in a few words


def menu_start(texts: Texts, roles: Collection[str] | None) -> str:
    """A stranger's first step; later, the same words as on the first day."""
    return texts("How to begin") if roles is None else texts("What comes here")


def menu_help(texts: Texts, roles: Collection[str] | None) -> str:
    """The same for all."""
    return texts("What I can do")


def menu_works(texts: Texts, roles: Collection[str] | None) -> str:
    """Who looks at works is shown those that wait first."""
    if roles is None or LOOK_AT_WORKS.isdisjoint(roles):
        return texts("My works")
    return texts("Works to review, and my own")


def menu_videos(texts: Texts, roles: Collection[str] | None) -> str:
    """The same for all."""
    return texts("Videos: what is open, what opens the rest")


def menu_progress(texts: Texts, roles: Collection[str] | None) -> str:
    """The same for all."""
    return texts("My progress in the course")


def menu_login(texts: Texts, roles: Collection[str] | None) -> str:
    """An administrator's page leads further."""
    if roles is not None and "administrator" in roles:
        return texts("Open my page and the school's people")
    return texts("Open my page without a password")


def menu_settings(texts: Texts, roles: Collection[str] | None) -> str:
    """The same for all."""
    return texts("What comes, how, and when it is quiet")


def menu_why(texts: Texts, roles: Collection[str] | None) -> str:
    """The same for all."""
    return texts("Why the latest news came")


def menu_feedback(texts: Texts, roles: Collection[str] | None) -> str:
    """The same for all."""
    return texts("Write to the school's administrators")


def menu_language(texts: Texts, roles: Collection[str] | None) -> str:
    """In both languages: who cannot read the one looks for the other."""
    return texts("Language · Язык")


def menu_timezone(texts: Texts, roles: Collection[str] | None) -> str:
    """The same for all."""
    return texts("My time zone")


def menu_cancel(texts: Texts, roles: Collection[str] | None) -> str:
    """The same for all."""
    return texts("Leave what I have begun")
