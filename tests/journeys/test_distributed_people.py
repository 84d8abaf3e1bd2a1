"""People over RabbitMQ and HTTP between processes: auth tells of them, the bot asks for a door."""

import re

import httpx
import pytest

from parta.operating import opened
from services.auth import commands
from tests.support.system import person, person_id, system
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(120)


async def test_login_in_the_chat_opens_a_door_that_signs_in_once(
    database_url: str, vhost_url: str
) -> None:
    async with system(database_url=database_url, rabbitmq_url=vhost_url) as place:
        student = person("student2")
        async with opened(database_url, "auth") as database:
            await commands.seed_person(
                database,
                person_id=person_id(student.key),
                name=student.name,
                roles=student.roles,
                locale="en",
                telegram_id=student.chat_id,
                github_id=student.github_id,
                github_login=student.github_login,
                email=student.email,
            )

        async def is_known_everywhere() -> bool:
            rows = await place.fetch(
                " UNION ALL ".join(
                    f"SELECT 1 FROM {service}.people WHERE telegram_id = $1"
                    for service in ("sync", "mail", "school", "bot")
                ),
                student.chat_id,
            )
            return len(rows) == 4

        await eventually(is_known_everywhere, 20)
        async with httpx.AsyncClient(base_url=place.sandbox.url, timeout=15) as world:
            await world.post("/telegram/say", json={"chat_id": student.chat_id, "text": "/login"})

        async def door() -> str:
            text = "\n".join(message["text"] for message in await place.chat(student.key))
            found = re.search(r"/login/door/[A-Za-z0-9_-]+", text)
            return found[0] if found else ""

        path = await eventually(door, 20)
        address = place.processes["auth"].url
        origin = place.processes["auth"].environment["PUBLIC_URL"]
        async with httpx.AsyncClient(base_url=address, timeout=15) as browser:
            first = await browser.post(path, headers={"Origin": origin})
            assert first.status_code == 303, first.text
            checked = await browser.get("/internal/check", headers={"X-Parta-Audience": "school"})
            assert checked.headers["X-Parta-Identity"]
        async with httpx.AsyncClient(base_url=address, timeout=15) as another:
            again = await another.post(path, headers={"Origin": origin})
            assert again.status_code == 410, again.text

        # school takes auth's word over HTTP, with the keys that it asked auth for.
        async with httpx.AsyncClient(base_url=place.processes["school"].url) as school:
            works = await school.get(
                "/school/submissions",
                headers={"X-Parta-Identity": checked.headers["X-Parta-Identity"]},
            )
            assert works.status_code == 200
            assert works.json() == {"own": [], "to_review": []}


async def test_a_mailbox_that_is_refused_is_told_in_the_chat_once(
    database_url: str, vhost_url: str
) -> None:
    async with system(database_url=database_url, rabbitmq_url=vhost_url) as place:
        student = person("student2")
        async with opened(database_url, "auth") as database:
            await commands.seed_person(
                database,
                person_id=person_id(student.key),
                name=student.name,
                roles=student.roles,
                locale="en",
                telegram_id=student.chat_id,
            )
        mail, auth = place.processes["mail"], place.processes["auth"]
        async with httpx.AsyncClient(base_url=auth.url, timeout=15) as asked:
            given = await asked.post(
                "/internal/token",
                json={"audience": "auth"},
                auth=("mail", mail.environment["SERVICE_SECRET"]),
            )
            asked.headers["X-Parta-Identity"] = given.json()["token"]
            told = {"person_id": str(person_id(student.key))}
            box = {"host": "imap.example.org", "user": "s@example.org", "password": "a secret"}
            kept = await asked.post("/internal/vault/mailboxes", json={**told, **box})
            assert kept.status_code == 200, kept.text
            wanted = {**told, **kept.json()}
            opened_box = await asked.post("/internal/vault/mailboxes/open", json=wanted)
            assert opened_box.json() == {"password": "a secret"}
            for ended in (True, False):
                answer = await asked.post("/internal/vault/mailboxes/refused", json=wanted)
                assert answer.json() == {"ended": ended}

        async def notices() -> list[str]:
            found = [
                message["text"]
                for message in await place.chat(student.key)
                if "can no longer read this mailbox" in message["text"]
            ]
            assert found
            return found

        assert len(await eventually(notices, 20)) == 1
        rows = await place.fetch("SELECT 1 FROM bot.notices WHERE rule LIKE 'right%'")
        assert len(rows) == 1
