"""Starting: the house with or without the sandbox, or one service of a distributed system."""

import asyncio
import contextlib
import json
import time
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from parta import STARTED, house
from parta.data_folder import DataFolder, default_data_path
from parta.house import House, Ports
from parta.parts import PARTS
from parta.serving import Listening, serving, told_to_stop
from shared.clock import Clock
from shared.log import configure_logging
from shared.settings import WrongSetting

if TYPE_CHECKING:
    from parta.demo import Arrival, Demo

KIND = "kind"


def open_folder(kind: str) -> DataFolder:
    """The data folder, locked. A demo and a school never share one.

    Raises:
        WrongSetting: the folder is of the other kind.
    """
    default = default_data_path()
    if kind == "demo":
        default = default.with_name(f"{default.name}-demo")
    folder = DataFolder.open(house.data_path() or default)
    if folder.secret(KIND, lambda: kind) != kind:
        folder.close()
        raise WrongSetting(f"PARTA_DATA: {folder.path} is not the folder of a {kind}")
    return folder


async def up() -> int:
    """The house without the sandbox, until a signal ends it."""
    ports = Ports.read()
    configure_logging()
    with open_folder("school") as folder, told_to_stop() as stop:
        async with contextlib.AsyncExitStack() as stack:
            url = await stack.enter_async_context(house.database(folder))
            values = {"public_url": house.public_url(ports)}
            parta = House(database_url=url, folder=folder, values=values, clock=Clock())
            configure_logging(parta.settings.log_level)
            await parta.migrate()
            await stack.enter_async_context(parta.open())
            await stack.enter_async_context(serving(parta.listening(ports)))
            await stack.enter_async_context(parta.working())
            _say(f"Parta is up: {values['public_url']}")
            await stop.wait()
            _say("Stopping …")
    return 0


async def play_demo(*, once: bool, as_json: bool = False) -> int:
    """The house with the sandbox: plays one review; then stays until a signal, or ends (once)."""
    from parta import demo

    ports = Ports.read()
    configure_logging("warning")
    with open_folder("demo") as folder, told_to_stop() as stop:
        url = f"http://127.0.0.1:{ports.sandbox}"
        values = {"public_url": house.public_url(ports), **demo.values(folder, url)}
        async with contextlib.AsyncExitStack() as stack:
            database_url = await stack.enter_async_context(house.database(folder))
            parta = House(database_url=database_url, folder=folder, values=values, clock=Clock())
            await parta.migrate()
            await stack.enter_async_context(parta.open())
            small_school = demo.Demo(parta, folder, ports)
            await stack.enter_async_context(small_school.open())
            places = [small_school.listening(ports), *parta.listening(ports)]
            await stack.enter_async_context(serving(places))
            stack.callback(small_school.let_go)
            await stack.enter_async_context(parta.working())
            await small_school.seed()
            ready = time.perf_counter() - STARTED
            playing = asyncio.ensure_future(small_school.play())
            stopped = asyncio.ensure_future(stop.wait())
            await asyncio.wait({playing, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not playing.done():
                playing.cancel()
                await asyncio.gather(playing, return_exceptions=True)
                return 1 if once else 0
            stopped.cancel()
            try:
                if as_json:
                    _say(json.dumps(asdict(playing.result()), ensure_ascii=False))
                else:
                    _tell(small_school, playing.result(), ready, once=once)
            except demo.DidNotArrive:
                _say("The review did not arrive in the student's chat: see the log above.")
                if once:
                    return 1
            if not once:
                opening = asyncio.ensure_future(small_school.open_videos())
                await stop.wait()
                opening.cancel()
                await asyncio.gather(opening, return_exceptions=True)
                _say("\nStopping …")
    return 0


def _tell(small_school: "Demo", arrival: "Arrival", ready: float, *, once: bool) -> None:
    links = {"Parta": small_school.settings.public_url, "The world": small_school.url}
    _say(f"\nParta's demo is ready after {ready:.1f} s.\n")
    for name, link in links.items():
        _say(f"  {name:10} {link}")
    _say("\nOne review went the whole way:\n")
    first = arrival.steps[0]["at"] if arrival.steps else ""
    for step in arrival.steps:
        moment = f"+{milliseconds(first, step['at']):4.0f} ms"
        _say(f"  {moment}  {step['service']:7}{step['step']:10}{step['what']}  {step['note']}")
    _say(f"\nIn the student's chat, {arrival.seconds * 1000:.0f} ms after the review:\n")
    for line in arrival.text.splitlines():
        _say(f"  │ {line}")
    if once:
        return
    _say("\nWhat to try:\n")
    for number, line in enumerate(small_school.app.state.story_try, 1):
        _say(f"  {number}. {line}")
    _say("\nCtrl-C ends it.")


async def run(name: str) -> int:
    """One service of a distributed system, until a signal ends it."""
    settings = house.read_settings(name, {})
    if settings.rabbitmq_url is None:
        raise WrongSetting("RABBITMQ_URL: is not set")
    configure_logging(settings.log_level)
    place = house.own_place()
    app = PARTS[name].create_app(settings)
    service = app.state.service
    with told_to_stop() as stop:
        async with (
            app.router.lifespan_context(app),
            serving([Listening(app, place.bind, place.public, "PARTA_PORT")]),
        ):
            service.work()
            # A loop that gave up (a broker that hands out nothing) ends the process: a fresh one
            # may do better.
            ended = asyncio.ensure_future(service.gave_up())
            stopped = asyncio.ensure_future(stop.wait())
            await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
            failed = ended.done()
            for task in (ended, stopped):
                task.cancel()
            await service.stop()
    return 1 if failed else 0


async def migrate() -> int:
    """Bring every schema of DATABASE_URL up to date."""
    from parta.operating import database_url
    from shared.migrations import migrate as migrate_schema

    async with database_url() as url:
        for name in PARTS:
            for done in await migrate_schema(url, name, PARTS[name].migrations):
                _say(f"{name}: {done}")
    return 0


def milliseconds(first: str, later: str) -> float:
    """Between two moments in ISO form."""
    passed = datetime.fromisoformat(later) - datetime.fromisoformat(first)
    return passed / timedelta(milliseconds=1)


def _say(text: str) -> None:
    print(text, flush=True)
