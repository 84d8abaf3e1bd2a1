"""A link to a pull request is enough to send a work: whenever no other answer is awaited."""

from functools import partial
from typing import Any
from uuid import UUID

from aiogram import Router
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message
from pydantic import BaseModel

from services.bot import texts as bot_words
from services.bot.asking import Asker
from services.bot.dialogs.answers import TextAnswer, is_command
from services.bot.dialogs.press import is_theirs, replace
from services.bot.dialogs.reply import Replies, Write
from services.bot.dialogs.request_key import RequestKey
from services.bot.dialogs.start import invite
from services.bot.dialogs.steps import Step, read_data
from services.bot.errors import WorkMoved
from services.bot.links import with_link
from services.bot.school import Choice, SchoolClient, SchoolRefused, Work
from services.bot.states import texts as state_words
from services.bot.works import labels, repository, screens, service
from services.bot.works import sending_texts as sending_words
from services.bot.works import texts as words
from services.bot.works.buttons import DraftPress
from services.bot.works.links import find_pulls, names_code
from services.bot.works.repository import Draft
from shared.clock import Clock
from shared.db import Connection, Database
from shared.people import Person
from shared.texts import Texts

LINK = State("link", group_name="sending.1")
STEPS = (Step(LINK, awaited=sending_words.awaited_link, left=sending_words.link_left),)


class Sending(BaseModel):
    """What is known while a link is awaited."""

    assignment_id: UUID
    group_id: UUID


class PullLinks(Filter):
    """Gives the handler `links`, of a message that names pull requests."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        """Whether it does."""
        links = [] if is_command(message) else find_pulls(message)
        return {"links": links} if links else False


class OtherLink(Filter):
    """Lets a message pass that has a link to code, though to no pull request."""

    async def __call__(self, message: Message) -> bool:
        """Whether it has."""
        return not is_command(message) and names_code(message)


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="sending")
    router.message.register(take_link, StateFilter(LINK), PullLinks())
    router.message.register(take_other, StateFilter(LINK), TextAnswer())
    router.message.register(draft, StateFilter(None), PullLinks())
    router.message.register(draft_wrong, StateFilter(None), OtherLink())
    router.callback_query.register(answer_draft, DraftPress.filter())
    return router


async def begin(state: FSMContext, work: Work) -> None:
    """From now on a link is awaited for this work.

    Raises:
        WorkMoved: it is none that can be sent from the chat.
    """
    if work.assignment_id is None or work.group_id is None:
        raise WorkMoved(work)
    known = Sending(assignment_id=work.assignment_id, group_id=work.group_id)
    await state.set_state(LINK)
    await state.set_data(known.model_dump(mode="json"))


async def send_again(school: SchoolClient, asker: Asker, work: Work, key: str) -> Work:
    """The pull request that stands there, once more.

    Raises:
        WorkMoved: there is none, or it is no work that can be sent from the chat.
        SchoolRefused, SchoolAway: it cannot be done, or nobody knows.
    """
    if work.assignment_id is None or work.group_id is None or work.pull_url is None:
        raise WorkMoved(work)
    return await school.send(
        asker,
        assignment_id=work.assignment_id,
        group_id=work.group_id,
        pull_url=work.pull_url,
        key=key,
    )


# For one work that was chosen


async def take_link(
    message: Message,
    links: list[str],
    state: FSMContext,
    person: Person | None,
    texts: Texts,
    school: SchoolClient,
    request_key: RequestKey,
    public_url: str,
) -> SendMessage:
    """Send it. Another link may follow one that was refused."""
    if person is None:
        await state.clear()
        return invite(message, words.stranger(texts), texts, public_url)
    if len(links) > 1:
        return message.answer(sending_words.one_at_a_time(texts))
    known = await read_data(state, Sending)
    try:
        work = await school.send(
            Asker(person.person_id, texts.locale),
            assignment_id=known.assignment_id,
            group_id=known.group_id,
            pull_url=links[0],
            key=request_key(),
        )
    except SchoolRefused as refusal:
        refused = sending_words.not_sent(texts, words.refused(texts, refusal))
        return message.answer(state_words.still(texts, refused))
    await state.clear()
    screen = screens.shown(work, person, texts, above=words.sent(texts, work))
    return message.answer(screen.text, reply_markup=screen.keyboard)


async def take_other(message: Message, texts: Texts) -> SendMessage:
    """A text without a link."""
    return message.answer(state_words.still(texts, sending_words.awaited_link(texts)))


# At any time


async def draft(
    message: Message,
    links: list[str],
    person: Person | None,
    texts: Texts,
    school: SchoolClient,
    clock: Clock,
    public_url: str,
) -> SendMessage | Replies:
    """Ask what it is for; nothing is sent by a link alone."""
    if person is None:
        return invite(message, words.stranger(texts), texts, public_url)
    if len(links) > 1:
        return message.answer(sending_words.one_at_a_time(texts))
    try:
        choices = await school.list_choices(Asker(person.person_id, texts.locale), links[0])
    except SchoolRefused as refusal:
        return message.answer(sending_words.not_sent(texts, words.refused(texts, refusal)))
    if not choices:
        text, link = with_link(
            sending_words.no_choice(texts), f"{public_url}/school", labels.open_page(texts)
        )
        return message.answer(text, reply_markup=link)
    made = service.new_draft(person.person_id, links[0], choices, now=clock.now())
    screen = screens.drafted(made, texts)
    return [
        Write(partial(_record, made)),
        message.answer(screen.text, reply_markup=screen.keyboard),
    ]


async def _record(made: Draft, connection: Connection, clock: Clock) -> None:
    await repository.record(
        connection,
        made.draft_id,
        person_id=made.person_id,
        pull_url=made.pull_url,
        choices=made.choices,
        now=made.made_at,
    )


async def draft_wrong(
    message: Message, person: Person | None, texts: Texts, public_url: str
) -> SendMessage:
    """A link to a repository, to a file: what is wanted instead."""
    if person is None:
        return invite(message, words.stranger(texts), texts, public_url)
    return message.answer(sending_words.link_wrong(texts))


async def answer_draft(
    callback: CallbackQuery,
    callback_data: DraftPress,
    person: Person | None,
    texts: Texts,
    school: SchoolClient,
    request_key: RequestKey,
    database: Database,
) -> Replies:
    """Send it, or leave it. What was sent shows how it stands, whatever is pressed there later."""
    if person is None or not is_theirs(callback):
        return [callback.answer(bot_words.button_unknown(texts, is_known=person is not None))]
    async with database.acquire() as connection:
        found = await repository.find(connection, callback_data.draft_id, person.person_id)
    if found is None or not 0 <= callback_data.choice < len(found.choices):
        return [callback.answer(sending_words.draft_gone(texts), show_alert=True)]
    asker = Asker(person.person_id, texts.locale)
    try:
        if found.submission_id is not None:
            work = await school.get_work(asker, found.submission_id)
            screen = screens.shown(work, person, texts)
            return [callback.answer(), replace(callback, screen.text, screen.keyboard)]
        if callback_data.do == "no":
            return [callback.answer(), replace(callback, sending_words.draft_left(texts))]
        choice = Choice.model_validate(found.choices[callback_data.choice])
        return await _send(callback, found, choice, person, texts, school, request_key)
    except SchoolRefused as refusal:
        refused = sending_words.not_sent(texts, words.refused(texts, refusal))
        screen = screens.drafted(found, texts)
        return [callback.answer(), replace(callback, refused, screen.keyboard)]


async def _send(
    callback: CallbackQuery,
    found: Draft,
    choice: Choice,
    person: Person,
    texts: Texts,
    school: SchoolClient,
    request_key: RequestKey,
) -> Replies:
    work = await school.send(
        Asker(person.person_id, texts.locale),
        assignment_id=choice.assignment_id,
        group_id=choice.group_id,
        pull_url=found.pull_url,
        key=request_key(),
    )
    screen = screens.shown(work, person, texts, above=words.sent(texts, work))

    async def write(connection: Connection, clock: Clock) -> None:
        await repository.mark_sent(connection, found.draft_id, work.submission_id)

    return [callback.answer(), Write(write), replace(callback, screen.text, screen.keyboard)]
