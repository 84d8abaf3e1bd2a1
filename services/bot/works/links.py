"""Links to pull requests in what people write; values in, values out."""

import re

from aiogram.types import Message

PULL = re.compile(
    r"(?<![\w.@/-])(?:https?://)?(?:www\.)?github\.com/"
    r"(?P<owner>[a-z0-9](?:[a-z0-9-]{0,38}))/(?P<repository>(?!\.{1,2}/)[a-z0-9._-]{1,100})"
    r"/pull/(?P<number>[1-9][0-9]{0,8})(?![\w-])",
    re.IGNORECASE,
)
"""As it is copied from a browser, whatever page of the pull request was open there."""
GITHUB = re.compile(r"(?<![\w@-])(?:github\.com|gitlab\.com|bitbucket\.org)/", re.IGNORECASE)


def find_pulls(message: Message) -> list[str]:
    """The pull requests that a message names, each once, in the spelling that school takes."""
    once: dict[str, str] = {}
    for text in _texts(message):
        for pull in PULL.finditer(text):
            place = f"{pull['owner']}/{pull['repository']}/pull/{pull['number']}"
            once.setdefault(place.lower(), f"https://github.com/{place}")
    return list(once.values())


def names_code(message: Message) -> bool:
    """Whether a message has a link to code that may have been meant for one."""
    return any(GITHUB.search(text) for text in _texts(message))


def _texts(message: Message) -> list[str]:
    """What is shown, and where its words lead."""
    shown = message.text or message.caption or ""
    entities = message.entities or message.caption_entities or []
    return [shown, *(entity.url for entity in entities if entity.url)]
