"""What is said of a dialogue as such, in English; Russian is in `locale/ru.po`."""

from shared.texts import Texts


def over(texts: Texts) -> str:
    """An older version of the bot left a dialogue behind that this one cannot go on with."""
    return texts(
        "I have changed since we began this, so what you began is over: nothing of it was sent or "
        "changed. Please begin again; /help tells what I can do."
    )


def still(texts: Texts, awaited: str | None) -> str:
    """After a command, or something else that was no answer: the dialogue stands."""
    return _and_how_to_leave(texts, awaited or texts("I am still waiting for your answer."))


def not_an_answer(texts: Texts, awaited: str | None) -> str:
    """A sticker where a text is expected."""
    return _and_how_to_leave(
        texts, awaited or texts("This is no answer to what I asked. I am still waiting for one.")
    )


def _and_how_to_leave(texts: Texts, text: str) -> str:
    how = texts("/cancel leaves this.")
    return f"{text}\n\n{how}"


def replaced(texts: Texts, left: str | None) -> str:
    """A command began another dialogue."""
    return left or texts("What you had begun before is dropped.")


def cancelled(texts: Texts, left: str | None) -> str:
    """After /cancel."""
    left = left or texts("What you had begun is dropped.")
    more = texts("/help tells what I can do.")
    return f"{left}\n\n{more}"


def nothing_to_cancel(texts: Texts) -> str:
    """After /cancel, when no dialogue stands."""
    return texts(
        "There is nothing to cancel: you have not begun anything. /help tells what I can do."
    )
