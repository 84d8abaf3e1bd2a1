"""What operators ask of the tables: parked messages, sent events, traces, the state of things."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from parta.data_folder import DataFolder, DataFolderInUse, default_data_path
from parta.house import Ports, data_path, database, is_set
from parta.house import public_url as house_public_url
from parta.parts import PARTS
from parta.postgres import EmbeddedPostgres
from services.bot.history import repository as history
from shared import outbox, parked, secret, trace
from shared.db import Database
from shared.events import heard_by, told_by
from shared.service import LATE_AFTER
from shared.settings import WrongSetting

Lines = list[dict[str, Any]]

SANDBOX_FILE = "sandbox.json"
"""What a demo keeps in its data folder, and nobody else."""


class NothingFound(Exception):
    """There is no such thing; the message says which."""


@contextlib.asynccontextmanager
async def database_url() -> AsyncIterator[str]:
    """The house's database: DATABASE_URL, or the embedded one, running or not."""
    if is_set("DATABASE_URL"):
        async with database(None) as url:
            yield url
        return
    path = data_path() or default_data_path()
    if not await asyncio.to_thread((path / "postgres").exists):
        raise WrongSetting(f"PARTA_DATA: there is no Parta in {path}, set it to where yours lies")
    try:
        folder = DataFolder.open(path)
    except DataFolderInUse:
        # Parta runs there: its server is used and left alone.
        server = await asyncio.to_thread(EmbeddedPostgres.start, path.resolve() / "postgres")
        yield server.url()
        return
    with folder:
        async with database(folder) as url:
            yield url


def is_demo() -> bool:
    """Whether the data that are looked at are a demo's, which keeps its outside world with them."""
    if is_set("DATABASE_URL"):
        return False
    return ((data_path() or default_data_path()) / SANDBOX_FILE).exists()


@contextlib.asynccontextmanager
async def opened(url: str, service: str) -> AsyncIterator[Database]:
    """One service's database."""
    opened_database = Database(url, service, pool_size=2)
    await opened_database.open()
    try:
        yield opened_database
    finally:
        await opened_database.close()


async def resend(url: str, listener: str, since: timedelta) -> int:
    """Offer a listener again what was told to it since then; gives how many events.

    Its inbox drops what it knows; an emptied listener gets everything anew.
    """
    moment = datetime.now(UTC) - since
    sent = 0
    for service in PARTS:
        types = [event.type for event in told_by(service) if event in heard_by(listener)]
        if types:
            async with opened(url, service) as one, one.transaction() as connection:
                sent += await outbox.resend(connection, since=moment, types=types)
    return sent


async def trace_cause(url: str, wanted: str) -> Lines:
    """What became of a correlation id or a message id, over all services, in time's order.

    Raises:
        NothingFound: no service knows it.
    """
    lines: Lines = []
    async with contextlib.AsyncExitStack() as stack:
        databases = {
            service: await stack.enter_async_context(opened(url, service)) for service in PARTS
        }
        causes = {wanted}
        for one in databases.values():
            async with one.acquire() as connection:
                causes.update(await trace.list_causes(connection, wanted))
        for cause in causes:
            lines += await steps_of(databases, cause)
    if not lines:
        raise NothingFound(f"no service knows {wanted}")
    return sorted(lines, key=lambda line: line["at"])


async def steps_of(databases: dict[str, Database], cause: str) -> Lines:
    """The steps of one cause: events in every service, messages in the bot."""
    lines: Lines = []
    for service, one in databases.items():
        async with one.acquire() as connection:
            for step in await trace.list_steps(connection, cause):
                lines.append(
                    {
                        "at": step.at.isoformat(timespec="milliseconds"),
                        "service": service,
                        "step": step.step,
                        "what": step.type,
                        "note": step.note or "",
                    }
                )
            if service == "bot":
                for message in await history.list_by_correlation(connection, cause):
                    lines += _message(message)
    return sorted(lines, key=lambda line: line["at"])


def _message(message: history.Traced) -> Lines:
    """What became of one message to a chat, or of a notice without one."""
    what = message.rule or message.method or ""
    fate = message.waits_for and f"waits: {message.waits_for}"
    state = f"message {message.telegram_message_id}" if message.telegram_message_id else ""
    moments = (
        ("noticed", message.recorded_at, fate or message.dropped or ""),
        ("begun", message.begun_at, f"attempt {message.attempts}"),
        ("sent", message.sent_at, state),
        ("failed", message.failed_at, message.error or ""),
    )
    return [
        {
            "at": moment.isoformat(timespec="milliseconds"),
            "service": "bot",
            "step": step,
            "what": what,
            "note": f"chat {message.chat_id or 'none'} {note}".strip(),
            "chat_id": message.chat_id,
        }
        for step, moment, note in moments
        if moment is not None
    ]


def new_secrets() -> dict[str, str]:
    """Everything that docker-compose.yaml wants to be secret, by variable."""
    secret_key = secret.new_token()
    made = {
        "SECRET_KEY": secret_key,
        "VAULT_KEYS": secret.KeyRing.generate(),
        "DATA_KEYS": secret.KeyRing.generate(),
    }
    made["POSTGRES_PASSWORD"] = token_hex(16)
    for service in PARTS:
        made[f"POSTGRES_PASSWORD_{service.upper()}"] = token_hex(16)
        made[f"RABBITMQ_PASSWORD_{service.upper()}"] = token_hex(16)
        if service != "auth":
            made[f"SERVICE_SECRET_{service.upper()}"] = secret.service_secret(secret_key, service)
    return made


def public_url() -> str:
    """Where people reach Parta."""
    return house_public_url(Ports.read())


async def examine() -> Lines:
    """What is set up, what is off and what is wrong: settings, database, waiting events."""
    findings: Lines = []

    def add(what: str, state: str, note: str) -> None:
        findings.append({"what": what, "state": state, "note": note})

    if is_demo():
        add("demo", "note", "what a demo sets for itself is not seen from here")
    address = public_url()
    secure = address.startswith("https://")
    add("PUBLIC_URL", "ok" if secure else "note", address if secure else f"{address} is not https")
    for names, what in OUTSIDE:
        missing = [name for name in names if not is_set(name)]
        add(
            what,
            "off" if missing else "ok",
            f"not set here: {', '.join(missing)}" if missing else "set up",
        )
    try:
        async with database_url() as url:
            for service in PARTS:
                async with opened(url, service) as one, one.acquire() as connection:
                    waiting, dead = await parked.count(connection)
                    age = await outbox.oldest_unsent(connection)
                late = age is not None and age > LATE_AFTER
                note = f"parked {waiting}, dead {dead}, oldest unsent event {age or 0:.0f} s"
                add(service, "wrong" if dead or late else "ok", note)
    except Exception as error:
        add("database", "wrong", str(error).splitlines()[0] if str(error) else repr(error))
    return findings


OUTSIDE = (
    (("GITHUB_OAUTH_CLIENT_ID", "GITHUB_OAUTH_SECRET"), "sign-in with GitHub"),
    (("GITHUB_WEBHOOK_SECRET",), "GitHub's hook"),
    (("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"), "sign-in with Google, rights there"),
    (("VK_CLIENT_ID",), "sign-in with VK ID"),
    (("TELEGRAM_BOT_TOKEN",), "sign-in with Telegram's older widget"),
    (("TELEGRAM_OIDC_CLIENT_SECRET",), "sign-in with Telegram"),
    (("STEPIK_OAUTH_CLIENT_ID", "STEPIK_OAUTH_SECRET"), "sign-in with Stepik"),
    (("STEPIK_CLIENT_ID", "STEPIK_CLIENT_SECRET", "STEPIK_COURSE_ID"), "progress at Stepik"),
    (("BOOMSTREAM_API_KEY",), "videos at Boomstream"),
    (("SMTP_URL", "MAIL_FROM"), "letters by mail, else to the console"),
    (("TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_USERNAME"), "the bot"),
)
