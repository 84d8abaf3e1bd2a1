"""From an update to its replies: aiogram's routers, fed one update at a time.

By our convention a handler returns its replies (`reply.py`) and calls nobody but other services.
"""

from functools import partial

from aiogram import Bot, Dispatcher
from aiogram.fsm.strategy import FSMStrategy
from aiogram.methods import AnswerCallbackQuery, SendMessage

from services.bot import texts as words
from services.bot.asking import NeighbourAway
from services.bot.auth import AuthAway, AuthClient
from services.bot.cards import dialog as cards
from services.bot.dialogs import cancel, language, link, login, other, start, timezone
from services.bot.dialogs import help as help_
from services.bot.dialogs.reply import Replies, Write, read_replies
from services.bot.dialogs.request_key import RequestKey
from services.bot.dialogs.standing import StandingDialogs
from services.bot.dialogs.steps import Step, Steps, states_of
from services.bot.feedback import dialog as feedback
from services.bot.group_chats import dialog as group_chats
from services.bot.language.service import texts_of
from services.bot.menus import service as menus
from services.bot.preferences import dialog as settings
from services.bot.school import SchoolClient
from services.bot.states.isolation import LeaseIsolation
from services.bot.states.storage import HeldStorage
from services.bot.sync import SyncClient
from services.bot.updates.reading import find, read, told_language
from services.bot.updates.repository import StoredUpdate
from services.bot.videos import dialog as videos
from services.bot.works import commenting, sending
from services.bot.works import dialog as works
from shared.clock import Clock
from shared.db import Database
from shared.people import Person

TOLD_AT = 2
"""The failure at which a person hears that we try again: the first repeat comes at once."""


STEPS: tuple[Step, ...] = (
    *feedback.STEPS,
    *timezone.STEPS,
    *commenting.STEPS,
    *sending.STEPS,
)
"""Every step of every dialogue; a test holds it equal to the states that handlers wait in."""


class Dialogs:
    """Feeds updates to the routers. It keeps nothing between them."""

    def __init__(
        self,
        bot: Bot,
        auth: AuthClient,
        school: SchoolClient,
        sync: SyncClient,
        *,
        database: Database,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._bot = bot
        self._groups = group_chats.GroupDialogs(bot, school, database=database, clock=clock)
        self._database = database
        self._storage = HeldStorage(database)
        steps: Steps = {step.state.state: step for step in STEPS}
        self._dispatcher = Dispatcher(
            storage=self._storage,
            events_isolation=LeaseIsolation(),
            # One dialogue a chat, which is what a lease is of.
            fsm_strategy=FSMStrategy.CHAT,
            auth=auth,
            school=school,
            sync=sync,
            database=database,
            clock=clock,
            public_url=public_url,
            steps=steps,
        )
        self._dispatcher.include_routers(
            start.create_router(),
            help_.create_router(),
            login.create_router(),
            language.create_router(),
            timezone.create_router(),
            cancel.create_router(),
            settings.create_router(),
            cards.create_router(),
            feedback.create_router(),
            link.create_router(),
            works.create_router(),
            commenting.create_router(),
            sending.create_router(),
            videos.create_router(),
            group_chats.create_router(),
            other.create_router(),
        )
        self.states = states_of(self._dispatcher)
        self._dispatcher.update.outer_middleware(StandingDialogs(self.states, steps))

    async def answer(self, update: StoredUpdate, person: Person | None) -> Replies:
        """What to reply: little outside private chats, and nothing to what no router wants.

        Where dialogues stand now is the last of it: written down when the replies are.
        """
        if update.chat_id < 0:
            return await self._groups.answer(update)
        if update.chat_id == 0:
            return []
        parsed = read(update, self._bot)
        if parsed is None:
            return []
        with self._storage.hold() as held:
            told = await self._dispatcher.feed_update(
                self._bot,
                parsed,
                held=held,
                person=person,
                texts=await texts_of(
                    self._database, update.chat_id, person, told=told_language(update)
                ),
                request_key=RequestKey(update.update_id),
            )
        saved = [Write(held.save)] if held.written else []
        menu = Write(partial(menus.refresh, chat_id=update.chat_id))
        return [*read_replies(told), *saved, menu]

    def apologise(
        self, update: StoredUpdate, person: Person | None, error: Exception, *, is_last: bool
    ) -> Replies:
        """Say once that we try again, and at the end that it did not work."""
        is_away = isinstance(error, AuthAway | NeighbourAway)
        is_told = is_away and update.attempts + 1 == TOLD_AT
        is_heard = update.chat_id > 0 or (update.chat_id < 0 and group_chats.is_ours(update))
        if not is_heard or not (is_last or is_told):
            return []
        locale = person.locale if person else told_language(update)
        texts = words.catalogue().of(locale) if person else words.texts_for(locale)
        text = words.given_up(texts) if is_last else words.auth_away(texts)
        replies: Replies = [SendMessage(chat_id=update.chat_id, text=text)]
        query = find(update, "callback_query", "id")
        if isinstance(query, str):
            replies.insert(0, AnswerCallbackQuery(callback_query_id=query))
        return replies
