"""The command line, as an operator uses it."""

import json
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import SendMessage

from parta.postgres import EmbeddedPostgres
from services.bot.outgoing import repository as outgoing
from services.bot.sending import repository as sending
from shared import outbox, parked
from shared.clock import Clock
from shared.context import caused_by
from shared.message import Message
from tests.school.works import works
from tests.support import processes
from tests.support.waiting import apart

GOOD = {
    "SECRET_KEY": "secret-key-of-the-tests",
    "SERVICE_SECRET": "service-secret-of-the-tests",
    "VAULT_KEYS": "k1:" + "A" * 43 + "=",
    "RABBITMQ_URL": "amqp://localhost:1/",
}


def parta(*arguments: str, database_url: str = "", **variables: str) -> tuple[int, str, str]:
    """Exit status, what was printed, what was complained of."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **GOOD, **variables}
    if database_url:
        environment["DATABASE_URL"] = database_url
    return processes.parta(
        list(arguments), {name: value for name, value in environment.items() if value}
    )


def answer(*arguments: str, database_url: str) -> Any:
    """What a command says in JSON."""
    status, printed, complaint = parta(*arguments, "--json", database_url=database_url)
    assert status == 0, complaint
    return json.loads(printed)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("DATABASE_URL", "mysql://x", "DATABASE_URL: must start with postgresql://"),
        ("DATABASE_URL", "", "DATABASE_URL: is not set"),
        ("RABBITMQ_URL", "http://x", "RABBITMQ_URL: must start with amqp:// or amqps://"),
        ("RABBITMQ_URL", "", "RABBITMQ_URL: is not set"),
        ("PUBLIC_URL", "ftp://x", "PUBLIC_URL: must be an address"),
        ("PARK_LADDER", "soon", "PARK_LADDER: must be seconds with commas"),
        ("VAULT_KEYS", "secret-value", "VAULT_KEYS: must be kid:base64"),
        ("SECRET_KEY", "short", "SECRET_KEY: must have at least 16 characters"),
        ("PUBLIC_URL", "http://localhost/x", "PUBLIC_URL: must be an address without a path"),
        ("PARTA_PORT", "http", "PARTA_PORT: must be a port"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(
    name: str, value: str, complaint: str
) -> None:
    told = {"DATABASE_URL": "postgresql://localhost/none", name: value}
    status, printed, complaints = parta("run", "auth", **told)
    assert status == 2
    assert printed == ""
    assert complaints.count("\n") == 1
    assert complaints.startswith(f"parta: {complaint}")
    assert "secret-value" not in complaints


def test_a_secret_may_lie_in_a_file_and_a_missing_file_is_named() -> None:
    status, _, complaint = parta(
        "run", "auth", SECRET_KEY="", SECRET_KEY_FILE="/nonexistent/key", DATABASE_URL="x"
    )
    assert status == 2
    assert "SECRET_KEY_FILE: /nonexistent/key cannot be read" in complaint


def test_where_there_is_no_parta_a_command_says_so_in_one_line_and_makes_none(
    tmp_path: Path, postgres: EmbeddedPostgres
) -> None:
    status, _, complaint = parta("parked", "list", PARTA_DATA=str(tmp_path / "none"))
    assert status == 2
    assert complaint.startswith("parta: PARTA_DATA: there is no Parta in ")
    assert not (tmp_path / "none").exists()
    status, _, complaint = parta("parked", "list", database_url=postgres.url("template1"))
    assert status == 1
    assert complaint.count("\n") == 1


def test_a_database_that_does_not_answer_is_told_in_one_line() -> None:
    status, _, complaint = parta("parked", "list", database_url="postgresql://a:b@127.0.0.1:9/x")
    assert status == 1
    assert complaint.count("\n") == 1


def test_misuse_is_status_2() -> None:
    assert parta("no-such-command")[0] == 2
    assert parta("parked", "show", "school", "first")[0] == 2
    assert parta("events", "resend", "--service", "bot", "--since", "yesterday")[0] == 2


def test_a_dead_message_is_listed_shown_retried_and_dropped(database_url: str) -> None:
    apart(_park(database_url))
    (listed,) = answer("parked", "list", database_url=database_url)
    assert (listed["service"], listed["source"]) == ("school", "event")
    assert listed["state"] == "dead"
    assert listed["error"] == "message_id is not a UUID"
    number = str(listed["id"])
    shown = answer("parked", "show", "school", number, database_url=database_url)
    assert shown["body"] == "not \\xff readable"
    assert answer("parked", "retry", "school", number, database_url=database_url)
    assert answer("parked", "drop", "school", number, database_url=database_url)
    assert answer("parked", "list", database_url=database_url) == []
    status, _, complaint = parta("parked", "drop", "school", number, database_url=database_url)
    assert status == 1
    assert complaint == f"parta: school has no parked message {number}\n"


def test_a_message_that_telegram_refused_is_listed_shown_retried_and_dropped(
    database_url: str,
) -> None:
    number = str(apart(_refuse(database_url)))
    (listed,) = answer("parked", "list", "--service", "bot", database_url=database_url)
    assert (listed["source"], listed["id"], listed["state"]) == ("message", int(number), "dead")
    assert (listed["type"], listed["key"], listed["attempts"]) == ("sendMessage", "7", 1)
    assert listed["error"] == "TelegramBadRequest: can't parse entities"
    _, printed, _ = parta("parked", "list", database_url=database_url)
    assert "bot    message" in printed
    which = ("bot", number, "--message")
    shown = answer("parked", "show", *which, database_url=database_url)
    assert shown["body"]["text"] == "<b>broken"
    assert parta("parked", "show", "bot", number, database_url=database_url)[0] == 1
    assert answer("parked", "retry", *which, database_url=database_url)
    assert answer("parked", "list", database_url=database_url) == []
    status, _, complaint = parta("parked", "drop", *which, database_url=database_url)
    assert (status, complaint) == (1, f"parta: bot has no refused message {number}\n")
    number = str(apart(_refuse(database_url)))
    assert answer("parked", "drop", "bot", number, "--message", database_url=database_url)
    assert parta("parked", "show", "school", number, "--message", database_url=database_url)[0] == 1


async def _refuse(database_url: str) -> int:
    async with _database(database_url, "bot") as database, database.transaction() as connection:
        message_id = await outgoing.enqueue(
            connection,
            SendMessage(chat_id=7, text="<b>broken"),
            chat_id=7,
            person_id=None,
            lane=outgoing.NOTICE,
            now=Clock().now(),
        )
        await connection.execute("UPDATE outgoing SET attempts = 1, begun_at = now()")
        error = "TelegramBadRequest: can't parse entities"
        await sending.mark_failed(connection, message_id, error=error, now=Clock().now())
        return message_id


async def _park(database_url: str) -> None:
    async with _database(database_url, "school") as database, database.transaction() as connection:
        await parked.park(
            connection,
            Message("x", "sync.review.found.v1", b"not \xff readable", "cause"),
            key="",
            error="message_id is not a UUID",
            attempts=0,
            next_try_at=None,
            now=Clock().now(),
        )


def _database(database_url: str, service: str) -> Any:
    from parta.operating import opened

    return opened(database_url, service)


def test_a_trace_follows_a_cause_through_the_services(database_url: str) -> None:
    apart(_send_work(database_url))
    steps = answer("trace", "a-cause", database_url=database_url)
    assert [(step["service"], step["step"]) for step in steps] == [("school", "recorded")]
    status, _, complaint = parta("trace", "another", database_url=database_url)
    assert status == 1
    assert complaint == "parta: no service knows another\n"


async def _send_work(database_url: str) -> None:
    async with works(database_url) as school:
        with caused_by("a-cause"):
            await school.send()


def test_events_are_offered_again_to_the_service_named(database_url: str) -> None:
    apart(_send_work(database_url))
    apart(_mark_all_sent(database_url))
    resent = answer(
        "events", "resend", "--service", "bot", "--since", "1h", database_url=database_url
    )
    assert resent == {"resent": 1}
    assert apart(_count_unsent(database_url)) == 1
    none = answer(
        "events", "resend", "--service", "mail", "--since", "1h", database_url=database_url
    )
    assert none == {"resent": 0}


async def _mark_all_sent(database_url: str) -> None:
    async with _database(database_url, "school") as database, database.transaction() as connection:
        await outbox.mark_sent(connection, await outbox.list_unsent(connection, 10))


async def _count_unsent(database_url: str) -> int:
    async with _database(database_url, "school") as database, database.transaction() as connection:
        return len(await outbox.list_unsent(connection, 10))


def test_a_person_is_made_with_a_door_gets_and_loses_a_role_and_is_told_of_again(
    database_url: str,
) -> None:
    made = answer(
        *("person", "create", "--email", "head@example.org", "--role", "administrator"),
        database_url=database_url,
    )
    assert made["door"].startswith("http://localhost:8080/login/door/")
    assert answer("person", "grant", "head@example.org", "curator", database_url=database_url)
    taken = answer("person", "take", "head@example.org", "curator", database_url=database_url)
    assert taken == {"taken": "curator"}
    status, _, complaint = parta(
        *("person", "take", "head@example.org", "administrator"), database_url=database_url
    )
    assert status == 1
    assert complaint == "parta: This is the last administrator. Make another one first.\n"
    assert answer("person", "republish", database_url=database_url) == {"republished": 1}
    again, _, complaint = parta(
        *("person", "create", "--email", "Head@example.org", "--role", "curator"),
        database_url=database_url,
    )
    assert again == 1
    assert complaint.count("\n") == 1
    assert parta("person", "grant", "nobody@example.org", "curator", database_url=database_url)[0]


def test_the_doctor_says_what_is_off_and_what_is_wrong(database_url: str) -> None:
    findings = answer("doctor", database_url=database_url)
    states = {finding["what"]: finding["state"] for finding in findings}
    assert states["the bot"] == "off"
    assert states["school"] == "ok"
    apart(_park(database_url))
    status, printed, _ = parta("doctor", database_url=database_url)
    assert status == 1
    assert "wrong  school: parked 0, dead 1" in printed


def test_secrets_for_compose_are_whole_and_each_time_new() -> None:
    first, second = (json.loads(parta("secrets", "--json")[1]) for _ in range(2))
    assert set(first) == set(second)
    assert all(first[name] != second[name] for name in first)
