"""Every kind of update that Telegram knows, built minimal and maximal from its own schema, and much
that it does not know: nothing raises, nothing is set aside, and the chat goes on."""

import random
import re
from typing import Any, get_args
from uuid import UUID

import pytest

from services.bot.cards.composing import CardPress
from services.bot.dialogs.language import LanguagePress
from services.bot.dialogs.link import LinkAnswer
from services.bot.dialogs.timezone import ZonePress
from services.bot.group_chats.dialog import PlacePress
from services.bot.preferences.screens import SettingsPress
from services.bot.updates.repository import chat_of
from services.bot.videos.buttons import ProgressPress, VideosPress
from services.bot.works.buttons import DraftPress, Target, WorkPress, WorksPress
from tests.bot.playing import (
    CODE,
    CURATOR_ID,
    SECOND,
    STUDENT,
    STUDENT_ID,
    Play,
    curator,
    message_update,
    person,
    press_update,
)
from tests.bot.schema import SCHEMA, Builder, read_types
from tests.bot.schooling import WORK_ID, work
from tests.support.waiting import eventually, running

pytestmark = pytest.mark.usefixtures("quick_chats")

needs_schema = pytest.mark.skipif(
    not SCHEMA.exists(), reason="needs PARTA_MATERIAL, a folder with telegram/bot-api-schema.json"
)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred answers to one chat, one after another: the limit on those is tested elsewhere."""
    monkeypatch.setattr("services.bot.updates.worker.MOST_WAITING", 10_000)


@pytest.fixture(scope="module")
def types() -> dict[str, Any]:
    return read_types()


async def is_done(play: Play, *raw: dict[str, Any], timeout: float = 30) -> list[str]:
    """Have the updates worked off, with no failure; gives what was said, chat by chat in order."""
    await play.insert(*raw)

    async def all_done() -> bool:
        query = "SELECT update_id, error, attempts FROM updates WHERE handled_at IS NULL"
        rows = await play.rows(query)
        failed = [dict(row) for row in rows if row["attempts"]]
        assert not failed, failed
        return not rows

    async with running(play.service.loops["updates"]()):
        await eventually(all_done, timeout)
    assert await play.value("SELECT max(attempts) FROM updates") == 0
    said = "SELECT payload ->> 'text' FROM outgoing WHERE method = 'sendMessage' ORDER BY id"
    return [row[0] for row in await play.rows(said)]


def in_own_chat(event: dict[str, Any], number: int) -> dict[str, Any]:
    """The event, with a private chat and a person of its own."""
    if isinstance(event.get("chat"), dict):
        event["chat"] = {"id": 1000 + number, "type": "private"}
    if isinstance(event.get("message"), dict) and "chat" in event["message"]:
        event["message"]["chat"] = {"id": 1000 + number, "type": "private"}
    for who in ("from", "user"):
        if isinstance(event.get(who), dict):
            event[who]["id"] = 1000 + number
    return event


# What each kind is built of: the least, all fields, all fields of its fields.
BUILDS = [(0, 0), (1, 0), *((3, choice) for choice in range(6))]


@needs_schema
@pytest.mark.parametrize(("deep", "choice"), BUILDS)
async def test_every_kind_of_update_is_done_with(
    idle: Play, types: dict[str, Any], deep: int, choice: int
) -> None:
    kinds = [field for field in types["Update"]["annotations"] if not field["required"]]
    assert len(kinds) > 20
    builder = Builder(types, deep, choice)
    raw = [
        {"update_id": number, kind["name"]: in_own_chat(builder.build(kind["type"]), number)}
        for number, kind in enumerate(kinds, 1)
    ]
    # An event whose person Telegram does not name has chat 0: there is nobody to go on with.
    chats = sorted({chat_of(update) for update in raw if chat_of(update) > 0})
    after = [message_update(500 + n, "/help", chat_id=chat) for n, chat in enumerate(chats)]
    said = await is_done(idle, *raw, *after)
    assert len(said) >= len(chats) > 10


@needs_schema
@pytest.mark.parametrize("deep", [0, 2])
async def test_every_kind_of_message_is_answered(
    idle: Play, types: dict[str, Any], deep: int
) -> None:
    """Stickers, places, invoices: a person who sends any of them hears what to do next."""
    fields = [field for field in types["Message"]["annotations"] if not field["required"]]
    assert len(fields) > 50
    raw = []
    for number, field in enumerate(fields, 1):
        chat = {"id": 2000 + number, "type": "private"}
        message = {"message_id": 1, "date": 1_780_000_000, "chat": chat}
        message[field["name"]] = Builder(types, deep).build(field["type"])
        raw.append({"update_id": number, "message": message})
    await is_done(idle, *raw)
    answered = "SELECT count(DISTINCT chat_id) FROM outgoing WHERE method = 'sendMessage'"
    assert await idle.value(answered) == len(fields)


@needs_schema
@pytest.mark.parametrize("choice", range(3))
async def test_a_message_of_everything_at_once_is_answered_in_a_dialogue_too(
    idle: Play, types: dict[str, Any], choice: int
) -> None:
    await idle.know(person())
    message = Builder(types, 3, choice).build("Message")
    message["chat"] = {"id": STUDENT, "type": "private"}
    without_text = {name: value for name, value in message.items() if name != "text"}
    said = await is_done(
        idle,
        {"update_id": 1, "message": message},
        message_update(2, "/feedback"),
        {"update_id": 3, "message": without_text},
        message_update(4, "/cancel"),
    )
    assert said[-3].startswith("You are writing to the administrators")
    assert said[-2].startswith("I am waiting for the topic")
    assert said[-1].startswith("Nothing was sent")


def sent(text: str | None = "hello", **changes: Any) -> dict[str, Any]:
    """A message; what is None is left out."""
    message = {**message_update(1, text or "")["message"], "text": text, **changes}
    return {"update_id": 1, "message": {k: v for k, v in message.items() if v is not None}}


def pressed(data: str | None, **changes: Any) -> dict[str, Any]:
    """A press; what is None is left out."""
    query = {**press_update(1, 5, "")["callback_query"], "data": data, **changes}
    return {"update_id": 1, "callback_query": {k: v for k, v in query.items() if v is not None}}


BOT = {"id": 5, "is_bot": True, "first_name": "B"}
ANONYMOUS_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
GROUP = {"id": -1007000000001, "type": "supergroup", "title": "Group"}
CHANNEL = {"id": -1007000000002, "type": "channel", "title": "Channel"}
POST = {"message_id": 1, "date": 1, "chat": CHANNEL, "sender_chat": CHANNEL, "text": "/help"}
DELETED = {"message_id": 5, "date": 0, "chat": {"id": STUDENT, "type": "private"}}
ODD: dict[str, dict[str, Any]] = {
    "a kind that nobody knows": {"update_id": 1, "brand_new": {"from": {"id": STUDENT}, "of": []}},
    "a kind that is no object": {"update_id": 1, "brand_new": 7},
    "nothing but its id": {"update_id": 1},
    "fields that nobody knows": sent("/help", brand_new={"a": [1]}, **{"": "", "0": {}}),
    "without a sender": sent("/help", **{"from": None}),
    "without a sender, a code": sent(f"/start {CODE}", **{"from": None}),
    "without a sender, a dialogue": sent("/feedback", **{"from": None}),
    "without anything": sent(None, **{"from": None}),
    "an empty text": sent(""),
    "an anonymous administrator": sent(
        "/help", chat=GROUP, sender_chat=GROUP, **{"from": ANONYMOUS_ADMIN}
    ),
    "a channel that speaks in a group": sent(
        "/help", chat=GROUP, sender_chat=CHANNEL, **{"from": CHANNEL_BOT}
    ),
    "a channel that speaks in a private chat": sent(
        "/help", sender_chat=CHANNEL, **{"from": CHANNEL_BOT}
    ),
    "a channel's post": {"update_id": 1, "channel_post": POST},
    "another bot": sent("/help", **{"from": BOT}),
    "a date of long ago": sent(date=0),
    "nothing but commands": sent("/help" * 800),
    "data of 64 bytes": pressed("x" * 64),
    "data of 65 bytes": pressed("link:yes:" + "y" * 56),
    "data of 65 bytes that ends in a letter's middle": pressed("set:" + "я" * 30 + "x"),
    "a game instead of data": pressed(None, game_short_name="game"),
    "a link to a pull request": sent("https://github.com/a/b/pull/1"),
    "a link that leads nowhere": sent(
        "work", entities=[{"type": "text_link", "offset": 0, "length": 4, "url": "\ud83d"}]
    ),
    "a caption with a link": sent(None, caption="github.com/a/b/pull/1"),
    "the bot is made an administrator of a group": {
        "update_id": 1,
        "my_chat_member": {"chat": GROUP, "new_chat_member": {"status": "administrator"}},
    },
    "a group of no number": {
        "update_id": 1,
        "message": {"chat": GROUP, "message_id": 1, "migrate_to_chat_id": "x"},
    },
    "a press without its message": pressed("link:no:12345678", message=None, inline_message_id="1"),
    "a press on a deleted message": pressed("card:why:1", message=DELETED),
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("is_known", [True, False])
async def test_an_odd_update_does_no_harm_and_its_chat_goes_on(
    idle: Play, what: str, is_known: bool
) -> None:
    if is_known:
        await idle.know(person())
    said = await is_done(idle, ODD[what], message_update(2, "/cancel", chat_id=STUDENT))
    assert said[-1].startswith(("There is nothing to cancel", "Nothing was sent"))


BUTTONS = [
    LinkAnswer,
    CardPress,
    SettingsPress,
    LanguagePress,
    ZonePress,
    WorksPress,
    WorkPress,
    DraftPress,
    PlacePress,
    VideosPress,
    ProgressPress,
]
PARTS = (
    *(
        "yes",
        "no",
        "open",
        "pick",
        "page",
        "type",
        "menu",
        "back",
        "why",
        "mute",
        "unmute",
        "snooze",
    ),
    *("main", "mode", "quiet", "begin", "end", "hours", "loud", "digest", "at", "kinds", "kind"),
    *("works", "rights", "feedback", "now", "hourly", "never"),
    *("0", "1", "-1", "00", "1e9", "9" * 19, "9" * 40, "0x10", "NaN", "True", "None", "null"),
    *(
        "",
        " ",
        ":",
        "::",
        "%",
        "'",
        "' OR 1=1 --",
        "<b>",
        "&",
        "\0",
        "\n",
        "\u202e",
        "🙂",
        "я" * 20,
    ),
    *(
        "ru",
        "en",
        "xx",
        "Europe/Moscow",
        "../../etc",
        "Mars/Base",
        "23",
        "24",
        "25",
        "tomorrow",
        CODE,
    ),
    *(Target(WORK_ID).pack(), Target(None, WORK_ID, WORK_ID).pack(), "r", "o1", "c1"),
    *(str(CURATOR_ID), "1h", "1d", "{0}", "%s", "\ud83d"),
)


FITTING: dict[Any, tuple[str, ...]] = {
    int: ("0", "1", "2", "-1", "9" * 18, "9" * 19, "9" * 30),
    bool: ("0", "1"),
    UUID: (WORK_ID.hex, str(WORK_ID), "0" * 32, "x" * 32),
}


def forged(count: int) -> list[str]:
    """What a person may send in the place of what a button held: in a button's own shape as a rule,
    in part, and in none. The same in each run."""
    chance = random.Random(5)  # noqa: S311
    made: list[str] = []
    while len(made) < count:
        button = chance.choice(BUTTONS)
        parts = [
            chance.choice(get_args(field.annotation) or FITTING.get(field.annotation, PARTS))
            for field in button.model_fields.values()
        ]
        if chance.random() < 0.3:
            parts = chance.choices(PARTS, k=chance.randrange(6))
        prefix = chance.choice([button.__prefix__] * 9 + ["fb", "", "LINK"])
        data = ":".join([prefix, *map(str, parts)])
        while len(data.encode(errors="replace")) > 64:
            data = data[:-1]
        made.append(data)
    return made


@pytest.mark.parametrize(
    ("is_known", "by"), [(True, STUDENT), (False, STUDENT), (True, SECOND)], ids=str
)
async def test_forged_data_of_a_button_does_no_harm(idle: Play, is_known: bool, by: int) -> None:
    await idle.know(curator())
    if is_known:
        await idle.know(person())
    idle.auth.refuse("accept", 404, "unknown")
    idle.school.add(work())
    raw = [press_update(number, 5, data, by=by) for number, data in enumerate(forged(150), 1)]
    said = await is_done(idle, *raw, message_update(900, "/help"))
    assert "/" in said[-1]
    answers = "SELECT count(*) FROM outgoing WHERE method = 'answerCallbackQuery'"
    assert await idle.value(answers) == len(raw)
    changed = {row[0] for row in await idle.rows("SELECT person_id FROM preferences")}
    assert changed <= ({STUDENT_ID} if by == STUDENT else set())
    assert not [body for _, body, _ in idle.auth.asked if body.get("telegram_id") != STUDENT]
    assert by == STUDENT or idle.auth.asked == []
    assert {body["person_id"] for _, body, _ in idle.school.asked} <= {str(STUDENT_ID)}
    assert idle.school.asked == [] or (is_known and by == STUDENT)
    assert {asker for _, asker in idle.sync.asked} <= {str(STUDENT_ID)}
    assert idle.sync.asked == [] or (is_known and by == STUDENT)


def bad_payloads(count: int) -> list[str]:
    """What may follow /start: of each length around the limits, of each alphabet. The same
    in each run."""
    chance = random.Random(6)  # noqa: S311
    alphabets = ("abcXYZ019-_", "яЖ🙂", " \t\n", "<>&\"'", "/@#?=%", "\0\u200b\u202e", "-", "0")
    made = [
        CODE[:7],
        CODE + "\n",
        f"{CODE} {CODE}",
        f"/{CODE}",
        f"{CODE}@bot",
        CODE.replace("a", "а"),
    ]
    while len(made) < count:
        alphabet = chance.choice(alphabets) + chance.choice(alphabets)
        length = chance.choice((1, 7, 8, 52, 53, 64, 65, 512, 4000))
        made.append("".join(chance.choices(alphabet, k=length)))
    return made


async def test_a_bad_payload_of_start_does_no_harm(idle: Play) -> None:
    idle.auth.refuse("offer", 404, "unknown")
    payloads = bad_payloads(100)
    raw = [
        message_update(number, f"/start {payload}", chat_id=SECOND)
        for number, payload in enumerate(payloads, 1)
    ]
    said = await is_done(idle, *raw, message_update(900, "/help", chat_id=SECOND))
    assert len(said) >= len(payloads)
    for _, body, _ in idle.auth.asked:
        assert re.fullmatch(r"[A-Za-z0-9_-]{8,52}", body["code"])
    assert all("/me" in text for text in said)
