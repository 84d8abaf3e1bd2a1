"""/works: a person's works, each with what may be done; and the same deeds on cards."""

from dataclasses import dataclass
from uuid import UUID

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Message

from services.bot import texts as bot_words
from services.bot.asking import Asker
from services.bot.cards import repository as cards
from services.bot.cards.pressed import find_told, own_buttons, set_buttons
from services.bot.dialogs.press import Screen, is_theirs, replace
from services.bot.dialogs.reply import Replies
from services.bot.dialogs.request_key import RequestKey
from services.bot.dialogs.start import invite
from services.bot.errors import WorkMoved
from services.bot.school import Decision, SchoolClient, SchoolRefused, Work
from services.bot.texts import shown
from services.bot.works import commenting, screens, sending, service
from services.bot.works import sending_texts as sending_words
from services.bot.works import texts as words
from services.bot.works.buttons import Target, Which, WorkPress, WorksPress, read_target
from shared.db import Database
from shared.people import Person
from shared.texts import Texts


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press on a button of a work, read. `card_id`: the card that it stands on, if on one."""

    callback: CallbackQuery
    press: WorkPress
    target: Target
    person: Person
    texts: Texts
    database: Database

    @property
    def asker(self) -> Asker:
        """In whose name school is asked."""
        return Asker(self.person.person_id, self.texts.locale)

    @property
    def card_id(self) -> int | None:
        """Its text is the card's own: only its buttons may change."""
        return screens.read_card(self.press.back)

    def show(self, work: Work, *, above: str = "") -> Replies:
        """The work in the place of the message."""
        screen = screens.shown(work, self.person, self.texts, back=self.press.back, above=above)
        return self.put(screen)

    def put(self, screen: Screen) -> Replies:
        """A screen in the place of the message."""
        return [replace(self.callback, screen.text, screen.keyboard)]

    def say(self, text: str) -> SendMessage:
        """A message of its own below."""
        return SendMessage(chat_id=self.callback.from_user.id, text=text)


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="works")
    router.message.register(show, Command("works"))
    router.callback_query.register(turn, WorksPress.filter())
    router.callback_query.register(press, WorkPress.filter())
    return router


async def show(
    message: Message, person: Person | None, texts: Texts, school: SchoolClient, public_url: str
) -> SendMessage:
    """What waits for their review, or, where nothing does, their own works."""
    if person is None:
        return invite(message, words.stranger(texts), texts, public_url)
    try:
        works = await school.list_works(Asker(person.person_id, texts.locale))
    except SchoolRefused as refusal:
        return message.answer(shown(words.refused(texts, refusal), words.LONGEST_REFUSAL))
    which: Which = "review" if works.to_review_total else "own"
    screen = screens.listed(works, which, 0, texts, _page_of(which, public_url))
    return message.answer(screen.text, reply_markup=screen.keyboard)


async def turn(
    callback: CallbackQuery,
    callback_data: WorksPress,
    person: Person | None,
    texts: Texts,
    school: SchoolClient,
    public_url: str,
) -> Replies:
    """Another page, or the other list."""
    if person is None or not is_theirs(callback):
        return [callback.answer(bot_words.button_unknown(texts, is_known=person is not None))]
    try:
        works = await school.list_works(Asker(person.person_id, texts.locale))
    except SchoolRefused as refusal:
        return [_alert(callback, words.refused(texts, refusal))]
    which = callback_data.which
    page_url = _page_of(which, public_url)
    screen = screens.listed(works, which, callback_data.page, texts, page_url)
    return [callback.answer(), replace(callback, screen.text, screen.keyboard)]


def _page_of(which: Which, public_url: str) -> str:
    return f"{public_url}/school" + ("/review?status=review" if which == "review" else "")


async def press(
    callback: CallbackQuery,
    callback_data: WorkPress,
    person: Person | None,
    texts: Texts,
    school: SchoolClient,
    request_key: RequestKey,
    database: Database,
    state: FSMContext,
) -> Replies:
    """Show a work, ask about a deed, or do it; whatever it comes to, the presser hears how the
    work stands."""
    target = read_target(callback_data.at)
    if person is None or target is None or not is_theirs(callback):
        return [callback.answer(bot_words.button_unknown(texts, is_known=person is not None))]
    pressed = Pressed(callback, callback_data, target, person, texts, database)
    try:
        return await _answer(pressed, school, request_key, state)
    except WorkMoved as moved:
        text = words.moved(texts, moved.work)
        if pressed.card_id is not None:
            return [_alert(callback, text), *await _buttons(pressed, has_deeds=False)]
        return [callback.answer(), *pressed.show(moved.work, above=text)]
    except SchoolRefused as refusal:
        return await _refuse(pressed, school, refusal)


async def _answer(
    pressed: Pressed, school: SchoolClient, request_key: RequestKey, state: FSMContext
) -> Replies:
    """What the press comes to.

    Raises:
        WorkMoved, SchoolRefused, SchoolAway: it does not come to that.
    """
    do, submission_id = pressed.press.do, pressed.target.submission_id
    if do in ("take_yes", "ok_yes", "fix_yes") and submission_id is not None:
        return await _do(pressed, submission_id, school, request_key)
    work = await service.find(school, pressed.asker, pressed.target)
    if work is None:
        return [_alert(pressed.callback, words.out_of_date(pressed.texts))]
    match do:
        case "open":
            return [pressed.callback.answer(), *pressed.show(work)]
        case "link":
            await sending.begin(state, work)
            return [
                pressed.callback.answer(),
                pressed.say(sending_words.ask_link(pressed.texts, work.title)),
            ]
        case "again":
            sent = await sending.send_again(school, pressed.asker, work, request_key())
            above = words.sent(pressed.texts, sent)
            return [pressed.callback.answer(), *pressed.show(sent, above=above)]
    if work.version != pressed.press.seen:
        raise WorkMoved(work)
    if do in ("ok_say", "fix_say"):
        return await _ask_comment(pressed, work, state)
    question = screens.asked(do, work, pressed.texts, pressed.press.back)
    if pressed.card_id is not None:
        return [pressed.callback.answer(), *set_buttons(pressed.callback, question.keyboard)]
    return [pressed.callback.answer(), *pressed.put(question)]


async def _do(
    pressed: Pressed, submission_id: UUID, school: SchoolClient, request_key: RequestKey
) -> Replies:
    """A deed whose question was answered with yes. A card is changed by the news of it."""
    asker, texts = pressed.asker, pressed.texts
    if pressed.press.do == "take_yes":
        work = await service.take_back(
            school, asker, submission_id, seen=pressed.press.seen, key=request_key()
        )
        told = words.taken_back(texts)
    else:
        decision: Decision = "approved" if pressed.press.do == "ok_yes" else "correction"
        work = await service.decide(
            school, asker, submission_id, decision, seen=pressed.press.seen, key=request_key()
        )
        told = words.decided(texts, work)
    if pressed.card_id is not None:
        return [pressed.callback.answer(told), *await _old_buttons(pressed)]
    return [pressed.callback.answer(told), *pressed.show(work)]


async def _ask_comment(pressed: Pressed, work: Work, state: FSMContext) -> Replies:
    decision: Decision = "approved" if pressed.press.do == "ok_say" else "correction"
    await commenting.begin(state, work, decision)
    longest = service.LONGEST_COMMENT
    ask = pressed.say(words.ask_comment(pressed.texts, work.title, decision, longest))
    before = await _buttons(pressed) if pressed.card_id is not None else pressed.show(work)
    return [pressed.callback.answer(), *before, ask]


async def _refuse(pressed: Pressed, school: SchoolClient, refusal: SchoolRefused) -> Replies:
    """school's own words, and the work as it stands."""
    text = words.refused(pressed.texts, refusal)
    if pressed.card_id is not None:
        return [_alert(pressed.callback, text), *await _buttons(pressed)]
    try:
        work = await service.find(school, pressed.asker, pressed.target)
    except SchoolRefused:
        work = None
    if work is None:
        return [_alert(pressed.callback, text)]
    above = shown(text, words.LONGEST_REFUSAL)
    return [pressed.callback.answer(), *pressed.show(work, above=above)]


async def _old_buttons(pressed: Pressed) -> Replies:
    """A message in which its card no longer lives gets no news: it loses its deeds at once."""
    async with pressed.database.acquire() as connection:
        card = await cards.find(connection, pressed.card_id or 0)
    message = pressed.callback.message
    if card is None or message is None or card.message_id == message.message_id:
        return []
    return await _buttons(pressed, has_deeds=False)


async def _buttons(pressed: Pressed, *, has_deeds: bool = True) -> Replies:
    """The card's own buttons in the place of a question's."""
    async with pressed.database.acquire() as connection:
        card = await cards.find(connection, pressed.card_id or 0)
        if card is None or card.person_id != pressed.person.person_id:
            return []
        told = await find_told(connection, pressed.callback, card)
    return [*own_buttons(pressed.callback, card, told, pressed.texts, has_deeds=has_deeds)]


def _alert(callback: CallbackQuery, text: str) -> AnswerCallbackQuery:
    return callback.answer(words.in_passing(text), show_alert=True)
