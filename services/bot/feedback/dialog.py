"""/feedback: a topic, a text, and the administrators have it."""

from functools import partial

from aiogram import Router
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.methods import SendMessage
from aiogram.types import Message
from pydantic import BaseModel

from services.bot.dialogs.answers import TextAnswer, cut_at, is_tail
from services.bot.dialogs.reply import Replies, Write
from services.bot.dialogs.start import invite
from services.bot.dialogs.steps import Step, read_data
from services.bot.errors import FeedbackEmpty, FeedbackTooLong, FeedbackTooOften
from services.bot.feedback import service
from services.bot.feedback import texts as words
from services.bot.feedback.service import LONGEST_TEXT, LONGEST_TOPIC, MOST_AN_HOUR
from shared.clock import Clock
from shared.db import Database
from shared.people import Person
from shared.texts import Texts

DIALOGUE = "feedback.1"
TOPIC = State("topic", group_name=DIALOGUE)
TEXT = State("text", group_name=DIALOGUE)

STEPS = (
    Step(TOPIC, awaited=words.awaited_topic, left=words.left),
    Step(TEXT, awaited=words.awaited_text, left=words.left),
)


class Draft(BaseModel):
    """What is known while the text is awaited."""

    topic: str
    refused_at: float | None = None
    """When a text that Telegram may have cut was refused."""


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="feedback")
    router.message.register(begin, Command("feedback"))
    router.message.register(take_topic, StateFilter(TOPIC), TextAnswer())
    router.message.register(take_text, StateFilter(TEXT), TextAnswer())
    return router


async def begin(
    message: Message,
    command: CommandObject,
    state: FSMContext,
    person: Person | None,
    texts: Texts,
    database: Database,
    clock: Clock,
    public_url: str,
) -> SendMessage:
    """Ask for the topic, or take the one that came with the command."""
    if person is None:
        return invite(message, words.stranger(texts), texts, public_url)
    if refusal := await _refuse_pace(database, clock, person, texts):
        await state.clear()
        return message.answer(refusal)
    await state.set_data({})
    await state.set_state(TOPIC)
    if command.args:
        return await take_topic(message, command.args, state, person, texts, public_url)
    return message.answer(words.ask_topic(texts, LONGEST_TOPIC))


async def take_topic(
    message: Message,
    answer: str,
    state: FSMContext,
    person: Person | None,
    texts: Texts,
    public_url: str,
) -> SendMessage:
    """Keep the topic and ask for the text."""
    if person is None:
        return await _part(message, state, texts, public_url)
    try:
        topic = service.read_topic(answer)
    except FeedbackEmpty:
        return message.answer(words.awaited_topic(texts))
    except FeedbackTooLong as refusal:
        return message.answer(words.too_long(texts, refusal.length, refusal.limit))
    await state.set_data(Draft(topic=topic).model_dump())
    await state.set_state(TEXT)
    return message.answer(words.ask_text(texts, topic, LONGEST_TEXT))


async def take_text(
    message: Message,
    answer: str,
    state: FSMContext,
    person: Person | None,
    texts: Texts,
    database: Database,
    clock: Clock,
    public_url: str,
) -> SendMessage | Replies:
    """Send it, and show what was sent."""
    if person is None:
        return await _part(message, state, texts, public_url)
    draft = await read_data(state, Draft)
    if is_tail(message, draft.refused_at):
        return []
    try:
        text = service.read_text(answer)
    except FeedbackEmpty:
        return message.answer(words.awaited_text(texts))
    except FeedbackTooLong as refusal:
        if refused_at := cut_at(message, answer):
            await state.update_data(refused_at=refused_at)
        return message.answer(words.too_long(texts, refusal.length, refusal.limit))
    if refused := await _refuse_pace(database, clock, person, texts):
        return message.answer(refused)
    await state.clear()
    given = partial(
        service.give,
        person=person,
        username=service.read_username(message.from_user.username if message.from_user else None),
        topic=draft.topic,
        text=text,
        public_url=public_url,
    )
    return [Write(given), message.answer(words.thanks(texts, draft.topic, text, LONGEST_TEXT))]


async def _refuse_pace(
    database: Database, clock: Clock, person: Person, texts: Texts
) -> str | None:
    try:
        async with database.acquire() as connection:
            await service.check_pace(connection, person.person_id, clock.now())
    except FeedbackTooOften as refusal:
        return words.too_often(texts, refusal.after, MOST_AN_HOUR)
    return None


async def _part(message: Message, state: FSMContext, texts: Texts, public_url: str) -> SendMessage:
    """The chat is nobody's any more: it was unlinked meanwhile."""
    await state.clear()
    text = f"{words.left(texts)}\n\n{words.stranger(texts)}"
    return invite(message, text, texts, public_url)
