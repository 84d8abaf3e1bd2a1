"""Several notices in one message."""

import html
from collections.abc import Sequence
from typing import Any

from aiogram.methods import SendMessage

from services.bot.notices import texts as words
from services.bot.notices.rule import Rule
from services.bot.outgoing.fitting import cut
from services.bot.texts import LONGEST_LINK
from shared.events import Event
from shared.texts import Texts

MOST_LINES = 20
LONGEST_LINE = 180
"""UTF-16 units of what is shown: twenty lines and what is around them fit into a message."""


def compose_summary(news: Sequence[tuple[Rule[Any], Event]], texts: Texts) -> SendMessage:
    """The message, for a chat that the queue's row names. What does not fit is counted."""
    lines = [_line(rule, event, texts) for rule, event in news[:MOST_LINES]]
    more = len(news) - len(lines)
    parts = [words.summary(texts, len(news)), "\n".join(lines)]
    if more:
        parts.append(words.and_more(texts, more))
    parts.append(words.summary_end(texts))
    return SendMessage(chat_id=0, text="\n\n".join(parts))


def _line(rule: Rule[Any], event: Event, texts: Texts) -> str:
    text = cut(rule.line(texts, event), LONGEST_LINE)
    link = rule.button.link(event)
    if not link or len(link) > LONGEST_LINK or not link.startswith(("https://", "http://")):
        return text
    return f'{text} <a href="{html.escape(link)}">↗</a>'
