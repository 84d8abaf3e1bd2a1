"""Labels of the buttons of works, in English; Russian is in `locale/ru.po`."""

from shared.texts import Texts


def take_back(texts: Texts) -> str:
    """A button's label."""
    return texts("↩️ Take back")


def take_back_yes(texts: Texts) -> str:
    """A button's label: the answer to the question."""
    return texts("Yes, take it back")


def accept(texts: Texts) -> str:
    """A button's label."""
    return texts("✅ Accept")


def give_back(texts: Texts) -> str:
    """A button's label."""
    return texts("✏️ Return")


def accept_yes(texts: Texts) -> str:
    """A button's label: the answer to the question."""
    return texts("Accept without a comment")


def accept_say(texts: Texts) -> str:
    """A button's label: the answer to the question."""
    return texts("Accept with a comment")


def return_yes(texts: Texts) -> str:
    """A button's label: the answer to the question."""
    return texts("Return without a comment")


def return_say(texts: Texts) -> str:
    """A button's label: the answer to the question."""
    return texts("Return with a comment")


def send(texts: Texts) -> str:
    """A button's label."""
    return texts("📤 Send a link")


def send_again(texts: Texts) -> str:
    """A button's label."""
    return texts("📤 Send the same pull request again")


def send_yes(texts: Texts) -> str:
    """A button's label."""
    return texts("📤 Send")


def send_no(texts: Texts) -> str:
    """A button's label."""
    return texts("No, leave it")


def open_page(texts: Texts) -> str:
    """A button's label."""
    return texts("On the page")


def open_pull(texts: Texts) -> str:
    """A button's label."""
    return texts("Pull request")


def all_own(texts: Texts) -> str:
    """A button's label: the other list."""
    return texts("📚 My works")


def all_to_review(texts: Texts, total: int) -> str:
    """A button's label: the other list."""
    return texts("🔍 To review: {count}", count=total)


def earlier() -> str:
    """A button's label: the page before."""
    return "‹"


def later() -> str:
    """A button's label: the next page."""
    return "›"
