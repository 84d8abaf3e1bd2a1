"""The words of letters. No words of a stranger's are in them, for strangers can have them sent.

Each is told the address of Parta and a link of its own; whether it uses them is its affair.
"""

from dataclasses import dataclass

from shared.texts import Texts


@dataclass(frozen=True, slots=True)
class Letter:
    """What is read: plain text, in one language."""

    subject: str
    text: str


def _letter(subject: str, *paragraphs: str) -> Letter:
    return Letter(subject, "\n\n".join(paragraphs) + "\n")


def confirm(_: Texts, home: str, link: str) -> Letter:
    """To the address that somebody registers with."""
    return _letter(
        _("Parta: confirm your address"),
        _(
            "Somebody, you we hope, registers in Parta with this address. Open the link "
            "and press the button there:"
        ),
        link,
        _("The link works once, for 24 hours."),
        _("If it was not you, do nothing: without the button nothing comes of it."),
    )


def known_already(_: Texts, home: str, link: str) -> Letter:
    """To the address of somebody who has an account, with which somebody registers."""
    return _letter(
        _("Parta: you have an account here already"),
        _(
            "Somebody, you we hope, wanted to use this address for a new account in Parta, "
            "but you have an account here already. Come in here:"
        ),
        f"{home}/login",
        _("If you do not know the password, set a new one. The link works once, for one hour:"),
        link,
        _("If it was not you, do nothing: nothing was changed."),
    )


def reset(_: Texts, home: str, link: str) -> Letter:
    """To a person who wants a new password."""
    return _letter(
        _("Parta: a new password"),
        _(
            "Somebody, you we hope, wants to set a new password for your account in Parta. "
            "Open the link and choose one:"
        ),
        link,
        _("The link works once, for one hour."),
        _("If it was not you, do nothing: nothing was changed."),
    )


def add_address(_: Texts, home: str, link: str) -> Letter:
    """To the address that a person who is signed in calls theirs."""
    return _letter(
        _("Parta: is this your address?"),
        _(
            "Somebody, you we hope, wants to come in to their account in Parta by this "
            "address. Open the link in the browser where you are signed in, and press the "
            "button there:"
        ),
        link,
        _("The link works once, for 24 hours."),
        _("If it was not you, do nothing: without the button nothing comes of it."),
    )


def changed(_: Texts, home: str, link: str) -> Letter:
    """To a person whose password was set, changed or removed."""
    return _letter(
        _("Parta: your password was changed"),
        _(
            "The password of your account in Parta was set, changed or removed just now, "
            "and its other sessions were ended."
        ),
        _("If it was not you, set a new password at once:"),
        f"{home}/login/reset",
    )
