"""The demo: a small school, its outside world, and one review that goes the whole way."""

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx

from parta.data_folder import DataFolder
from parta.demo_school import seed_course
from parta.demo_videos import CourseDidNotCome, seed_videos
from parta.house import House, Ports, is_set
from parta.operating import SANDBOX_FILE, Lines, steps_of
from parta.serving import Listening
from sandbox.app import create_app as create_sandbox
from sandbox.app import end_polls
from sandbox.boomstream.film_list import SUBSCRIPTION
from sandbox.school import PEOPLE, PULLS, Person, Pull
from sandbox.settings import BadSetting, SandboxSettings
from sandbox.stepik.story import COURSE_ID
from services.auth import commands as auth
from services.school.errors import StatusDoesNotAllow
from services.school.submissions import service as submissions
from shared import people, trace
from shared.context import caused_by
from shared.events import ReviewFound
from shared.log import get_log
from shared.secret import new_token
from shared.settings import WrongSetting

log = get_log(__name__)

ADDRESSES = {
    "GITHUB_URL": "/github",
    "GITHUB_API_URL": "/github/api",
    "TELEGRAM_API_URL": "/telegram",
    "GOOGLE_DISCOVERY_URL": "/google/.well-known/openid-configuration",
    "GMAIL_API_URL": "/gmail",
    "VK_ID_URL": "/vk",
    "TELEGRAM_OIDC_URL": "/telegram-oidc",
    "STEPIK_URL": "/stepik",
    "BOOMSTREAM_URL": "/boomstream",
    "BOOMSTREAM_PLAYER_URL": "/boomstream/player",
}
"""Every outside system is the sandbox."""

ARRIVES_WITHIN = 20.0
REVIEW = "Please name the function for what it does, and add a test for the empty list."

TRY = (
    "Open {sandbox} and choose Student: the chat shows what the curator's review came to.",
    "Choose Curator there, approve the pull request, and look at the student's chat again.",
    "Open {app}, sign in with GitHub as parta-student2, who reads English: My page, Works.",
    "Or come in by e-mail: student2@example.org, demo-desk-student2. Who registers finds the "
    "letter on {sandbox}.",
    "There again: Lessons, open an assignment, which begins it, open a pull request of "
    "parta-student2 at GitHub on {sandbox}, send its link on the page or to the bot, and review it "
    "as Curator. The administrator makes courses at {app}/school/courses, and writes /link in the "
    "staff room of {sandbox} to have new weeks told there.",
    "A video opens for Student a moment after the start, another within a minute: "
    "{app}/sync/videos. Pass the lesson “Numbers and text” for Student at Stepik on {sandbox}: "
    "within a minute the chat says that a third is open. /videos and /progress there say what the "
    "rest still wants; the administrator keeps the rules at {app}/sync/access/resources.",
    "Come in as parta-curator, whom nobody finds at Stepik, and link Stepik on My page: what "
    "Curator has passed there opens videos too.",
    "On My page unlink Telegram, link it anew, and open the link in the sandbox as that person.",
    "Choose quiet hours by /settings, move the clock of {sandbox} to the night, review a work, and "
    "go to the next 08:00.",
    "Write /help to the bot. Stop with Ctrl-C and start again: everything is still there.",
)


def values(folder: DataFolder, sandbox_url: str) -> dict[str, Any]:
    """Settings of the demo: every address the sandbox's, every secret made here once.

    Raises:
        WrongSetting: the environment sets an address elsewhere.
    """
    told: dict[str, Any] = {}
    for name, path in ADDRESSES.items():
        elsewhere = os.environ.get(name)
        if elsewhere and not elsewhere.startswith(sandbox_url):
            raise WrongSetting(f"{name}: the demo speaks to its own sandbox only, unset it")
        told[name.lower()] = elsewhere or f"{sandbox_url}{path}"
    told["smtp_url"] = f"smtp://127.0.0.1:{smtp_port(sandbox_url)}"
    if os.environ.get("SMTP_URL", told["smtp_url"]) != told["smtp_url"]:
        raise WrongSetting("SMTP_URL: the demo speaks to its own sandbox only, unset it")
    told["mail_from"] = "parta@example.org"
    made: dict[str, Callable[[], str]] = {
        "github_oauth_client_id": lambda: "parta-demo",
        "github_oauth_secret": new_token,
        "github_webhook_secret": new_token,
        "github_api_token": new_token,
        "github_hooks_token": new_token,
        "telegram_bot_token": lambda: f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_hex(17)}",
        "telegram_bot_username": lambda: "parta_demo_bot",
        "google_client_id": lambda: "parta-demo.apps.example.org",
        "google_client_secret": new_token,
        "vk_client_id": lambda: str(secrets.randbelow(10**7) + 5 * 10**7),
        "telegram_oidc_client_secret": new_token,
        "stepik_client_id": lambda: "parta-demo",
        "stepik_client_secret": new_token,
        "stepik_oauth_client_id": lambda: "parta-demo-sign-in",
        "stepik_oauth_secret": new_token,
        "boomstream_api_key": new_token,
    }
    for name, make in made.items():
        if not is_set(name.upper()):
            told[name] = folder.secret(name, make)
    fixed = {
        "stepik_course_id": str(COURSE_ID),
        "stepik_sync_minutes": 1,
        "boomstream_subscription": SUBSCRIPTION,
    }
    told |= {name: value for name, value in fixed.items() if not is_set(name.upper())}
    return told


def smtp_port(sandbox_url: str) -> int:
    """SANDBOX_SMTP_PORT, by default two above the sandbox's own: 8083.

    Raises:
        WrongSetting: it is no port.
    """
    told = os.environ.get("SANDBOX_SMTP_PORT") or str((urlsplit(sandbox_url).port or 0) + 2)
    if not told.isdecimal() or not 0 < int(told) < 65536:
        raise WrongSetting("SANDBOX_SMTP_PORT: must be a port from 1 to 65535")
    return int(told)


def person_id(person: Person) -> UUID:
    """The same at every start."""
    return uuid5(NAMESPACE_URL, f"parta-demo:{person.key}")


def _person(key: str) -> Person:
    return next(person for person in PEOPLE if person.key == key)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A review that went the whole way: what was seen where, and the text in the chat."""

    steps: Lines
    text: str
    seconds: float


class DidNotArrive(Exception):
    """The review was not seen in the student's chat in time."""


class Demo:
    """The house with the sandbox beside it."""

    def __init__(self, house: House, folder: DataFolder, ports: Ports) -> None:
        self.house = house
        self.url = f"http://127.0.0.1:{ports.sandbox}"
        sync = house.apps["sync"].state.service.settings
        auth_settings = house.settings
        bot = house.apps["bot"].state.service.settings
        self.settings = SandboxSettings(
            public_url=auth_settings.public_url,
            port=ports.sandbox,
            smtp_port=smtp_port(self.url),
            github_webhook_secret=_plain(sync.github_webhook_secret),
            github_api_token=_plain(sync.github_api_token),
            github_hooks_token=_plain(sync.github_hooks_token),
            github_oauth_client_id=_plain(getattr(auth_settings, "github_oauth_client_id", "")),
            github_oauth_client_secret=_plain(getattr(auth_settings, "github_oauth_secret", "")),
            telegram_bot_token=_plain(bot.telegram_bot_token),
            telegram_bot_username=bot.telegram_bot_username,
            google_client_id=_plain(getattr(auth_settings, "google_client_id", "")),
            google_client_secret=_plain(getattr(auth_settings, "google_client_secret", "")),
            vk_client_id=_plain(getattr(auth_settings, "vk_client_id", "")),
            vk_service_token=_plain(getattr(auth_settings, "vk_client_secret", "")),
            telegram_oidc_client_secret=_plain(
                getattr(auth_settings, "telegram_oidc_client_secret", "")
            ),
            stepik_client_id=sync.stepik_client_id,
            stepik_client_secret=_plain(sync.stepik_client_secret),
            stepik_oauth_client_id=_plain(getattr(auth_settings, "stepik_oauth_client_id", "")),
            stepik_oauth_client_secret=_plain(getattr(auth_settings, "stepik_oauth_secret", "")),
            boomstream_api_key=_plain(sync.boomstream_api_key),
            data_file=folder.path / SANDBOX_FILE,
        )
        self.app = create_sandbox(
            self.settings,
            advance_clock=self._advance,
            now=house.clock.now,
            links={"app": auth_settings.public_url, "sandbox": self.url},
            try_lines=[line.format(app=auth_settings.public_url, sandbox=self.url) for line in TRY],
        )

    def _advance(self, seconds: float) -> None:
        self.house.advance(timedelta(seconds=seconds))

    def listening(self, ports: Ports) -> Listening:
        """The sandbox, on this machine alone."""
        return Listening(self.app, "127.0.0.1", ports.sandbox, "SANDBOX_PORT")

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """The sandbox keeps its state for the length of the block."""
        async with contextlib.AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(self.app.router.lifespan_context(self.app))
            except BadSetting as error:
                raise WrongSetting(str(error)) from None
            yield

    def let_go(self) -> None:
        """End the long polls that would hold up the end."""
        end_polls(self.app)

    async def seed(self) -> None:
        """The small school, through the services' own functions; the same at every start."""
        database = self.house.services["auth"].database
        for person in PEOPLE:
            await auth.seed_person(
                database,
                person_id=person_id(person),
                name=person.name,
                roles=person.roles,
                locale=person.locale,
                telegram_id=person.chat_id,
                github_id=person.github_id,
                github_login=person.github_login,
                email=person.email,
            )
            await auth.seed_password(database, person_id(person), person.password)
        await self._until(self._curators_are_known)
        for pull in PULLS:
            await self._send(pull)
        async with self.house.services["school"].database.transaction() as connection:
            await seed_course(
                connection,
                curator_id=person_id(_person(PULLS[0].curator)),
                logins=[_person(pull.student).github_login for pull in PULLS],
                now=self.house.clock.now(),
            )

    async def open_videos(self) -> None:
        """Videos with rules, once sync knows Stepik's course: a while after all else is there."""
        try:
            await seed_videos(self.house.apps["sync"].state.service, course_id=COURSE_ID)
        except CourseDidNotCome:
            log.warning("videos_not_seeded")
        except Exception:
            log.exception("videos_not_seeded")

    async def _curators_are_known(self) -> bool:
        database = self.house.services["school"].database
        async with database.acquire() as connection:
            known = await people.list_by_role(connection, "curator")
        return {person_id(_person(pull.curator)) for pull in PULLS} <= {
            person.person_id for person in known
        }

    async def _send(self, pull: Pull) -> None:
        school = self.house.services["school"]
        with contextlib.suppress(StatusDoesNotAllow):
            async with school.database.transaction() as connection:
                await submissions.send_submission(
                    connection,
                    student_id=person_id(_person(pull.student)),
                    curator_id=person_id(_person(pull.curator)),
                    title=pull.title,
                    pull_url=pull.url,
                    now=self.house.clock.now(),
                )

    async def play(self) -> Arrival:
        """The student pushes and sends, the curator reviews, the student reads.

        Raises:
            DidNotArrive: the message was not in the student's chat within 20 seconds.
        """
        pull = PULLS[0]
        chat_id = _person(pull.student).chat_id
        async with httpx.AsyncClient(base_url=self.url, timeout=15) as world:
            await self._post(world, "/github/push", {"pull": pull.url})
            with caused_by():
                await self._send(pull)
            before = await self._count_messages(world, chat_id)
            began = datetime.now(UTC)
            started = time.perf_counter()
            await self._post(
                world,
                "/github/review",
                {
                    "pull": pull.url,
                    "by": pull.curator,
                    "state": "changes_requested",
                    "body": REVIEW,
                },
            )
            steps: Lines = []

            async def arrived() -> bool:
                nonlocal steps
                steps = await self._steps(began)
                return any(
                    step["step"] == "sent" and step.get("chat_id") == chat_id for step in steps
                )

            await self._until(arrived)
            seconds = time.perf_counter() - started
            messages = await self._messages(world, chat_id)
            if len(messages) <= before:
                raise DidNotArrive
            return Arrival(steps, messages[-1]["text"], seconds)

    async def _steps(self, since: datetime) -> Lines:
        databases = {name: service.database for name, service in self.house.services.items()}
        async with databases["sync"].acquire() as connection:
            cause = await trace.find_latest_cause(connection, ReviewFound.type, since)
        return await steps_of(databases, cause) if cause else []

    async def _until(self, check: Callable[[], Any]) -> None:
        deadline = time.monotonic() + ARRIVES_WITHIN
        while not await check():
            if time.monotonic() > deadline:
                raise DidNotArrive
            await asyncio.sleep(0.02)

    async def _count_messages(self, world: httpx.AsyncClient, chat_id: int) -> int:
        return len(await self._messages(world, chat_id))

    async def _messages(self, world: httpx.AsyncClient, chat_id: int) -> list[dict[str, Any]]:
        answer = await world.get("/telegram/messages", params={"chat_id": chat_id})
        answer.raise_for_status()
        messages: list[dict[str, Any]] = answer.json()
        return [message for message in messages if message["from"] == "bot"]

    async def _post(self, world: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
        answer = await world.post(path, json=body)
        answer.raise_for_status()


def _plain(value: Any) -> str:
    return value.get_secret_value() if hasattr(value, "get_secret_value") else str(value or "")
