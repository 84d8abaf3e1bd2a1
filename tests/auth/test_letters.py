"""Letters: once, sealed while they wait, given up in the end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from services.auth.letters import texts
from services.auth.letters.client import MailClient, MailServer
from services.auth.letters.errors import NotTaken
from services.auth.worker import forget_what_is_over
from tests.auth.conftest import OpenDesk
from tests.auth.desk import Desk
from tests.auth.mailbox import EMAIL, Post

FROM = "parta@example.org"


async def record(desk: Desk, to: str = EMAIL, locale: str = "en") -> None:
    async with desk.auth.database.transaction() as connection:
        await desk.auth.letters.record(
            connection, texts.reset, to=to, locale=locale, path="/login/reset/token"
        )


async def send(desk: Desk) -> int:
    return await desk.auth.letters.send_one(desk.auth.database, desk.auth.clock)


async def row(desk: Desk) -> dict[str, Any]:
    async with desk.auth.database.acquire() as connection:
        return dict(await connection.fetchrow("SELECT * FROM letters"))  # type: ignore[arg-type]


async def test_a_letter_arrives_once_in_the_readers_language(post: Post) -> None:
    await record(post.desk, locale="ru")
    (letter,) = await post.letters()
    assert (letter["from"], letter["to"]) == (FROM, [EMAIL])
    assert letter["subject"] == "Парта: новый пароль"
    assert letter["links"] == ["http://localhost:8080/login/reset/token"]
    assert await send(post.desk) == 0
    assert len(await post.letters()) == 1


async def test_its_body_is_sealed_while_it_waits_and_gone_once_it_is_sent(post: Post) -> None:
    await record(post.desk)
    waiting = await row(post.desk)
    assert waiting["sealed"].startswith("v1:")
    assert "token" not in str(waiting)
    await send(post.desk)
    sent = await row(post.desk)
    assert (sent["sealed"], sent["failed_at"], sent["error"]) == (None, None, None)
    assert sent["sent_at"] is not None


async def test_a_letter_of_a_transaction_that_failed_is_none(post: Post) -> None:
    with pytest.raises(RuntimeError):
        await _record_and_fail(post.desk)
    assert await post.letters() == []


async def _record_and_fail(desk: Desk) -> None:
    async with desk.auth.database.transaction() as connection:
        await desk.auth.letters.record(connection, texts.reset, to=EMAIL, locale="en")
        raise RuntimeError


async def test_a_body_opens_only_in_its_own_row(post: Post) -> None:
    await record(post.desk, "a@example.org")
    await record(post.desk, "b@example.org")
    await post.desk.run(
        "UPDATE letters SET sealed = (SELECT sealed FROM letters WHERE recipient = 'a@example.org')"
    )
    assert [letter["to"] for letter in await post.letters()] == [["a@example.org"]]
    assert (
        await post.desk.value("SELECT error FROM letters WHERE failed_at > now() - interval '1h'")
        == "CannotOpen"
    )


async def test_of_two_replicas_one_sends(post: Post, open_desk: OpenDesk) -> None:
    settings = post.desk.auth.settings
    other = await open_desk(
        smtp_url=settings.smtp_url, mail_from=FROM, vault_keys=settings.vault_keys
    )
    for number in range(6):
        await record(post.desk, f"{number}@example.org")
    await asyncio.gather(*(send(desk) for desk in (post.desk, other) * 5))
    arrived = sorted(letter["to"][0] for letter in await post.letters())
    assert arrived == [f"{number}@example.org" for number in range(6)]


class Says:
    """A mail server's handler that answers as it is told."""

    def __init__(self, *, rcpt: str = "250 OK", data: str | None = "250 OK") -> None:
        self.rcpt, self.data = rcpt, data
        self.came: list[bytes] = []
        self.server: SMTP | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        self.came.append(envelope.content)
        if self.data is None:
            server.transport.abort()
            return "250 too late"
        return self.data


@asynccontextmanager
async def mail_server(says: Says, **how: Any) -> AsyncIterator[str]:
    """A mail server with that handler; gives its SMTP_URL."""
    loop = asyncio.get_running_loop()
    made: list[SMTP] = []

    def serve() -> SMTP:
        made.append(SMTP(says, loop=loop, hostname="test", **how))
        return made[-1]

    server = await loop.create_server(serve, "127.0.0.1", 0)
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for one in made:
            if one.transport is not None:
                one.transport.close()
        await server.wait_closed()


async def test_what_is_refused_for_now_is_tried_by_a_ladder_and_then_given_up(
    open_desk: OpenDesk,
) -> None:
    says = Says(rcpt="450 4.2.1 ann@example.org is busy")
    async with mail_server(says) as url:
        desk = await open_desk(smtp_url=url, mail_from=FROM)
        await record(desk)
        waits = []
        while (await row(desk))["failed_at"] is None:
            await desk.run("UPDATE letters SET next_try_at = now() - interval '1 s'")
            assert await send(desk) == 1
            left = await desk.value(
                "SELECT extract(epoch FROM next_try_at - now())::float8 FROM letters"
            )
            waits.append(round(left, -1))
        assert waits[:4] == [30, 120, 600, 3600]
    failed = await row(desk)
    assert (failed["attempts"], failed["sealed"]) == (5, None)
    assert failed["error"] == "SMTPRecipientRefused 450"


@pytest.mark.parametrize(
    "says", [Says(rcpt="550 5.1.1 nobody"), Says(data="554 5.7.1 spam")], ids=["rcpt", "data"]
)
async def test_what_is_refused_for_good_is_given_up_at_once(
    open_desk: OpenDesk, says: Says
) -> None:
    async with mail_server(says) as url:
        desk = await open_desk(smtp_url=url, mail_from=FROM)
        await record(desk)
        await send(desk)
    failed = await row(desk)
    assert failed["failed_at"] is not None
    assert failed["attempts"] == 1


async def test_a_letter_that_was_given_and_not_answered_is_not_given_again(
    open_desk: OpenDesk,
) -> None:
    says = Says(data=None)
    async with mail_server(says) as url:
        desk = await open_desk(smtp_url=url, mail_from=FROM)
        await record(desk)
        for _ in range(3):
            await send(desk)
            await desk.run("UPDATE letters SET next_try_at = now()")
    assert len(says.came) == 1
    assert (await row(desk))["error"] == "it is not known whether the mail server took it"


async def test_a_process_that_died_before_giving_is_followed_by_another(post: Post) -> None:
    await record(post.desk)
    await post.desk.run("UPDATE letters SET attempts = 1, next_try_at = now() + interval '3 min'")
    assert await post.letters() == []
    await post.desk.run("UPDATE letters SET next_try_at = now()")
    assert len(await post.letters()) == 1


async def test_a_process_that_died_while_giving_is_followed_by_none(post: Post) -> None:
    await record(post.desk)
    await post.desk.run("UPDATE letters SET attempts = 1, begun_at = now()")
    assert await post.letters() == []
    assert (await row(post.desk))["failed_at"] is None
    await post.desk.run("UPDATE letters SET begun_at = now() - interval '4 minutes'")
    assert await post.letters() == []
    failed = await row(post.desk)
    assert failed["failed_at"] is not None
    assert failed["sealed"] is None


async def test_a_try_that_was_taken_over_gives_nothing(open_desk: OpenDesk) -> None:
    says = Says()
    async with mail_server(says) as url:
        desk = await open_desk(smtp_url=url, mail_from=FROM)
        await record(desk)
        original = desk.auth.letters._postman

        class Overtaken:
            async def carry(
                self, message: bytes, *, recipient: str, begin: Callable[..., Any]
            ) -> None:
                await desk.run("UPDATE letters SET attempts = attempts + 1")
                await original.carry(message, recipient=recipient, begin=begin)

        desk.auth.letters._postman = Overtaken()
        await send(desk)
    assert says.came == []
    assert (await row(desk))["sent_at"] is None


async def test_a_mail_server_that_is_away_is_tried_again(open_desk: OpenDesk) -> None:
    async with mail_server(Says()) as url:
        pass
    desk = await open_desk(smtp_url=url, mail_from=FROM)
    await record(desk)
    await send(desk)
    waiting = await row(desk)
    assert (waiting["failed_at"], waiting["begun_at"]) == (None, None)
    assert waiting["error"] == "SMTPConnectError"


async def test_no_password_goes_over_the_wire_in_the_clear() -> None:
    assert MailServer.parse("smtp://user:secret@mail.example.org").start_tls is True
    assert MailServer.parse("smtp://mail.example.org").start_tls is None
    assert MailServer.parse("smtp://127.0.0.1:25").start_tls is False
    assert MailServer.parse("smtps://user:secret@mail.example.org").is_tls
    says = Says()
    async with mail_server(says) as url:
        port = int(url.rpartition(":")[2])
        # The server offers no STARTTLS; by another name of this machine it would be needed.
        server = MailServer("127.0.0.1", port, is_tls=False, user="user", password="secret")
        strict = StrictServer(
            **{name: getattr(server, name) for name in server.__dataclass_fields__}
        )
        with pytest.raises(NotTaken):
            await MailClient(strict, sender=FROM).carry(b"x", recipient=EMAIL, begin=never)
    assert says.came == []


class StrictServer(MailServer):
    start_tls = True  # type: ignore[assignment]


async def never() -> None:
    raise AssertionError("it went on without TLS")


async def test_without_a_mail_server_letters_are_read_on_the_console(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    await record(desk)
    await send(desk)
    shown = capsys.readouterr().err
    assert "──── a letter" in shown
    assert f"To: {EMAIL}" in shown
    assert "\nhttp://localhost:8080/login/reset/token\n" in shown
    assert (await row(desk))["sent_at"] is not None


async def test_after_a_week_a_letter_is_forgotten(post: Post) -> None:
    await record(post.desk)
    await post.letters()
    auth = post.desk.auth
    await post.desk.run("UPDATE letters SET recorded_at = now() - interval '6 days'")
    assert await forget_what_is_over(auth.database, auth.clock) == 0
    await post.desk.run("UPDATE letters SET recorded_at = now() - interval '8 days'")
    assert await forget_what_is_over(auth.database, auth.clock) == 1
