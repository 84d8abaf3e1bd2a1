"""The command line: `parta up`, `parta demo`, `parta run SERVICE`, and what operators need.

Exit status: 0 fine, 1 a finding, 2 misuse or a wrong setting. `--json` gives JSON.
"""

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from parta import operating, starting
from parta.data_folder import DataFolderInUse, DataFolderUnusable
from parta.parts import PARTS
from parta.postgres import PostgresUnavailable
from parta.serving import PortTaken
from services.auth import commands as auth
from shared.errors import PartaError
from shared.settings import WrongSetting

ROLES = ("student", "curator", "teacher", "administrator")
AGE = re.compile(r"(\d{1,6})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

Command = Callable[[argparse.Namespace], Awaitable[int]]


def main(arguments: Sequence[str] | None = None) -> None:
    """The program `parta`."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit status. What is wrong is said in one line."""
    options = _parser().parse_args(arguments)
    if options.reads_env_file:
        from dotenv import load_dotenv

        load_dotenv(".env", override=False)
    command: Command = options.command
    try:
        return _run_loop(command(options))
    except (WrongSetting, PortTaken, DataFolderInUse, DataFolderUnusable) as error:
        return _complain(str(error), 2)
    except PostgresUnavailable as error:
        return _complain(str(error), 1)
    except (operating.NothingFound, PartaError) as error:
        return _complain(str(error) or getattr(error, "title", ""), 1)
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
        place: Any, name: str, text: str, command: Command, *, env_file: bool = True
    ) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = place.add_parser(name, help=text, description=text)
        one.add_argument("--json", action="store_true", help="answer in JSON")
        one.set_defaults(command=command, reads_env_file=env_file)
        return one

    add(commands, "up", "your school in one process, as .env says", lambda _: starting.up())
    demo = add(commands, "demo", "a small school and its outside world", _demo, env_file=False)
    demo.add_argument("--once", action="store_true", help="play one review, then end")
    one = add(commands, "run", "one service of a distributed system", _run_service)
    one.add_argument("service", choices=PARTS)
    add(commands, "migrate", "bring every schema up to date", lambda _: starting.migrate())
    add(commands, "doctor", "what is set up, what is off, what is wrong", _doctor)

    parked = commands.add_parser("parked", help="events that failed").add_subparsers(required=True)
    one = add(parked, "list", "waiting and dead events", _parked_list)
    one.add_argument("--service", choices=PARTS)
    one.add_argument("--limit", type=int, default=50)
    for name, text, command in (
        ("show", "one of them, with its body", _parked_show),
        ("retry", "let it be tried at once", _parked_retry),
        ("drop", "give it up for good", _parked_drop),
    ):
        one = add(parked, name, text, command)
        one.add_argument("service", choices=PARTS)
        one.add_argument("id", type=int)

    events = commands.add_parser("events", help="events that were sent").add_subparsers(
        required=True
    )
    one = add(events, "resend", "offer a service again what it was told", _resend)
    one.add_argument("--service", choices=PARTS, required=True)
    one.add_argument("--since", type=_age, required=True, help="as in 30m, 12h, 7d")
    one = add(commands, "trace", "what became of a correlation id or message id", _trace)
    one.add_argument("id")

    person = commands.add_parser("person", help="people").add_subparsers(required=True)
    one = add(person, "create", "a person, and a one-time door to sign in by", _person_create)
    one.add_argument("--email", required=True)
    one.add_argument("--role", choices=ROLES, required=True)
    one.add_argument("--name", default="")
    one = add(person, "grant", "give a person a role", _person_grant)
    one.add_argument("who", help="e-mail, GitHub login or person id")
    one.add_argument("role", choices=ROLES)
    add(person, "republish", "tell every service of every person again", _person_republish)
    return parser


def _age(text: str) -> timedelta:
    found = AGE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError("must be like 30m, 12h or 7d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _print(options: argparse.Namespace, value: Any, text: str) -> int:
    print(json.dumps(value, ensure_ascii=False, default=str) if options.json else text)
    return 0


async def _demo(options: argparse.Namespace) -> int:
    return await starting.play_demo(once=options.once)


async def _run_service(options: argparse.Namespace) -> int:
    return await starting.run(options.service)


async def _doctor(options: argparse.Namespace) -> int:
    findings = await operating.examine()
    lines = [f"{line['state']:6} {line['what']}: {line['note']}" for line in findings]
    _print(options, findings, "\n".join(lines))
    return 1 if any(line["state"] == "wrong" for line in findings) else 0


async def _parked_list(options: argparse.Namespace) -> int:
    services = [options.service] if options.service else list(PARTS)
    async with operating.database_url() as url:
        found = await operating.list_parked(url, services, max(1, min(options.limit, 1000)))
    lines = [
        f"{line['service']:7}{line['id']:>6}  {line['state']:8}{line['type']}"
        f"  attempts {line['attempts']}  {line['error']}"
        for line in found
    ]
    return _print(options, found, "\n".join(lines) or "Nothing is parked.")


async def _parked_show(options: argparse.Namespace) -> int:
    async with operating.database_url() as url:
        found = await operating.show_parked(url, options.service, options.id)
    return _print(options, found, "\n".join(f"{name}: {value}" for name, value in found.items()))


async def _parked_retry(options: argparse.Namespace) -> int:
    async with operating.database_url() as url:
        await operating.retry_parked(url, options.service, options.id)
    return _print(options, {"retried": options.id}, "It is tried within a second.")


async def _parked_drop(options: argparse.Namespace) -> int:
    async with operating.database_url() as url:
        await operating.drop_parked(url, options.service, options.id)
    return _print(options, {"dropped": options.id}, "It is gone.")


async def _resend(options: argparse.Namespace) -> int:
    async with operating.database_url() as url:
        count = await operating.resend(url, options.service, options.since)
    return _print(options, {"resent": count}, f"{count} events are offered again.")


async def _trace(options: argparse.Namespace) -> int:
    async with operating.database_url() as url:
        found = await operating.trace_cause(url, options.id)
    lines = [
        f"{line['at']}  {line['service']:7}{line['step']:10}{line['what']}  {line['note']}"
        for line in found
    ]
    return _print(options, found, "\n".join(lines))


async def _person_create(options: argparse.Namespace) -> int:
    async with operating.database_url() as url, operating.opened(url, "auth") as database:
        path = await auth.create_person(
            database, email=options.email, role=options.role, name=options.name
        )
    link = f"{operating.public_url()}{path}"
    return _print(options, {"door": link}, f"Open once, within ten minutes: {link}")


async def _person_grant(options: argparse.Namespace) -> int:
    async with operating.database_url() as url, operating.opened(url, "auth") as database:
        await auth.grant(database, options.who, options.role)
    return _print(options, {"granted": options.role}, f"{options.who} is {options.role} now.")


async def _person_republish(options: argparse.Namespace) -> int:
    async with operating.database_url() as url, operating.opened(url, "auth") as database:
        count = await auth.republish(database)
    return _print(options, {"republished": count}, f"{count} people are told of again.")
