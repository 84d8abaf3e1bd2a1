"""sync against the sandbox's GitHub, over HTTP: the whole way, limits and losses included."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from tests.sandbox.serving import Served, serve
from tests.support.waiting import eventually
from tests.sync.asking import Sync, asking

PULL = "sync.pull.changed.v1"
REVIEW = "sync.review.found.v1"
LOST = "sync.pull.lost.v1"
HOOKS_TOKEN = "ghp_parta_hooks"


@dataclass
class Both:
    """sync and the GitHub that it asks; time passes for both together."""

    sync: Sync
    hub: Served

    async def open(self, count: int = 1) -> list[str]:
        """Works on review, each with a pull request of its own; their addresses."""
        seeded = await self.hub.post("/github/seed", owner="student", repositories=count)
        for url in seeded["pulls"]:
            await self.sync.work(pull_url=url)
        pulls: list[str] = seeded["pulls"]
        return pulls

    async def let_pass(self, **time: float) -> None:
        """Time passes, and what is due is looked at."""
        self.hub.clock.advance(timedelta(**time).total_seconds())
        await self.sync.let_waits_pass(**time)
        await self.sync.look_after(**time)

    async def quota(self) -> int:
        """How many requests counted so far."""
        methods = (await self.hub.get("/counts"))["github"]
        return sum(count["quota"] for count in methods.values())

    async def sent_while_waiting(self) -> int:
        holders: list[dict[str, Any]] = (await self.hub.get("/github/limits"))["holders"]
        return sum(one["sent_while_waiting"] for one in holders)


@asynccontextmanager
async def both(database_url: str, **settings: Any) -> AsyncIterator[Both]:
    async with (
        serve(changes={"github_hooks_token": HOOKS_TOKEN}) as hub,
        asking(
            database_url,
            github_api_url=f"{hub.settings.url}/github/api",
            public_url=hub.settings.public_url,
            **settings,
        ) as sync,
    ):
        yield Both(sync, hub)


async def test_with_every_webhook_lost_a_review_is_found(database_url: str) -> None:
    async with both(database_url) as house:
        await house.hub.post("/github/losses", all=True)
        (url,) = await house.open()
        await house.let_pass(seconds=1)
        await house.hub.post("/github/push", pull=url, force=True)
        made = await house.hub.post("/github/review", pull=url, by="curator", state="approved")
        for _ in range(4):
            await house.let_pass(seconds=30)
        await house.hub.post("/github/review", pull=url, by="curator", state="dismissed")
        for _ in range(4):
            await house.let_pass(seconds=30)
        pulls, reviews = await house.sync.told(PULL), await house.sync.told(REVIEW)
    assert [one["review_id"] for one in reviews] == [made["review_id"]] * 2
    assert [one["state"] for one in reviews] == ["approved", "dismissed"]
    assert reviews[0]["commit_id"] == pulls[-1]["head_sha"]


async def test_an_idle_hour_costs_nothing(database_url: str) -> None:
    async with both(database_url) as house:
        await house.open(5)
        await house.let_pass(seconds=1)
        before, told = await house.quota(), await house.sync.kinds()
        for _ in range(60):
            await house.let_pass(minutes=1)
        assert await house.quota() == before
        assert await house.sync.kinds() == told == [PULL] * 5


async def test_a_rename_a_loss_and_a_return_are_told(database_url: str) -> None:
    async with both(database_url) as house:
        await house.hub.post("/github/losses", all=True)
        (url,) = await house.open()
        await house.let_pass(seconds=1)
        name = url.removeprefix("https://github.com/").partition("/pull/")[0]

        async def change(repository: str, action: str, **more: str) -> None:
            await house.hub.post("/github/repository", repository=repository, action=action, **more)
            for _ in range(20):
                await house.let_pass(minutes=2)

        await change(name, "rename", to="homework")
        renamed = f"{name.partition('/')[0]}/homework"
        await change(renamed, "private")
        await change(renamed, "public")
        await change(renamed, "block")
        events = await house.sync.told()
    assert [one.get("reason") or one["repository"] for one in events] == [
        name,
        renamed,
        "gone",
        renamed,
        "blocked",
    ]
    assert len({one["repository_id"] for one in events}) == 1


async def test_nothing_is_sent_while_a_secondary_limit_runs(database_url: str) -> None:
    for tells in (True, False):
        async with both(database_url) as house:
            await house.open(3)
            await house.hub.post(
                "/github/limits", kind="secondary", seconds=50, status=403, tells=tells
            )
            for _ in range(20):
                await house.let_pass(seconds=10)
            assert await house.sent_while_waiting() == 0
            assert (await house.sync.kinds()).count(PULL) >= 3


async def test_a_delivery_that_failed_is_sent_again_under_its_guid(database_url: str) -> None:
    async with both(
        database_url,
        github_hooks="parta-student/seed-0001",
        github_hooks_token=SecretStr(HOOKS_TOKEN),
    ) as house:
        (url,) = await house.open()
        house.hub.hook.status = 500
        await house.hub.post("/github/review", pull=url, by="curator", state="approved")
        failed = [headers["x-github-delivery"] for headers, _ in house.hub.hook.came]
        house.hub.hook.status = 202
        house.hub.hook.came.clear()
        sync = house.sync
        assert sync.service.reconciler is not None
        await sync.service.reconciler.go_through_next(sync.service.database, sync.clock)
        for _ in failed:
            await sync.service.reconciler.ask_for_next(sync.service.database, sync.clock)
            await sync.let_waits_pass(seconds=2)
        await eventually(lambda: len(house.hub.hook.came) >= len(failed))
        came = [headers["x-github-delivery"] for headers, _ in house.hub.hook.came]
    assert failed
    assert sorted(came) == sorted(failed)
