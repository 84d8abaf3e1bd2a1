"""What is said of languages, in English; Russian is in `locale/ru.po`."""

from shared.texts import Texts


def question(texts: Texts) -> str:
    """Above the buttons."""
    return texts("🌐 Which language shall I write in?")


def chosen(texts: Texts) -> str:
    """The same message once a language was chosen, in that language."""
    return texts("🌐 Done: from now on I write in English.")


def done(texts: Texts) -> str:
    """In passing, where the button was pressed."""
    return texts("Done")
