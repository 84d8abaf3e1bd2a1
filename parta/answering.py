"""What each command does, and how it is told: a line a thing, or JSON."""

import argparse
import json
from typing import Any

from parta import keys, operating, parked, starting
from parta.parts import PARTS
from services.auth import commands as auth


async def up(options: argparse.Namespace) -> int:
    """The house without the sandbox."""
    return await starting.up()


async def secrets(options: argparse.Namespace) -> int:
    """Fresh secrets for a new `.env` of docker compose."""
    made = operating.new_secrets()
    return _print(options, made, "\n".join(f"{name}={value}" for name, value in made.items()))


async def migrate(options: argparse.Namespace) -> int:
    """Every schema up to date."""
    return await starting.migrate()


def _print(options: argparse.Namespace, value: Any, text: str) -> int:
    print(json.dumps(value, ensure_ascii=False, default=str) if options.json else text)
    return 0


async def demo(options: argparse.Namespace) -> int:
    """The house with the sandbox."""
    return await starting.play_demo(once=options.once, as_json=options.json)


async def run_service(options: argparse.Namespace) -> int:
    """One service."""
    return await starting.run(options.service)


async def doctor(options: argparse.Namespace) -> int:
    """What is set up, off, or wrong."""
    findings = [*await operating.examine(), *await keys.examine()]
    lines = [f"{line['state']:6} {line['what']}: {line['note']}" for line in findings]
    _print(options, findings, "\n".join(lines))
    return 1 if any(line["state"] == "wrong" for line in findings) else 0


async def keys_rotate(options: argparse.Namespace) -> int:
    """Seal everything under the first key of each ring; 1 where something cannot be opened."""
    rotated = await keys.rotate()
    _print(options, keys.in_json(rotated), keys.in_words(rotated))
    return 1 if any(one.done.cannot_open for one in rotated) else 0


async def parked_list(options: argparse.Namespace) -> int:
    """Events that wait or are dead, messages that Telegram refused."""
    services = [options.service] if options.service else list(PARTS)
    async with operating.database_url() as url:
        found = await parked.list_newest(url, services, max(1, min(options.limit, 1000)))
    lines = [
        f"{line['service']:7}{line['source']:8}{line['id']:>6}  {line['state']:8}{line['type']}"
        f"  attempts {line['attempts']}  {line['error']}"
        for line in found
    ]
    return _print(options, found, "\n".join(lines) or "Nothing is parked.")


async def parked_show(options: argparse.Namespace) -> int:
    """One of them."""
    async with operating.database_url() as url:
        found = await parked.show(url, _parked_one(options))
    return _print(options, found, "\n".join(f"{name}: {value}" for name, value in found.items()))


async def parked_retry(options: argparse.Namespace) -> int:
    """Try it at once."""
    async with operating.database_url() as url:
        await parked.retry(url, _parked_one(options))
    return _print(options, {"retried": options.id}, "It is tried within a second.")


async def parked_drop(options: argparse.Namespace) -> int:
    """Give it up."""
    async with operating.database_url() as url:
        await parked.drop(url, _parked_one(options))
    return _print(options, {"dropped": options.id}, "It is gone.")


def _parked_one(options: argparse.Namespace) -> parked.One:
    return parked.One(options.service, options.id, is_message=options.message)


async def resend(options: argparse.Namespace) -> int:
    """Offer a service again what it was told."""
    async with operating.database_url() as url:
        count = await operating.resend(url, options.service, options.since)
    return _print(options, {"resent": count}, f"{count} events are offered again.")


async def trace(options: argparse.Namespace) -> int:
    """What became of an id."""
    async with operating.database_url() as url:
        found = await operating.trace_cause(url, options.id)
    lines = [
        f"{line['at']}  {line['service']:7}{line['step']:10}{line['what']}  {line['note']}"
        for line in found
    ]
    return _print(options, found, "\n".join(lines))


async def sync_stepik(options: argparse.Namespace) -> int:
    """Courses read now; 1 where one could not be."""
    from parta import stepik

    async with operating.database_url() as url:
        outcome = await stepik.read_once(url)
    _print(options, stepik.in_json(outcome), stepik.in_words(outcome))
    return 0 if outcome.is_read else 1


async def person_create(options: argparse.Namespace) -> int:
    """A person and a one-time door."""
    async with operating.database_url() as url, operating.opened(url, "auth") as database:
        path = await auth.create_person(
            database, email=options.email, role=options.role, name=options.name
        )
    link = f"{operating.public_url()}{path}"
    return _print(options, {"door": link}, f"Open once, within ten minutes: {link}")


async def person_grant(options: argparse.Namespace) -> int:
    """Give a role."""
    async with operating.database_url() as url, operating.opened(url, "auth") as database:
        await auth.grant(database, options.who, options.role)
    return _print(options, {"granted": options.role}, f"{options.who} is {options.role} now.")


async def person_take(options: argparse.Namespace) -> int:
    """Take a role."""
    async with operating.database_url() as url, operating.opened(url, "auth") as database:
        await auth.take(database, options.who, options.role)
    return _print(options, {"taken": options.role}, f"{options.who} is {options.role} no more.")


async def person_republish(options: argparse.Namespace) -> int:
    """Tell of every person again."""
    async with operating.database_url() as url, operating.opened(url, "auth") as database:
        count = await auth.republish(database)
    return _print(options, {"republished": count}, f"{count} people are told of again.")
