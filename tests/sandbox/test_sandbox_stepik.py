"""Stepik as a program meets it: tokens, courses, marks, people."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.school import PEOPLE
from sandbox.stepik.accounts import FIRST_USER_ID, user_id_of
from tests.sandbox.asking_stepik import BASIC, Asker, give_token, new_headers
from tests.sandbox.serving import Served, serve
from tests.sandbox.signing_in import PKCE, VERIFIER, come_back

PEOPLE_BY_KEY = {person.key: person for person in PEOPLE}
STUDENT = user_id_of(PEOPLE_BY_KEY["student"])
STUDENT2 = user_id_of(PEOPLE_BY_KEY["student2"])
TEACHER = user_id_of(PEOPLE_BY_KEY["teacher"])
ADMINISTRATOR = user_id_of(PEOPLE_BY_KEY["administrator"])


@pytest.fixture
async def program(sandbox: Served) -> Asker:
    return Asker(sandbox, await new_headers(sandbox))


# --- tokens


async def test_a_program_gets_a_token_for_its_own_credentials(sandbox: Served) -> None:
    told = (await give_token(sandbox)).json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 36000, "read")
    program = Asker(sandbox, {"authorization": f"Bearer {told['access_token']}"})
    me = await program.get("stepics/1")
    assert [user["id"] for user in me["users"]] == [ADMINISTRATOR]
    assert me["stepics"] == [{"id": 1, "user": ADMINISTRATOR, "profile": ADMINISTRATOR}]


@pytest.mark.parametrize(
    ("auth", "fields", "status", "error"),
    [
        (("stepik-client", "wrong"), {}, 401, "invalid_client"),
        (("another", "stepik-secret"), {}, 401, "invalid_client"),
        (None, {}, 401, "invalid_client"),
        (BASIC, {"grant_type": "password"}, 400, "unsupported_grant_type"),
        (BASIC, {"scope": "everything"}, 400, "invalid_scope"),
        (BASIC, {"grant_type": "authorization_code", "code": "x"}, 400, "invalid_grant"),
    ],
    ids=["secret", "client", "nobody", "grant", "scope", "code"],
)
async def test_a_token_is_given_to_nobody_else_and_for_nothing_else(
    shared_sandbox: Served,
    auth: tuple[str, str] | None,
    fields: dict[str, str],
    status: int,
    error: str,
) -> None:
    form = {"grant_type": "client_credentials", **fields}
    answer = await shared_sandbox.http.post("/stepik/oauth2/token/", data=form, auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_where_nobody_is_registered_there_is_no_token() -> None:
    changes = {"stepik_client_id": "", "stepik_client_secret": ""}
    async with serve(changes=changes) as sandbox:
        answer = await sandbox.http.post(
            "/stepik/oauth2/token/", data={"grant_type": "client_credentials"}, auth=("", "")
        )
        assert answer.status_code == 401


async def test_an_application_of_one_kind_does_nothing_of_the_other() -> None:
    own = ("people-come-in", "another-secret")
    changes = {"stepik_oauth_client_id": own[0], "stepik_oauth_client_secret": own[1]}
    async with serve(changes=changes) as sandbox:
        for grant_type, auth in (("client_credentials", own), ("authorization_code", BASIC)):
            answer = await sandbox.http.post(
                "/stepik/oauth2/token/", data={"grant_type": grant_type}, auth=auth
            )
            assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
        refused = await sandbox.http.get(AUTHORIZE, params=asking(sandbox))
        assert refused.status_code == 400
        back = await come_back(sandbox, AUTHORIZE, asking(sandbox, client_id=own[0]))
        assert back["code"]


async def test_a_token_ends_when_it_was_told_to(sandbox: Served) -> None:
    await sandbox.post("/stepik/settings", expires_in=60)
    program = Asker(sandbox, await new_headers(sandbox))
    sandbox.clock.advance(59)
    assert (await program.ask("course-grades", course=67)).status_code == 200
    sandbox.clock.advance(1)
    for path in ("course-grades", "courses"):
        refused = await program.ask(path, course=67)
        assert refused.status_code == 401
        assert "invalid_token" in refused.headers["www-authenticate"]
    fresh = Asker(sandbox, await new_headers(sandbox))
    assert (await fresh.ask("course-grades", course=67)).status_code == 200


async def test_all_tokens_may_be_refused_at_once(sandbox: Served, program: Asker) -> None:
    assert await sandbox.post("/stepik/forget_tokens") == {"forgotten": 1}
    assert (await program.ask("courses")).status_code == 401


# --- signing in


def asking(sandbox: Served, **changes: str) -> dict[str, str]:
    return {
        "client_id": "stepik-client",
        "redirect_uri": sandbox.settings.stepik_redirect_urls[0],
        "response_type": "code",
        "state": "a-state",
        "login": "student",
        **changes,
    }


async def exchange(sandbox: Served, code: str, **changes: str) -> httpx.Response:
    redirect = sandbox.settings.stepik_redirect_urls[0]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
    return await sandbox.http.post("/stepik/oauth2/token/", data={**fields, **changes}, auth=BASIC)


AUTHORIZE = "/stepik/oauth2/authorize/"


async def test_a_person_signs_in_and_is_themselves(sandbox: Served) -> None:
    back = await come_back(sandbox, AUTHORIZE, asking(sandbox, **PKCE))
    assert back["state"] == "a-state"
    answer = await exchange(sandbox, back["code"], code_verifier=VERIFIER)
    person = Asker(sandbox, {"authorization": f"Bearer {answer.json()['access_token']}"})
    (user,) = (await person.get("stepics/1"))["users"]
    assert (user["id"], user["full_name"], user["is_guest"]) == (STUDENT, "Student", False)
    for plural in ("course-grades", "members", "social-accounts", "progresses"):
        assert (await person.ask(plural, course=67)).status_code == 403, plural


@pytest.mark.parametrize("login", [str(TEACHER), "teacher-old"], ids=["number", "key"])
async def test_the_page_asks_and_takes_a_number_or_a_key(sandbox: Served, login: str) -> None:
    asked = asking(sandbox)
    del asked["login"]
    page = await sandbox.http.get(AUTHORIZE, params=asked)
    assert page.status_code == 200
    assert set(re.findall(r'name="login" value="(\d+)"', page.text)) == {
        *(str(user_id_of(person)) for person in PEOPLE),
        str(FIRST_USER_ID + 900),
    }
    chosen = await sandbox.http.post(AUTHORIZE, data={**asked, "login": login})
    assert chosen.status_code == 302
    assert chosen.headers["location"].startswith(asked["redirect_uri"])
    assert (await sandbox.http.get(AUTHORIZE, params=asking(sandbox, login="x"))).status_code == 404


async def test_a_code_works_once(sandbox: Served) -> None:
    code = (await come_back(sandbox, AUTHORIZE, asking(sandbox)))["code"]
    assert (await exchange(sandbox, code)).status_code == 200
    again = await exchange(sandbox, code)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


async def test_a_code_is_used_up_by_a_wrong_attempt(sandbox: Served) -> None:
    code = (await come_back(sandbox, AUTHORIZE, asking(sandbox, **PKCE)))["code"]
    assert (await exchange(sandbox, code, code_verifier="x" * 43)).status_code == 400
    assert (await exchange(sandbox, code, code_verifier=VERIFIER)).status_code == 400


@pytest.mark.parametrize("late", [True, False], ids=["late", "elsewhere"])
async def test_a_code_is_for_ten_minutes_and_one_address(sandbox: Served, late: bool) -> None:
    code = (await come_back(sandbox, AUTHORIZE, asking(sandbox)))["code"]
    changes = {}
    if late:
        sandbox.clock.advance(601)
    else:
        changes["redirect_uri"] = f"{sandbox.settings.public_url}/else"
    assert (await exchange(sandbox, code, **changes)).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "another"},
        {"redirect_uri": "http://evil.example/"},
        {"response_type": "token"},
        {"scope": "everything"},
        {"code_challenge": "x", "code_challenge_method": "plain"},
    ],
    ids=["client", "address", "response", "scope", "challenge"],
)
async def test_a_wrong_wish_to_sign_in_is_shown_and_sent_nowhere(
    shared_sandbox: Served, change: dict[str, str]
) -> None:
    answer = await shared_sandbox.http.get(AUTHORIZE, params=asking(shared_sandbox, **change))
    assert (answer.status_code, "location" in answer.headers) == (400, False)


async def test_a_person_may_decline_at_stepik(sandbox: Served) -> None:
    back = await come_back(sandbox, AUTHORIZE, asking(sandbox, deny="1"))
    assert back == {"error": "access_denied", "state": "a-state"}


# --- courses


async def test_the_story_course_is_read_from_the_top_down(program: Asker) -> None:
    (course,) = (await program.get("courses/67"))["courses"]
    assert course["title"] == "Python from the desk"
    sections = await program.ids("sections", course["sections"])
    units = await program.ids("units", [unit for one in sections for unit in one["units"]])
    lessons = await program.ids("lessons", [unit["lesson"] for unit in units])
    assert [len(sections), len(units), len(lessons)] == [3, 8, 8]
    assert [one["position"] for one in sections] == [1, 2, 3]
    assert {one["course"] for one in sections} == {67}
    assert not {one["id"] for one in units} & {one["id"] for one in lessons}
    steps = await program.ids("steps", [step for one in lessons for step in one["steps"]])
    assert len(steps) == 21
    (theory,) = [
        one["title"]
        for one in lessons
        if not any(step["cost"] for step in steps if step["lesson"] == one["id"])
    ]
    assert theory == "How a program runs"
    assert all(len(step["block"]["text"]) > 10_000 for step in steps)


async def test_parts_of_a_course_are_found_by_what_they_belong_to(program: Asker) -> None:
    assert len(await program.rows("sections", course=67)) == 3
    assert len(await program.rows("units", section=6701)) == 3
    assert len(await program.rows("units", course=67)) == 8
    assert len(await program.rows("lessons", course=67)) == 8
    assert len(await program.rows("steps", lesson=670101)) == 3
    assert await program.rows("lessons", course=1) == []


async def test_who_has_no_token_sees_courses_and_nobody_in_them(sandbox: Served) -> None:
    nobody = Asker(sandbox, {})
    (course,) = (await nobody.get("courses/67"))["courses"]
    assert course["learners_group"] is None
    assert (await nobody.get("stepics/1"))["users"][0]["is_guest"] is True
    for plural in ("course-grades", "members", "social-accounts", "progresses"):
        assert (await nobody.ask(plural, course=67)).status_code == 401, plural


async def test_an_id_that_is_not_there_is_404_alone_and_left_out_of_many(program: Asker) -> None:
    for path in ("courses/1", "courses/x", "lessons/1", "users/1", "stepics/2", "nothing/1"):
        answer = await program.ask(path)
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."}), path
    assert await program.ids("courses", [1, "x"]) == []
    found = await program.ids("lessons", [670102, 1, 670101, 670101])
    assert [one["id"] for one in found] == [670101, 670102]


async def test_another_teachers_course_may_be_seen_and_its_learners_not(program: Asker) -> None:
    (course,) = (await program.get("courses/69"))["courses"]
    assert course["learners_group"] is None
    assert (await program.ask("course-grades", course=69)).status_code == 403
    assert (await program.ask("members", group=900_069_000)).status_code == 403
    assert (await program.ask("course-grades", course=70)).status_code == 404
    assert await program.ids("progresses", [f"lesson-690101-{STUDENT}"]) == []


async def test_a_course_may_be_empty(program: Asker) -> None:
    (course,) = (await program.get("courses/68"))["courses"]
    assert (course["sections"], course["learners_count"]) == ([], 0)
    answer = await program.get("course-grades", course=68)
    assert answer == {
        "meta": {"page": 1, "has_next": False, "has_previous": False},
        "course-grades": [],
    }


async def test_links_to_stepik_end_at_a_page(sandbox: Served) -> None:
    course = await sandbox.http.get("/stepik/course/67", headers={"Accept-Language": "ru"})
    assert "Stepik из песочницы" in course.text
    assert '<a href="/stepik/lesson/670102">How a program runs</a>' in course.text
    lesson = await sandbox.http.get("/stepik/lesson/670102")
    assert "<h1>How a program runs</h1>" in lesson.text
    assert '<a href="/stepik/course/67">Python from the desk</a>' in lesson.text
    user = await sandbox.http.get(f"/stepik/users/{user_id_of(PEOPLE[0])}")
    assert f"<h1>{PEOPLE[0].name}</h1>" in user.text
    await sandbox.post("/stepik/vanish", kind="lessons", id=670102)
    for path in ("course/5", "lesson/5", "users/5", "lesson/670102", "course/x"):
        assert (await sandbox.http.get(f"/stepik/{path}")).status_code == 404, path


async def test_what_has_vanished_is_still_named_by_others(sandbox: Served, program: Asker) -> None:
    await sandbox.post("/stepik/vanish", kind="lessons", id=670102)
    units = await program.rows("units", section=6701)
    found = await program.ids("lessons", [unit["lesson"] for unit in units])
    assert [one["id"] for one in found] == [670101, 670103]
    assert (await program.ask("lessons/670102")).status_code == 404
    assert 670102 not in [one["id"] for one in await program.rows("lessons", course=67)]
    await sandbox.post("/stepik/vanish", kind="lessons", id=670102, comes_back=True)
    assert (await program.ask("lessons/670102")).status_code == 200
    await sandbox.post("/stepik/vanish", kind="courses", id=67)
    assert (await program.ask("courses/67")).status_code == 404
    assert (await program.ask("course-grades", course=67)).status_code == 404


# --- marks


async def grade(program: Asker, user: int) -> dict[str, Any]:
    (row,) = await program.rows("course-grades", course=67, user=user)
    return row


async def test_a_row_of_grades_has_every_marked_step_and_no_theory(program: Asker) -> None:
    row = await grade(program, STUDENT)
    assert row["course"] == 67
    assert len(row["results"]) == 12
    assert row["results"]["670101-2"] == {
        "step_id": 67010102,
        "score": 1.0,
        "is_passed": True,
        "total_submissions": 1,
    }
    assert row["results"]["670103-3"]["is_passed"] is False
    assert "670101-1" not in row["results"]
    assert not any(name.startswith("670102") for name in row["results"])
    assert row["score"] == sum(one["score"] for one in row["results"].values()) == 3.0
    assert row["date_joined"] == row["last_viewed"] == "2026-09-01T12:00:00Z"


async def test_progress_is_moved_by_lesson_and_by_step(sandbox: Served, program: Asker) -> None:
    sandbox.clock.advance(3600)
    moved = await sandbox.post("/stepik/progress", user="student2", lesson=670103, passed=True)
    assert (moved["user"], moved["passed"], moved["score"]) == (STUDENT2, True, 2)
    row = await grade(program, STUDENT2)
    passed = {name for name, one in row["results"].items() if one["is_passed"]}
    assert passed == {"670103-2", "670103-3"}
    assert row["last_viewed"] > row["date_joined"]
    await sandbox.post("/stepik/progress", user=STUDENT2, lesson=670103, passed=False, step=3)
    row = await grade(program, STUDENT2)
    assert {name for name, one in row["results"].items() if one["is_passed"]} == {"670103-2"}
    assert (await grade(program, STUDENT))["score"] == 3.0


async def test_progress_of_a_lesson_counts_theory_too(sandbox: Served, program: Asker) -> None:
    wanted = [f"lesson-670102-{STUDENT2}", f"lesson-670102-{STUDENT}"]
    both = await program.ids("progresses", [*wanted, "lesson-1-1", "77-1", f"lesson-670102-{9}"])
    told = {one["id"]: (one["is_passed"], one["n_steps"], one["n_steps_passed"]) for one in both}
    assert told == {wanted[0]: (False, 2, 0), wanted[1]: (True, 2, 2)}
    await sandbox.post("/stepik/progress", user="student2", lesson=670102, passed=True, step=1)
    (one,) = (await program.get(f"progresses/{wanted[0]}"))["progresses"]
    assert (one["is_passed"], one["n_steps_passed"], one["cost"]) == (False, 1, 0)


async def test_grades_are_filtered_searched_and_ordered(sandbox: Served, program: Asker) -> None:
    async def users(**parameters: Any) -> list[int]:
        rows = await program.rows("course-grades", course=67, **parameters)
        return [row["user"] for row in rows]

    assert len(await users()) == 6
    assert await users(is_teacher="true") == [ADMINISTRATOR]
    learners = await users(is_teacher="false", order="id")
    assert (len(learners), learners[:2]) == (5, [STUDENT, STUDENT2])
    assert await users(is_teacher="false", order="-id") == learners[::-1]
    assert await users(search="second") == [STUDENT2]
    assert sorted(await users(search="TEACHER@example.org")) == [TEACHER, FIRST_USER_ID + 900]
    by_score = await users(order="-score,id", is_teacher="false")
    assert by_score[:2] == [user_id_of(PEOPLE_BY_KEY["curator"]), STUDENT]
    assert by_score[2:] == [STUDENT2, TEACHER, FIRST_USER_ID + 900]
    assert await users(order="score,-id", is_teacher="false") == by_score[::-1]
    assert (await users(is_teacher="false"))[:2] == by_score[:2]
    rows = await program.rows("course-grades", course=67)
    again = await program.ids("course-grades", [rows[0]["id"], 1])
    assert again == rows[:1]
    assert [row["course"] for row in await program.rows("course-grades", user=STUDENT)] == [67]
    for wrong in ({"order": "luck"}, {"user": "me"}):
        assert (await program.ask("course-grades", course=67, **wrong)).status_code == 400
    assert (await program.ask("course-grades")).status_code == 403


# --- people


async def test_each_of_the_story_is_found_in_another_way_or_in_none(program: Asker) -> None:
    (course,) = (await program.get("courses/67"))["courses"]

    async def by_email(person: str) -> list[int]:
        email = PEOPLE_BY_KEY[person].email
        group = course["learners_group"]
        return [one["user"] for one in await program.rows("members", group=group, search=email)]

    async def by_github(person: str) -> list[int]:
        uid = PEOPLE_BY_KEY[person].github_id
        found = await program.rows("social-accounts", provider="github", uid=uid)
        return [one["user"] for one in found]

    assert (await by_email("student"), await by_github("student")) == ([], [STUDENT])
    assert (await by_email("student2"), await by_github("student2")) == ([STUDENT2], [])
    assert len(await by_email("teacher")) == 2
    assert (await by_email("curator"), await by_github("curator")) == ([], [])


async def test_emails_are_hidden_everywhere(program: Asker) -> None:
    answers = [
        await program.ask("users", **{"ids[]": [STUDENT, STUDENT2, TEACHER]}),
        await program.ask("users"),
        await program.ask("course-grades", course=67),
        await program.ask("members", group=900_067_000),
        await program.ask("social-accounts", provider="github", uid=90000001),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert "@" not in answer.text
    assert [one["full_name"] for one in answers[0].json()["users"]] == [
        "Student",
        "Second student",
        "Teacher",
    ]


async def test_social_accounts_are_told_by_provider_and_number_alone(program: Asker) -> None:
    (one,) = await program.rows("social-accounts", provider="github", uid=90000001)
    assert (one["user"], one["uid"], one["provider"]) == (STUDENT, "90000001", "github")
    assert await program.ids("social-accounts", [one["id"], 1]) == [one]
    for less in ({"provider": "github"}, {"uid": 90000001}, {"provider": "vk", "uid": 90000001}):
        assert await program.rows("social-accounts", **less) == []


async def test_members_are_the_learners_of_a_group(program: Asker) -> None:
    rows = await program.rows("members", group=900_067_000)
    assert ADMINISTRATOR not in [row["user"] for row in rows]
    assert (len(rows), {row["group"] for row in rows}) == (5, {900_067_000})
    assert await program.ids("members", [rows[0]["id"]]) == rows[:1]
    assert await program.rows("members", group=1) == []
    assert (await program.ask("members")).status_code == 403


# --- what stays


async def test_the_story_goes_on_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    async with serve(data_file=file) as sandbox:
        token = await new_headers(sandbox)
        await sandbox.post("/stepik/progress", user="student2", lesson=670202, passed=True)
        await sandbox.post("/stepik/leave", course=67, user="teacher")
        new = await sandbox.post("/stepik/join", course=67)
        before = await Asker(sandbox, token).rows("course-grades", course=67, order="id")
    async with serve(data_file=file) as sandbox:
        assert (await Asker(sandbox, token).ask("courses")).status_code == 401
        program = Asker(sandbox, await new_headers(sandbox))
        assert await program.rows("course-grades", course=67, order="id") == before
        (user,) = await program.ids("users", [new["user"]])
        assert user["full_name"] == new["name"]
        await sandbox.post("/stepik/join", course=67, user="teacher")
        assert TEACHER in [one["user"] for one in await program.rows("members", group=900_067_000)]
        assert (await sandbox.post("/stepik/join", course=67))["user"] == new["user"] + 1
