"""From a rule and its event to a message in the sending queue."""

from datetime import datetime
from typing import Any

from aiogram.methods import SendMessage
from pydantic import ValidationError

from services.bot import texts as texts_of_the_bot
from services.bot.cards.composing import compose
from services.bot.notices.repository import Reach
from services.bot.notices.rule import Rule
from services.bot.notices.table import BY_NAME
from services.bot.outgoing import repository as outgoing
from shared.db import Connection
from shared.events import Event
from shared.texts import Texts

FOR_A_CHAT = "chat"
"""What a notice waits for whose reader cannot be reached."""


def read(rule_name: str, facts: dict[str, Any]) -> tuple[Rule[Any], Event] | None:
    """A stored notice; None for one that this version cannot read any more."""
    rule = BY_NAME.get(rule_name)
    try:
        return (rule, rule.event.model_validate(facts)) if rule else None
    except ValidationError:
        return None


def is_still_for(rule: Rule[Any], event: Event, reach: Reach) -> bool:
    """Whether its reader is still one of those who are told: roles end."""
    who = rule.who(event)
    return not isinstance(who, str) or who in reach.person.roles


def texts_for(reach: Reach) -> Texts:
    """The reader's language."""
    return texts_of_the_bot.catalogue().of(reach.person.locale)


async def show(
    connection: Connection,
    rule: Rule[Any],
    event: Event,
    reach: Reach,
    *,
    card_id: int,
    now: datetime,
    is_edit: bool = False,
    is_silent: bool = False,
) -> int:
    """Send a notice on its card; gives the queue's row."""
    message = compose(rule, event, texts_for(reach), card_id, is_silent=is_silent or is_edit)
    return await send(connection, message, reach, now=now, card_id=card_id, is_edit=is_edit)


async def send(
    connection: Connection,
    message: SendMessage,
    reach: Reach,
    *,
    now: datetime,
    card_id: int | None = None,
    is_edit: bool = False,
) -> int:
    """Put a message for a person, who has a chat, into the lane of notices."""
    if reach.chat_id is None:
        raise LookupError("no chat")
    return await outgoing.enqueue(
        connection,
        message,
        chat_id=reach.chat_id,
        person_id=reach.person.person_id,
        lane=outgoing.NOTICE,
        now=now,
        card_id=card_id,
        is_edit=is_edit,
    )
