"""GitHub as the load: signed reviews at a steady rate, whether or not the last was answered."""

import asyncio
import random
import time

import aiohttp
import uvloop

from bench.school import body
from bench.task import Tally, Task, given_task
from tests.sync.hook import signature

WAITS_FOR = 30


async def deliver(task: Task, tally: Tally) -> None:
    """Each review at a random moment of its slot; every delivery's moment and answer are told."""
    urls, rate = task.settings["urls"], task.settings["rate"]
    bodies = [body(number) for number in range(task.count)]
    signed = [signature(one) for one in bodies]
    moments = random.Random(1)  # noqa: S311 - the same moments in every run
    told: list[tuple[float, int]] = [(0.0, 0)] * task.count
    timeout = aiohttp.ClientTimeout(total=WAITS_FOR)
    async with aiohttp.ClientSession(timeout=timeout) as session:

        async def post(number: int) -> None:
            headers = {
                "Content-Type": "application/json",
                "X-GitHub-Event": "pull_request_review",
                "X-GitHub-Delivery": f"bench-{number}",
                "X-Hub-Signature-256": signed[number],
            }
            sent_at = time.time()
            url = f"{urls[number % len(urls)]}/hooks/github"
            async with session.post(url, data=bodies[number], headers=headers) as answer:
                told[number] = (sent_at, answer.status)

        started = time.monotonic() + 0.5
        tally.begin()
        async with asyncio.TaskGroup() as posts:
            for number in range(task.count):
                moment = started + (number + moments.random()) / rate
                await asyncio.sleep(moment - time.monotonic())
                posts.create_task(post(number))
    tally.finish(deliveries=told)


if __name__ == "__main__":
    task = given_task()
    uvloop.run(deliver(task, Tally(task)))
