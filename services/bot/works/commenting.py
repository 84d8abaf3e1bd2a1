"""A decision with a comment: the text that a curator writes goes to the student with it."""

from uuid import UUID

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.methods import SendMessage
from aiogram.types import Message
from pydantic import BaseModel

from services.bot.asking import Asker
from services.bot.dialogs.answers import TextAnswer, cut_at, is_tail
from services.bot.dialogs.reply import Replies
from services.bot.dialogs.request_key import RequestKey
from services.bot.dialogs.start import invite
from services.bot.dialogs.steps import Step, read_data
from services.bot.errors import WorkMoved
from services.bot.school import Decision, SchoolClient, SchoolRefused, Work
from services.bot.texts import UNSHOWABLE, shown
from services.bot.works import service
from services.bot.works import texts as words
from services.bot.works.service import LONGEST_COMMENT
from shared.people import Person
from shared.texts import Texts

COMMENT = State("comment", group_name="decision.1")
STEPS = (Step(COMMENT, awaited=words.awaited_comment, left=words.comment_left),)


class Deciding(BaseModel):
    """What is known while the comment is awaited: the work as the curator saw it."""

    submission_id: UUID
    decision: Decision
    seen: int
    refused_at: float | None = None
    """When a comment that Telegram may have cut was refused."""


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="commenting")
    router.message.register(take_comment, StateFilter(COMMENT), TextAnswer())
    return router


async def begin(state: FSMContext, work: Work, decision: Decision) -> None:
    """From now on the comment is awaited.

    Raises:
        WorkMoved: nothing was begun that could be decided.
    """
    if work.submission_id is None:
        raise WorkMoved(work)
    known = Deciding(submission_id=work.submission_id, decision=decision, seen=work.version)
    await state.set_state(COMMENT)
    await state.set_data(known.model_dump(mode="json"))


async def take_comment(
    message: Message,
    answer: str,
    state: FSMContext,
    person: Person | None,
    texts: Texts,
    school: SchoolClient,
    request_key: RequestKey,
    public_url: str,
) -> SendMessage | Replies:
    """Decide with it."""
    if person is None:
        await state.clear()
        text = f"{words.comment_left(texts)}\n\n{words.stranger(texts)}"
        return invite(message, text, texts, public_url)
    known = await read_data(state, Deciding)
    if is_tail(message, known.refused_at):
        return []
    comment = UNSHOWABLE.sub("", answer).strip()
    if not any(letter.isprintable() and not letter.isspace() for letter in comment):
        return message.answer(words.awaited_comment(texts))
    if len(comment) > LONGEST_COMMENT:
        await state.update_data(refused_at=cut_at(message, answer))
        return message.answer(words.comment_too_long(texts, len(comment), LONGEST_COMMENT))
    try:
        work = await service.decide(
            school,
            Asker(person.person_id, texts.locale),
            known.submission_id,
            known.decision,
            comment=comment,
            seen=known.seen,
            key=request_key(),
        )
        told = words.decided(texts, work)
    except WorkMoved as moved:
        told = words.moved(texts, moved.work)
    except SchoolRefused as refusal:
        told = shown(words.refused(texts, refusal), words.LONGEST_REFUSAL)
    await state.clear()
    return message.answer(told)
