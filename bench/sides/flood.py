"""People who open pages, and a crowd that guesses passwords, each at a steady rate."""

import asyncio
import time
from collections import Counter

import aiohttp
import uvloop

from bench.task import Tally, Task, given_task

WAITS_FOR = 30


async def send(task: Task, tally: Tally) -> None:
    """`count` requests at `rate` a second, answered or not; tells statuses and the seconds each
    took."""
    told = task.settings
    url, rate = told["url"], told["rate"]
    took: list[float] = []
    statuses: Counter[int] = Counter()
    timeout = aiohttp.ClientTimeout(total=WAITS_FOR)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:

        async def page(number: int) -> None:
            began = time.perf_counter()
            path = told["pages"][number % len(told["pages"])]
            async with session.get(f"{url}{path}", headers=told["headers"]) as answer:
                await answer.read()
            took.append(time.perf_counter() - began)
            statuses[answer.status] += 1

        async def guess(number: int) -> None:
            # Each from a client of its own, for an address of its own: nobody is slowed down.
            said = {"email": f"p{number}@example.org", "password": f"a guess, number {number}"}
            client = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            headers = {"Origin": url, "X-Real-IP": client}
            async with session.post(
                f"{url}/login/password", data=said, headers=headers, allow_redirects=False
            ) as answer:
                await answer.read()
            statuses[answer.status] += 1

        do = page if task.role == "visit" else guess
        started = time.monotonic() + 0.2
        async with asyncio.TaskGroup() as requests:
            for number in range(task.count):
                await asyncio.sleep(started + number / rate - time.monotonic())
                requests.create_task(do(number))
    tally.finish(took=took, statuses={str(status): count for status, count in statuses.items()})


if __name__ == "__main__":
    task = given_task()
    uvloop.run(send(task, Tally(task)))
