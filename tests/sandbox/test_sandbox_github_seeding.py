"""GitHub with many pull requests: made at once, and found as quickly as among few."""

from __future__ import annotations

import time

from tests.sandbox.serving import Served

OWN = {"authorization": "Bearer ghp_parta"}


async def test_many_are_made_at_once_and_a_second_time_nothing_changes(sandbox: Served) -> None:
    wish = {"owners": 20, "prefix": "load", "repositories": 5, "pulls_each": 2}
    first = await sandbox.post("/github/seed", **wish)
    again = await sandbox.post("/github/seed", **wish)
    assert first == again
    assert len(set(first["pulls"])) == 200
    assert first["pulls"][-1] == "https://github.com/load-0020/load-0005/pull/2"
    assert len({one["id"] for one in first["owners"]}) == 20
    assert sandbox.hook.came == []
    found = await sandbox.get("/github/api/repos/load-0020/load-0005/pulls/2")
    assert found["user"]["id"] == first["owners"][-1]["id"]
    pushed = await sandbox.post("/github/push", pull=first["pulls"][0])
    assert pushed["status"] == 202


async def test_seeded_ones_may_have_no_hook_and_belong_to_somebody(sandbox: Served) -> None:
    seeded = await sandbox.post(
        "/github/seed", owner="student", prefix="quiet", repositories=3, hooked=False
    )
    assert seeded["owners"][0]["login"] == "parta-student"
    assert (await sandbox.post("/github/push", pull=seeded["pulls"][0]))["delivery_id"] is None


async def test_among_ten_thousand_one_is_found_as_quickly_as_among_two(sandbox: Served) -> None:
    path = "/github/api/repos/parta-student/library-catalogue/pulls/1"

    async def fastest() -> float:
        seconds = []
        for _ in range(20):
            began = time.perf_counter()
            assert (await sandbox.http.get(path, headers=OWN)).status_code == 200
            seconds.append(time.perf_counter() - began)
        return min(seconds)

    few = await fastest()
    seeded = await sandbox.post("/github/seed", owners=500, repositories=20)
    assert len(seeded["pulls"]) == 10_000
    assert await fastest() < few * 3
    assert len(await sandbox.get("/github/pulls", limit=50)) == 50


async def test_there_is_an_end_to_how_many(sandbox: Served) -> None:
    refused = await sandbox.http.post(
        "/github/seed", json={"owners": 1000, "repositories": 100, "pulls_each": 1}
    )
    assert refused.status_code == 409
    odd = await sandbox.http.post("/github/seed", json={"prefix": "a b"})
    assert odd.status_code == 400
    nobody = await sandbox.http.post("/github/seed", json={"owner": "nobody"})
    assert nobody.status_code == 404
