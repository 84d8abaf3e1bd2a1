"""school's pages, each asked over its app as somebody at random who may see it."""

import random
import time
from collections.abc import Callable
from uuid import UUID

import httpx
import uvloop
from pydantic import SecretStr

from bench.sides.pages_seed import Seeded, Size, seed
from bench.task import Tally, Task, given_task
from services.school.app import create_app
from services.school.settings import SchoolSettings
from shared.identity import ANONYMOUS, Identity
from shared.log import configure_logging

WARM_UP = 5
Asked = tuple[UUID, str, str]
"""Who asks, in which role, for which address."""


class Signed:
    """In the place of the verifier: whose session it is costs the same on every page."""

    def __init__(self) -> None:
        self.identity = ANONYMOUS

    async def identify(self, token: str | None) -> Identity:
        """Who asks."""
        return self.identity


def pages_of(made: Seeded, chance: random.Random) -> dict[str, Callable[[], Asked]]:
    """Every page by its name, with a way to make one question of it."""

    def student(address: str) -> Callable[[], Asked]:
        def asked() -> Asked:
            person, team, assignment = chance.choice(made.students)
            path = address.format(person=person, team=team, assignment=assignment)
            return person, "student", path

        return asked

    def curator(address: str) -> Callable[[], Asked]:
        def asked() -> Asked:
            person, team = chance.choice(made.curators)
            mine = [one for one, of, _ in made.students if of == team]
            path = address.format(person=person, team=team, student=chance.choice(mine))
            return person, "curator", path

        return asked

    def administrator(address: str) -> Callable[[], Asked]:
        def asked() -> Asked:
            curator_id, team = chance.choice(made.curators)
            path = address.format(curator=curator_id, team=team)
            return made.administrator, "administrator", path

        return asked

    return {
        "student: where they learn": student("/school"),
        "student: week": student("/school/teams/{team}/weeks/6"),
        "student: task": student("/school/teams/{team}/assignments/{assignment}"),
        "student: works": student("/school/submissions"),
        "student: own profile": student("/school/people/{person}"),
        "curator: where they teach": curator("/school"),
        "curator: review": curator("/school/review"),
        "curator: correction": curator("/school/review?status=correction"),
        "curator: execution": curator("/school/review?status=execution"),
        "curator: matrix": curator("/school/progress?team={team}"),
        "curator: matrix, all weeks": curator("/school/progress?weeks=all&team={team}"),
        "curator: a student's profile": curator("/school/people/{student}"),
        "administrator: review of all": administrator("/school/review"),
        "administrator: correction of all": administrator("/school/review?status=correction"),
        "administrator: execution of all": administrator("/school/review?status=execution"),
        "administrator: review of one": administrator("/school/review?curator={curator}"),
        "administrator: matrix": administrator("/school/progress?team={team}"),
        "administrator: activity": administrator("/school/activity"),
        "administrator: a curator's profile": administrator("/school/people/{curator}"),
    }


async def main(task: Task, tally: Tally) -> None:
    """Fill the school, then ask for one page after another."""
    made = await seed(task.postgres, Size(**task.settings["size"]))
    app = create_app(
        SchoolSettings(
            database_url=SecretStr(task.postgres), service_secret=SecretStr("a-secret-of-the-bench")
        )
    )
    signed = Signed()
    app.state.service.verifier = signed
    chance = random.Random(2)  # noqa: S311 - the same people in every run
    took: dict[str, list[float]] = {}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://school.test"
        ) as client,
    ):
        tally.begin()
        for name, make in pages_of(made, chance).items():
            times = [await _ask(client, signed, make()) for _ in range(WARM_UP + task.count)]
            took[name] = times[WARM_UP:]
    tally.finish(took=took)


async def _ask(client: httpx.AsyncClient, signed: Signed, asked: Asked) -> float:
    person_id, role, path = asked
    signed.identity = Identity(
        person_id=person_id, roles=(role,), csrf="secret", locale="ru", zone="Europe/Moscow"
    )
    begun = time.perf_counter()
    answer = await client.get(path, headers={"Accept": "text/html"})
    ended = time.perf_counter()
    assert answer.status_code == 200, f"{role} {path}: {answer.status_code}"
    return ended - begun


if __name__ == "__main__":
    configure_logging("warning")
    task = given_task()
    uvloop.run(main(task, Tally(task)))
