"""Pull requests of works: watched without webhooks, told as webhooks would have told them."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.sync.worker import DUE
from tests.material import captured
from tests.sync.asking import Sync, asking, reply
from tests.sync.hook import deliver
from tests.sync.shapes import ANNA, LENA, REPOSITORY_ID, pull, review
from tests.sync.wire import Hub

PULL = "sync.pull.changed.v1"
REVIEW = "sync.review.found.v1"
LOST = "sync.pull.lost.v1"
PATH = "/repos/lena/tasks/pulls/3"
REVIEWS = f"{PATH}/reviews"
NEW_HEAD = "b" * 40


def hub(*reviews: dict[str, Any], **facts: Any) -> Hub:
    made = Hub()
    made.put(pull(**facts), list(reviews))
    return made


async def states(sync: Sync) -> list[str]:
    return [body["state"] for body in await sync.told(REVIEW)]


async def test_a_review_is_found_after_its_pull_request(database_url: str) -> None:
    async with asking(database_url, hub(review())) as sync:
        await sync.work()
        await sync.look()
        kinds, (found,) = await sync.kinds(), await sync.told(REVIEW)
    assert kinds == [PULL, REVIEW]
    assert (found["review_id"], found["state"], found["reviewer_id"]) == (9, "approved", ANNA)
    assert found["commit_id"] == "a" * 40
    assert found["repository_id"] == REPOSITORY_ID


async def test_with_webhooks_lost_a_review_is_found_within_two_minutes(database_url: str) -> None:
    wire = hub()
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        wire.put(pull(), [review()])
        for _ in range(12):
            await sync.look_after(seconds=10)
        assert await states(sync) == ["approved"]


async def test_what_has_not_changed_costs_nothing_and_tells_nothing(database_url: str) -> None:
    wire = Hub()
    async with asking(database_url, wire) as sync:
        for number in range(1, 21):
            wire.put(pull(number), [review(number)])
            await sync.work(pull_url=f"https://github.com/lena/tasks/pull/{number}")
        await sync.look()
        before = await sync.kinds()
        wire.forget()
        for _ in range(60):
            await sync.look_after(minutes=1)
        assert await sync.kinds() == before
    assert wire.costly == 0
    assert len(wire.asked) > 20 * 30


async def test_a_review_told_by_hook_and_found_by_asking_is_one_event(database_url: str) -> None:
    payload = captured("pull_request_review", "submitted")
    told, place = payload["pull_request"], payload["repository"]
    answered = {
        **told,
        "base": {**told["base"], "repo": place},
        "merged_at": told.get("merged_at"),
    }
    listed = {**payload["review"], "state": payload["review"]["state"].upper()}
    for hook_comes_first in (True, False):
        wire = Hub()
        wire.put(answered, [listed])
        async with asking(database_url, wire) as sync:
            await sync.work(pull_url=told["html_url"])
            if hook_comes_first:
                await deliver(sync.client, "pull_request_review", payload)
            await sync.look()
            await deliver(sync.client, "pull_request_review", payload)
            assert await sync.kinds() == [PULL, REVIEW]


async def test_a_dismissal_is_found(database_url: str) -> None:
    wire = hub(review())
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        wire.put(pull(), [review(state="DISMISSED")])
        await sync.look_after(minutes=2)
        assert await states(sync) == ["approved", "dismissed"]


async def test_an_answer_from_before_a_dismissal_comes_too_late(database_url: str) -> None:
    payload = captured("pull_request_review", "dismissed")
    told, place = payload["pull_request"], payload["repository"]
    wire = Hub()
    wire.put(
        {**told, "base": {**told["base"], "repo": place}},
        [{**payload["review"], "state": "APPROVED"}],
    )
    async with asking(database_url, wire) as sync:
        await sync.work(pull_url=told["html_url"])
        await deliver(sync.client, "pull_request_review", payload)
        await sync.look()
        assert await states(sync) == ["dismissed"]


async def test_the_head_is_never_older_than_what_was_reviewed(database_url: str) -> None:
    """A push and a review between two polls: the pull request is asked for after the reviews."""
    wire = hub()
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        wire.forget()
        wire.put(
            pull(head=NEW_HEAD, updated_at="2026-09-01T14:00:00Z"), [review(commit_id=NEW_HEAD)]
        )
        await sync.look_after(minutes=2)
        events = await sync.told()
    assert wire.paths == [REVIEWS, PATH]
    assert [body.get("head_sha") or body["commit_id"] for body in events] == [
        "a" * 40,
        NEW_HEAD,
        NEW_HEAD,
    ]


async def test_two_changes_within_a_second_do_not_hide_the_later(database_url: str) -> None:
    """`Last-Modified` has whole seconds: it may say "unchanged" of a head that is another."""
    head = "a" * 40

    def answer(request: httpx.Request) -> httpx.Response:
        etag = f'"{head}"'
        if "if-modified-since" in request.headers or request.headers.get("if-none-match") == etag:
            return reply(304)
        modified = "Tue, 01 Sep 2026 12:00:00 GMT"
        return reply(200, pull(head=head), ETag=etag, Last_Modified=modified)

    wire = hub()
    wire.things[PATH] = answer
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        head = NEW_HEAD
        wire.things[REVIEWS] = [review(commit_id=NEW_HEAD)]
        await sync.look_after(minutes=2)
        assert (await sync.told(PULL))[-1]["head_sha"] == NEW_HEAD


async def test_a_push_alone_is_found_now_and_then_forced_or_not(database_url: str) -> None:
    wire = hub()
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        wire.put(pull(head=NEW_HEAD, draft=True, updated_at="2026-09-01T14:00:00Z"), [])
        for _ in range(11):
            await sync.look_after(minutes=1)
        last = (await sync.told(PULL))[-1]
    assert (last["head_sha"], last["draft"]) == (NEW_HEAD, True)


async def test_reviews_of_everybody_are_told_but_for_ghosts_and_drafts(database_url: str) -> None:
    reviews = [
        review(1, by=LENA, state="COMMENTED"),
        review(2, user={"id": 5, "login": "helper[bot]"}),
        review(3, user=None),
        {**review(4, state="PENDING"), "submitted_at": None},
        {name: value for name, value in review(5, "PENDING").items() if name != "submitted_at"},
        review(6, commit_id=None),  # type: ignore[arg-type]
        review(7, state="SOMETHING_NEW"),
        review(8, state="CHANGES_REQUESTED"),
    ]
    async with asking(database_url, hub(*reviews)) as sync:
        await sync.work()
        await sync.look()
        told = [body["review_id"] for body in await sync.told(REVIEW)]
    assert told == [1, 2, 8]


async def test_every_page_is_read_and_a_new_one_is_found(database_url: str) -> None:
    wire = hub(*(review(number) for number in range(1, 101)))
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        wire.put(pull(), [review(number) for number in range(1, 251)])
        await sync.look_after(minutes=2)
        assert len(await states(sync)) == 250
        wire.forget()
        await sync.look_after(minutes=2)
        assert wire.costly == 0
        assert len(wire.asked) == 3


async def test_pages_without_end_end(database_url: str) -> None:
    def endless(request: httpx.Request) -> httpx.Response:
        return reply(200, [review()], Link=f'<{request.url}>; rel="next"')

    wire = hub()
    wire.things[REVIEWS] = endless
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        assert wire.paths.count(REVIEWS) == 10
        assert await states(sync) == ["approved"]


async def test_reviews_as_long_as_books_hide_no_other(database_url: str) -> None:
    long = [review(number, body="x" * 60_000) for number in range(1, 30)]
    wire = hub(*long, review(99))
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        assert len(await states(sync)) == 30
        wire.forget()
        await sync.look_after(minutes=2)
    assert all(one.url.params["per_page"] == "10" for one in wire.asked)


async def test_a_page_that_is_too_long_by_itself_hides_only_itself(database_url: str) -> None:
    longest = [review(number, body="x" * 200_000) for number in range(1, 11)]
    async with asking(database_url, hub(*longest, review(99))) as sync:
        await sync.work()
        await sync.look()
        told = [body["review_id"] for body in await sync.told(REVIEW)]
    assert told == [99]


async def test_a_rename_between_two_polls_is_followed_and_told_once(database_url: str) -> None:
    wire = hub()
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        wire.rename("lena/tasks", "lena-k/homework")
        wire.things["/repos/lena-k/homework/pulls/3/reviews"] = [review()]
        wire.things[f"/repositories/{REPOSITORY_ID}/pulls/3/reviews"] = [review()]
        for _ in range(3):
            await sync.look_after(minutes=2)
        told, kinds = await sync.told(PULL), await sync.kinds()
        wire.forget()
        await sync.look_after(minutes=2)
    assert [body["repository"] for body in told] == ["lena/tasks", "lena-k/homework"]
    assert {body["repository_id"] for body in told} == {REPOSITORY_ID}
    assert kinds == [PULL, PULL, REVIEW]
    assert wire.paths == ["/repos/lena-k/homework/pulls/3/reviews"]


async def test_a_name_that_was_given_to_another_repository_does_not_mislead(
    database_url: str,
) -> None:
    wire = hub()
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        wire.rename("lena/tasks", "lena/homework")
        stranger = pull(repository_id=999, head="c" * 40)
        wire.things[PATH], wire.things[REVIEWS] = stranger, [review(66)]
        wire.things["/repos/lena/homework/pulls/3/reviews"] = [review(9)]
        for _ in range(3):
            await sync.look_after(minutes=2)
        pulls, reviews = await sync.told(PULL), await sync.told(REVIEW)
    assert [body["repository"] for body in pulls] == ["lena/tasks", "lena/homework"]
    assert [body["review_id"] for body in reviews] == [9]


async def test_one_404_is_a_flap_and_two_are_a_loss_that_is_told_once(database_url: str) -> None:
    wire = hub()
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        gone = wire.remove("lena/tasks")
        await sync.look_after(minutes=2)
        wire.things |= gone
        await sync.look_after(minutes=2)
        assert await sync.told(LOST) == []
        wire.remove("lena/tasks")
        for _ in range(4):
            await sync.look_after(minutes=2)
        (lost,) = await sync.told(LOST)
        assert (lost["reason"], lost["repository_id"], lost["number"]) == (
            "gone",
            REPOSITORY_ID,
            3,
        )
        assert lost["repository"] == "lena/tasks"
        wire.things |= gone
        await sync.look_after(minutes=40)
        assert (await sync.kinds())[-1] == PULL
        assert (await sync.told())[-1]["head_sha"] == "a" * 40
        await sync.look_after(minutes=40)
        assert len(await sync.kinds()) == 3


async def test_two_404s_within_a_minute_are_one(database_url: str) -> None:
    wire = Hub()
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        await sync.work()  # of another student, the same place: looked at again at once
        await sync.look()
        assert await sync.told(LOST) == []
        await sync.look_after(seconds=61)
        (lost,) = await sync.told(LOST)
    assert (lost["repository_id"], lost["repository"]) == (0, "lena/tasks")


async def test_what_the_law_closed_is_told_at_once(database_url: str) -> None:
    wire = hub()
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        for path in (PATH, REVIEWS):
            wire.things[path] = reply(451, {"message": "blocked", "block": {"reason": "dmca"}})
        for _ in range(3):
            await sync.look_after(minutes=35)
        assert [body["reason"] for body in await sync.told(LOST)] == ["blocked"]


async def test_a_repository_hidden_by_hook_is_lost_with_the_first_404(database_url: str) -> None:
    wire = hub()
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        gone = wire.remove("lena/tasks")
        answer = await deliver(sync.client, "repository", repository_hook("privatized"))
        assert answer.json() == {"result": "learned"}
        await sync.look()
        assert [body["reason"] for body in await sync.told(LOST)] == ["gone"]
        wire.things |= gone
        await deliver(sync.client, "repository", repository_hook("publicized"))
        await sync.look()
        assert await sync.kinds() == [PULL, LOST, PULL]


async def test_yesterdays_hook_of_a_hidden_repository_loses_nothing(database_url: str) -> None:
    async with asking(database_url, hub()) as sync:
        await sync.work()
        await sync.look()
        await deliver(sync.client, "repository", repository_hook("deleted"))
        await sync.look()
        assert await sync.kinds() == [PULL]


async def test_a_rename_told_by_hook_is_looked_at_at_once(database_url: str) -> None:
    wire = hub()
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        wire.rename("lena/tasks", "lena/homework")
        await deliver(sync.client, "repository", repository_hook("renamed"))
        await sync.look()
        assert [body["repository"] for body in await sync.told(PULL)] == [
            "lena/tasks",
            "lena/homework",
        ]


async def test_a_hook_of_a_repository_that_nobody_waits_for_is_known(database_url: str) -> None:
    async with asking(database_url, Hub()) as sync:
        answer = await deliver(sync.client, "repository", repository_hook("renamed"))
    assert answer.json() == {"result": "known"}


async def test_an_answer_older_than_what_is_known_is_not_told(database_url: str) -> None:
    """GitHub's replicas disagree for moments: yesterday's answer after today's hook."""
    wire = hub()
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.look()
        wire.put(pull(head=NEW_HEAD, updated_at="2026-09-02T12:00:00Z"), [review(1)])
        await sync.look_after(minutes=2)
        wire.put(pull(updated_at="2026-09-01T12:30:00Z"), [review(1), review(2)])
        await sync.look_after(minutes=2)
        assert [body["head_sha"] for body in await sync.told(PULL)] == ["a" * 40, NEW_HEAD]


@pytest.mark.parametrize(
    ("status", "facts", "step"),
    [
        ("review", {}, timedelta(seconds=75)),
        ("correction", {}, timedelta(minutes=10)),
        ("approved", {"review_url": "https://github.com/x"}, timedelta(hours=1)),
        ("approved", {}, None),
        ("execution", {}, None),
        ("available", {"pull_url": ""}, None),
        ("review", {"pull_url": "https://github.com/lena/tasks/issues/3"}, None),
        ("review", {"pull_url": "https://["}, None),
    ],
)
async def test_how_often_it_is_looked_at_depends_on_the_work(
    database_url: str, status: str, facts: dict[str, Any], step: timedelta | None
) -> None:
    wire = hub()
    async with asking(database_url, wire) as sync:
        await sync.work(status, **facts)
        await sync.look()
        if step is None:
            assert wire.asked == []
            return
        wire.forget()
        sync.clock.advance(step - timedelta(seconds=2))
        await sync.look()
        assert wire.asked == []
        await sync.look_after(seconds=3)
        assert wire.asked


async def test_what_nobody_waits_for_any_more_is_left_alone(database_url: str) -> None:
    wire = hub()
    async with asking(database_url, wire) as sync:
        submission_id = await sync.work()
        await sync.look()
        await sync.work("execution", submission_id=submission_id, version=2)
        await sync.work("review", submission_id=submission_id, version=1)  # yesterday's
        await sync.look_after(minutes=2)
        wire.forget()
        await sync.look_after(days=1)
        assert await sync.rows("SELECT * FROM watches") == []
    assert wire.asked == []


async def test_after_thirty_days_a_decided_work_is_not_watched(database_url: str) -> None:
    wire = hub()
    async with asking(database_url, wire) as sync:
        await sync.work("correction")
        await sync.look()
        await sync.look_after(days=31)
        wire.forget()
        await sync.look_after(days=1)
        assert wire.asked == []
        (forget,) = [due for due in DUE if due.name == "forget old deliveries"]
        await forget.run(sync.service.database, sync.clock)
        assert await sync.rows("SELECT * FROM watched_works") == []


async def test_two_works_of_one_pull_request_are_one_watch(database_url: str) -> None:
    wire = hub(review())
    async with asking(database_url, wire) as sync:
        await sync.work()
        await sync.work("correction", pull_url="https://github.com/Lena/Tasks/pull/3/")
        assert await sync.look() == 1
        assert await sync.kinds() == [PULL, REVIEW]


async def test_two_replicas_do_not_look_at_the_same(database_url: str) -> None:
    wire = Hub()
    async with asking(database_url, wire) as one, asking(database_url, wire) as two:
        for number in range(1, 11):
            wire.put(pull(number), [review(number)])
            await one.work(pull_url=f"https://github.com/lena/tasks/pull/{number}")
        await asyncio.gather(one.look(), two.look())
        assert len(await one.told(REVIEW)) == 10
    assert len(wire.asked) == 20


@pytest.mark.parametrize(
    "answer", [reply(429, Retry_After="60"), reply(403, X_RateLimit_Remaining="0"), reply(429)]
)
async def test_while_a_wait_runs_no_look_sends_anything(
    database_url: str, answer: httpx.Response
) -> None:
    wire = hub(review())
    wire.things[REVIEWS] = answer
    async with asking(database_url, wire) as sync:
        await sync.work()
        for _ in range(5):
            await sync.look_after(minutes=5)
        assert len(wire.asked) == 1
        wire.put(pull(), [review()])
        await sync.let_waits_pass(hours=1)
        await sync.look()
        assert await sync.kinds() == [PULL, REVIEW]


@pytest.mark.parametrize(
    "answer",
    [reply(500), reply(200, {"message": "?"}), reply(200, [{"id": "x"}]), reply(422)],
    ids=["error", "object", "odd", "refused"],
)
async def test_one_that_cannot_be_read_does_not_hold_up_the_others(
    database_url: str, answer: httpx.Response
) -> None:
    wire = hub(review())
    wire.things["/repos/lena/odd/pulls/1/reviews"] = answer
    async with asking(database_url, wire) as sync:
        await sync.work(pull_url="https://github.com/lena/odd/pull/1")
        await sync.work()
        for _ in range(3):
            await sync.look()
            await sync.let_waits_pass(minutes=2)
        assert REVIEW in await sync.kinds()


async def test_without_a_token_polls_are_as_many_as_fit(database_url: str) -> None:
    left = 60

    def poor(request: httpx.Request) -> httpx.Response:
        nonlocal left
        left -= 1
        thing = [] if request.url.path.endswith("/reviews") else pull()
        return reply(200, thing, X_RateLimit_Limit="60", X_RateLimit_Remaining=str(left))

    async with asking(database_url, poor, token=None) as sync:
        await sync.work(version=1)
        await sync.look()
        looks = 0
        for _ in range(30):
            looks += await sync.look_after(minutes=2)
            await sync.let_waits_pass(minutes=2)
    assert left >= 6
    assert looks >= 15


@pytest.mark.parametrize("is_watched", [True, False])
async def test_a_curators_refresh_is_a_look_at_once(database_url: str, is_watched: bool) -> None:
    wire = hub()
    async with asking(database_url, wire) as sync:
        if is_watched:
            await sync.work()
            await sync.look()
        wire.put(pull(), [review()])
        sync.sign_in(act="school")
        answer = await sync.client.post(
            "/internal/github/refresh", json={"repository": "Lena/Tasks", "number": 3}
        )
        await sync.look()
        assert answer.status_code == 202
        assert await states(sync) == ["approved"]
        assert len(await sync.rows("SELECT * FROM watches")) == is_watched


async def test_what_was_asked_for_while_it_was_looked_at_is_looked_at_again(
    database_url: str,
) -> None:
    looking, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(request: httpx.Request) -> httpx.Response:
        looking.set()
        await go_on.wait()
        return reply(200, [] if request.url.path.endswith("/reviews") else pull())

    async with asking(database_url, slowly) as sync:  # type: ignore[arg-type]
        await sync.work()
        first = asyncio.create_task(sync.look())
        await looking.wait()
        await sync.work()
        go_on.set()
        assert await first == 2


def repository_hook(action: str) -> dict[str, Any]:
    return {
        "action": action,
        "repository": {"id": REPOSITORY_ID, "full_name": "lena/tasks"},
        "sender": {"id": LENA, "login": "lena"},
    }


async def test_whatever_a_repositorys_hook_says_it_is_taken(database_url: str) -> None:
    async with asking(database_url, Hub()) as sync:
        for action in ("archived", "edited", "created", "transferred", "a word to come"):
            answer = await deliver(
                sync.client,
                "repository",
                json.dumps(repository_hook(action)).encode(),
            )
            assert answer.status_code == 202
