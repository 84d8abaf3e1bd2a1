"""The command line: `parta up`, `parta demo`, `parta run SERVICE`, and what operators need.

Exit status: 0 fine, 1 a finding, 2 misuse or a wrong setting. `--json` gives JSON.
"""

import argparse
import asyncio
import gc
import re
import sys
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROLES = ("student", "curator", "teacher", "administrator")
SERVICES = (
    "auth",
    "sync",
    "mail",
    "school",
    "bot",
)  # `shared.events.SERVICES`, which is slow to load
AGE = re.compile(r"(\d{1,6})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def main(arguments: Sequence[str] | None = None) -> None:
    """The program `parta`."""
    # Loading allocates much and frees nothing: the collector would look through it all in vain,
    # for a second in six. `serving` lets it work again.
    gc.disable()
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit status. What is wrong is said in one line."""
    options = _parser().parse_args(arguments)
    if options.command == "read":
        # It needs nothing of the house, which takes most of a second to load.
        from parta import reading

        try:
            return _run_loop(reading.read(options))
        except KeyboardInterrupt:
            return 130
    return _run_in_house(options)


def _run_in_house(options: argparse.Namespace) -> int:
    import asyncpg

    from parta.data_folder import DataFolderInUse, DataFolderUnusable
    from parta.postgres import PostgresUnavailable
    from parta.serving import PortTaken
    from shared.errors import PartaError
    from shared.log import configure_logging
    from shared.migrations import MigrationChanged
    from shared.settings import WrongSetting

    if options.reads_env_file:
        from dotenv import load_dotenv

        load_dotenv(".env", override=False)
    configure_logging("warning")
    from parta import answering
    from parta.operating import NothingFound

    try:
        return _run_loop(getattr(answering, options.command)(options))
    except (WrongSetting, PortTaken, DataFolderInUse, DataFolderUnusable) as error:
        return _complain(str(error), 2)
    except (PostgresUnavailable, MigrationChanged) as error:
        return _complain(str(error), 1)
    except (NothingFound, PartaError) as error:
        return _complain(str(error) or getattr(error, "title", ""), 1)
    except asyncpg.InvalidParameterValueError:
        return _complain("there is no Parta in this database: start it, or run parta migrate", 1)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        words = " ".join(str(error).split()) or type(error).__name__
        return _complain(f"the database or the network does not answer: {words}", 1)
    except KeyboardInterrupt:
        return 130


def _run_loop(work: Awaitable[int]) -> int:
    async def whole() -> int:
        return await work

    try:
        import uvloop
    except ImportError:
        return asyncio.run(whole())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(whole())


def _complain(text: str, status: int) -> int:
    print(f"parta: {text}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parta", description="A school's companion in Telegram.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        place: Any, name: str, text: str, command: str, *, env_file: bool = True
    ) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = place.add_parser(name, help=text, description=text)
        one.add_argument("--json", action="store_true", help="answer in JSON")
        one.set_defaults(command=command, reads_env_file=env_file)
        return one

    add(commands, "up", "your school in one process, as .env says", "up")
    demo = add(commands, "demo", "a small school and its outside world", "demo", env_file=False)
    demo.add_argument("--once", action="store_true", help="play one review, then end")
    one = add(commands, "run", "one service of a distributed system", "run_service")
    one.add_argument("service", choices=SERVICES)
    add(commands, "migrate", "bring every schema up to date", "migrate")
    add(commands, "secrets", "fresh secrets for a new .env of docker compose", "secrets")
    add(commands, "doctor", "what is set up, what is off, what is wrong", "doctor")

    keys = commands.add_parser("keys", help="the key rings that seal secrets").add_subparsers(
        required=True
    )
    add(keys, "rotate", "seal all under the first of VAULT_KEYS, of DATA_KEYS", "keys_rotate")

    parked = commands.add_parser("parked", help="events and messages that failed").add_subparsers(
        required=True
    )
    one = add(parked, "list", "events that wait or are dead, refused messages", "parked_list")
    one.add_argument("--service", choices=SERVICES)
    one.add_argument("--limit", type=int, default=50)
    for name, text, command in (
        ("show", "one of them, with all it says", "parked_show"),
        ("retry", "let it be tried at once", "parked_retry"),
        ("drop", "give it up for good", "parked_drop"),
    ):
        one = add(parked, name, text, command)
        one.add_argument("service", choices=SERVICES)
        one.add_argument("id", type=int)
        one.add_argument("--message", action="store_true", help="a message, not an event")

    events = commands.add_parser("events", help="events that were sent").add_subparsers(
        required=True
    )
    one = add(events, "resend", "offer a service again what it was told", "resend")
    one.add_argument("--service", choices=SERVICES, required=True)
    one.add_argument("--since", type=_age, required=True, help="as in 30m, 12h, 7d")
    one = add(commands, "trace", "what became of a correlation id or message id", "trace")
    one.add_argument("id")

    read = add(commands, "read", "what letters say: deadlines, places", "read", env_file=False)
    read.add_argument("files", nargs="+", metavar="FILE", help="a letter as it came, .eml")
    read.add_argument("--zone", type=_zone, required=True, help="the reader's, as Europe/Moscow")
    read.add_argument("--received", type=_moment, help="for letters without a date, in ISO 8601")

    sync = commands.add_parser("sync", help="outside systems").add_subparsers(required=True)
    one = add(sync, "stepik", "read the courses at Stepik, and say what changed", "sync_stepik")
    one.add_argument("--once", action="store_true", required=True, help="now, and then end")

    person = commands.add_parser("person", help="people").add_subparsers(required=True)
    one = add(person, "create", "a person, and a one-time door to sign in by", "person_create")
    one.add_argument("--email", required=True)
    one.add_argument("--role", choices=ROLES, required=True)
    one.add_argument("--name", default="")
    for name, text in (("grant", "give a person a role"), ("take", "take a role from a person")):
        one = add(person, name, text, f"person_{name}")
        one.add_argument("who", help="e-mail, GitHub login or person id")
        one.add_argument("role", choices=ROLES)
    add(person, "republish", "tell every service of every person again", "person_republish")
    return parser


def _age(text: str) -> timedelta:
    found = AGE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError("must be like 30m, 12h or 7d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise argparse.ArgumentTypeError("must be a zone like Europe/Moscow") from None


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be like 2026-03-10T09:30+03:00") from None
