"""Menus of commands: which a chat is offered, in which language, and when Telegram hears of it."""

import pytest

from services.bot import texts as words
from services.bot.dialogs.menu import ENTRIES, commands_for, menu_calls
from services.bot.menus import service as menus
from shared.texts import LOCALES
from tests.bot.playing import CURATOR, SECOND, STUDENT, Play, curator, person
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("quick_chats")

STRANGERS = ["help", "language", "start"]
EVERYTHING = [
    "help",
    "works",
    "videos",
    "progress",
    "login",
    "settings",
    "why",
    "feedback",
    "language",
    "timezone",
    "cancel",
    "start",
]


async def menu_of(play: Play, chat_id: int) -> dict[str, str]:
    """What Telegram shows in this chat alone; empty where it has no menu of its own."""
    scope = {"type": "chat", "chat_id": chat_id}
    answer = await play.sandbox.call("getMyCommands", scope=scope)
    return {one["command"]: one["description"] for one in answer.json()["result"]}


async def told(play: Play, chat_id: int, commands: list[str], help_: str = "") -> None:
    """Telegram has come to show this menu there."""

    async def is_shown() -> bool:
        menu = await menu_of(play, chat_id)
        return list(menu) == commands and help_ in ("", menu.get("help"))

    await eventually(is_shown)


async def sets(play: Play, chat_id: int) -> list[str]:
    """The changes of this chat's menu that were asked for, oldest first."""
    rows = await play.rows(
        "SELECT method FROM outgoing"
        " WHERE chat_id = $1 AND method IN ('setMyCommands', 'deleteMyCommands') ORDER BY id",
        chat_id,
    )
    return [row["method"] for row in rows]


async def test_all_private_chats_have_a_menu_in_each_language_even_if_telegram_was_away(
    idle: Play,
) -> None:
    await idle.sandbox.post("/faults", system="telegram", status=502, method="setMyCommands")
    await idle.restart()

    async def are_set() -> bool:
        said = {"ru": "Что я умею", "en": "What I can do", "": "What I can do"}
        for language, first in said.items():
            answer = await idle.sandbox.call(
                "getMyCommands", scope={"type": "all_private_chats"}, language_code=language
            )
            menu = answer.json()["result"]
            assert [one["command"] for one in menu] == STRANGERS
            assert menu[0]["description"] == first
        return True

    await eventually(are_set)
    groups = await idle.sandbox.call("getMyCommands", scope={"type": "all_group_chats"})
    assert groups.json()["result"] == []


async def test_a_chat_gets_its_persons_menu_when_it_is_linked(play: Play) -> None:
    await play.say("/start")
    await play.told(1)
    await play.settled()
    assert await sets(play, STUDENT) == []
    await play.know(person(locale="en"))
    await told(play, STUDENT, EVERYTHING, "What I can do")


async def test_a_person_whose_chat_was_never_seen_has_no_menu(play: Play) -> None:
    await play.know(person())
    assert await sets(play, STUDENT) == []
    assert await play.value("SELECT count(*) FROM chats") == 0


async def test_who_writes_gets_the_menu_that_is_theirs_by_now(play: Play) -> None:
    await play.know(person(locale="ru"))
    await play.say("hello")
    await told(play, STUDENT, EVERYTHING, "Что я умею")
    await play.say("hello")
    await play.told(2)
    await play.settled()
    assert await sets(play, STUDENT) == ["setMyCommands"]


async def test_a_menu_follows_the_persons_language_and_roles(play: Play) -> None:
    await play.know(person(locale="en"))
    await play.say("hello")
    await told(play, STUDENT, EVERYTHING, "What I can do")
    await play.know(person(locale="ru", version=2))
    await told(play, STUDENT, EVERYTHING, "Что я умею")
    before = (await menu_of(play, STUDENT))["login"]
    await play.know(person(locale="ru", roles=("administrator",), version=3))

    async def is_an_administrators() -> bool:
        return (await menu_of(play, STUDENT))["login"] != before

    await eventually(is_an_administrators)


async def test_what_changes_no_word_of_a_menu_asks_telegram_nothing(play: Play) -> None:
    await play.know(person(locale="en"))
    await play.say("hello")
    await told(play, STUDENT, EVERYTHING)
    await play.know(person(locale="en", name="Other", version=2))
    await play.settled()
    assert await sets(play, STUDENT) == ["setMyCommands"]


async def test_a_late_and_older_fact_changes_no_menu(play: Play) -> None:
    await play.know(person(locale="en", version=5))
    await play.say("hello")
    await told(play, STUDENT, EVERYTHING, "What I can do")
    await play.know(person(locale="ru", version=4), person(telegram_id=None, version=3))
    await play.settled()
    assert await sets(play, STUDENT) == ["setMyCommands"]


async def test_an_unlinked_chat_has_the_menu_of_all_again(play: Play) -> None:
    await play.know(person())
    await play.say("hello")
    await told(play, STUDENT, EVERYTHING)
    await play.know(person(telegram_id=None, version=2))
    await told(play, STUDENT, [])
    assert await sets(play, STUDENT) == ["setMyCommands", "deleteMyCommands"]
    assert await play.value("SELECT menu FROM chats WHERE chat_id = $1", STUDENT) is None


async def test_of_two_chats_the_old_one_loses_what_the_new_one_gets(play: Play) -> None:
    await play.say("/start", SECOND)
    await play.know(person())
    await play.say("hello")
    await told(play, STUDENT, EVERYTHING)
    await play.know(person(telegram_id=SECOND, version=2))
    await told(play, SECOND, EVERYTHING)
    await told(play, STUDENT, [])


async def test_a_person_who_is_gone_leaves_no_menu(play: Play) -> None:
    await play.know(person())
    await play.say("hello")
    await told(play, STUDENT, EVERYTHING)
    await play.know(person(version=2, deleted=True))
    await told(play, STUDENT, [])


async def test_a_stranger_who_chose_a_language_has_the_menu_in_it(play: Play) -> None:
    await play.say("/language", SECOND)
    (message,) = await play.told(1, SECOND)
    await play.press(message, message["buttons"][0][0]["data"], SECOND)
    await told(play, SECOND, STRANGERS, "Что я умею")


async def test_a_menu_that_telegram_does_not_take_holds_up_no_answer(play: Play) -> None:
    await play.know(person())
    await play.sandbox.post(
        "/faults", system="telegram", status=502, method="setMyCommands", times=50
    )
    for number in range(2):
        await play.say("hello")
        await play.told(number + 1)


async def test_a_chat_that_shut_the_bot_out_is_given_no_menu(idle: Play) -> None:
    await idle.know(person())
    await idle.execute(
        "INSERT INTO chats (chat_id, unreachable_at, unreachable_reason) VALUES ($1, now(), 'x')",
        STUDENT,
    )
    await idle.know(person(locale="ru", version=2))
    assert await sets(idle, STUDENT) == []


async def test_a_menu_is_no_notice_that_unlinking_takes_back(idle: Play) -> None:
    await idle.execute("INSERT INTO chats (chat_id) VALUES ($1)", STUDENT)
    await idle.know(person())
    await idle.know(person(telegram_id=None, version=2))
    rows = await idle.rows(
        "SELECT method, person_id, failed_at FROM outgoing"
        " WHERE chat_id = $1 AND method <> 'sendMessage' ORDER BY id",
        STUDENT,
    )
    assert [row["method"] for row in rows] == ["setMyCommands", "deleteMyCommands"]
    assert all(row["person_id"] is None and row["failed_at"] is None for row in rows)


async def test_it_is_another_menu_when_one_word_in_it_is_another(
    idle: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    await idle.execute("INSERT INTO chats (chat_id) VALUES ($1)", STUDENT)
    await idle.know(person(locale="en"))
    await idle.execute("UPDATE chats SET menu = 'that of an older version'")
    async with idle.service.database.transaction() as connection:
        await menus.refresh(connection, idle.clock, chat_id=STUDENT)
    assert len(await sets(idle, STUDENT)) == 2


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("roles", [None, (), ("student",), ("curator", "administrator")])
def test_telegram_takes_every_menu(locale: str, roles: tuple[str, ...] | None) -> None:
    offered = commands_for(roles, words.catalogue().of(locale))
    assert list(offered) == (STRANGERS if roles is None else EVERYTHING)
    assert all(1 <= len(what) <= 60 for what in offered.values())
    assert len(set(offered.values())) == len(offered)


def test_the_menu_of_all_names_its_languages() -> None:
    assert [call.language_code for call in menu_calls()] == [None, "ru", "en"]


@pytest.mark.parametrize("command", [entry.command for entry in ENTRIES])
@pytest.mark.parametrize("known", [True, False], ids=["known", "stranger"])
async def test_every_command_of_a_menu_is_understood(play: Play, command: str, known: bool) -> None:
    """By strangers too: what is in no menu of theirs can still be written."""
    if known:
        await play.know(person(locale="en"))
    await play.say(f"/{command}", STUDENT if known else SECOND)
    (message,) = await play.told(1, STUDENT if known else SECOND)
    texts = words.catalogue().of("en")
    assert message["text"] not in (
        words.not_understood(texts, is_known=True),
        words.not_understood(texts, is_known=False),
        words.command_unknown(texts),
    )
    assert not message["text"].startswith(words.not_understood(texts, is_known=False))


async def test_help_lists_the_commands_of_the_menu(play: Play) -> None:
    await play.know(person(locale="en"), curator(locale="ru"))
    for chat_id in (STUDENT, CURATOR, SECOND):
        await play.say("/help", chat_id)
    for chat_id, commands in ((STUDENT, EVERYTHING), (CURATOR, EVERYTHING), (SECOND, STRANGERS)):
        (message,) = await play.told(1, chat_id)
        lines = [line for line in message["text"].splitlines() if line.startswith("/")]
        listed = [line.split()[0].removeprefix("/") for line in lines]
        assert listed == [one for one in commands if one != "help"]
