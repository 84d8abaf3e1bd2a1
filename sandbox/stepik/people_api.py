"""Stepik's API about people: their marks, their accounts, how far they have come."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox.stepik import shapes
from sandbox.stepik.accounts import Account, is_named
from sandbox.stepik.rest import MAY_NOT, NOT_HERE, ApiRefused, Ask, Collection
from sandbox.stepik.roster import Roster, dumps
from sandbox.stepik.state import Learner
from sandbox.stepik.structure import Lesson

PROGRESS = re.compile(r"lesson-([0-9]{1,12})-([0-9]{1,12})")
MEMBERS_FROM = 100_000_000
SOCIAL_FROM = 200_000_000
PROVIDER = "github"
Key = Callable[[Learner], object]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody has come in one lesson."""

    roster: Roster
    learner: Learner
    lesson: Lesson


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _find_grade(ask: Ask, text: str) -> Learner | None:
    ask.teacher()
    learner = ask.campus.grades.get(_number(text))
    return None if learner is None or learner.has_left else learner


def _select_grades(ask: Ask) -> Sequence[Learner]:
    ask.teacher()
    course_id, user = ask.number("course"), ask.number("user")
    if course_id is not None:
        rows = _own_roster(ask, course_id).here
    elif user is not None:
        rows = ask.campus.list_rows_of(user)
    else:
        raise ApiRefused(403, MAY_NOT)
    if user is not None:
        rows = [one for one in rows if one.user_id == user]
    if ask.text("is_teacher"):
        wanted = ask.text("is_teacher").lower() in ("true", "1")
        rows = [one for one in rows if one.is_teacher is wanted]
    return _ordered(ask, _searched(ask, rows))


def _ordered(ask: Ask, rows: list[Learner]) -> list[Learner]:
    """Who names no order gets the best first: it changes while learners learn."""
    order = ask.text("order") or "-score"
    if order == "id":
        return rows
    keys = _keys(ask)
    for field in reversed(order.split(",")):
        key = keys.get(field.removeprefix("-"))
        if key is None:
            raise ApiRefused(400, f"order: {field} is not one of the available choices.")
        rows = sorted(rows, key=key, reverse=field.startswith("-"))  # type: ignore[arg-type]
    return rows


def _keys(ask: Ask) -> dict[str, Key]:
    rosters = ask.campus.rosters
    return {
        "id": lambda one: one.grade_id,
        "user": lambda one: one.user_id,
        "score": lambda one: rosters[one.course_id].score(one),
        "date_joined": lambda one: one.joined_at,
        "last_viewed": lambda one: one.viewed_at,
    }


def _searched(ask: Ask, rows: list[Learner]) -> list[Learner]:
    words = ask.text("search").strip().casefold()
    if not words:
        return rows
    accounts = ask.campus.accounts
    found = ((one, accounts.find(one.user_id)) for one in rows)
    return [one for one, account in found if account is not None and is_named(account, words)]


def _own_roster(ask: Ask, course_id: int) -> Roster:
    """The learners of another's course are nobody's business here."""
    roster = ask.campus.rosters.get(course_id)
    if roster is None or ("courses", str(course_id)) in ask.campus.gone:
        raise ApiRefused(404, NOT_HERE)
    if roster.course.is_foreign:
        raise ApiRefused(403, MAY_NOT)
    return roster


def _grade(ask: Ask, one: Learner) -> bytes:
    return ask.campus.rosters[one.course_id].grade(one)


def _find_member(ask: Ask, text: str) -> Learner | None:
    ask.teacher()
    learner = ask.campus.grades.get(_number(text) - MEMBERS_FROM)
    is_here = learner is not None and not learner.has_left and not learner.is_teacher
    return learner if is_here else None


def _select_members(ask: Ask) -> Sequence[Learner]:
    """Found by a part of the name or of the e-mail address, so one address may find several."""
    ask.teacher()
    group = ask.number("group")
    if group is None:
        raise ApiRefused(403, MAY_NOT)
    course = ask.campus.catalogue.find_course_of_group(group)
    if course is None:
        return []
    rows = _own_roster(ask, course.course_id).here
    return _searched(ask, [one for one in rows if not one.is_teacher])


def _member(ask: Ask, one: Learner) -> bytes:
    group = ask.campus.rosters[one.course_id].course.learners_group
    return dumps({"id": one.grade_id + MEMBERS_FROM, "group": group, "user": one.user_id})


def _find_social(ask: Ask, text: str) -> Account | None:
    ask.teacher()
    account = ask.campus.accounts.find(_number(text) - SOCIAL_FROM)
    return account if account is not None and account.github_id is not None else None


def _select_social(ask: Ask) -> Sequence[Account]:
    """By the number at the other side; a list of everybody's is for nobody."""
    ask.teacher()
    uid = ask.text("uid")
    if ask.text("provider") != PROVIDER or not uid:
        return []
    account = ask.campus.accounts.find_by_github(_number(uid))
    return [] if account is None else [account]


def _social(ask: Ask, one: Account) -> bytes:
    told = {
        "id": one.user_id + SOCIAL_FROM,
        "user": one.user_id,
        "provider": PROVIDER,
        "uid": str(one.github_id),
    }
    return dumps(told)


def _find_user(ask: Ask, text: str) -> Account | None:
    return ask.campus.accounts.find(_number(text))


def _select_users(ask: Ask) -> Sequence[Account]:
    return ask.campus.accounts.list_all()


def _user(ask: Ask, one: Account) -> bytes:
    return dumps(shapes.user(one))


def _find_progress(ask: Ask, text: str) -> Progress | None:
    """Of learners of own courses only."""
    ask.teacher()
    named = PROGRESS.fullmatch(text)
    if named is None:
        return None
    lesson_id, user_id = int(named[1]), int(named[2])
    course = ask.campus.catalogue.find_course_of_lesson(lesson_id)
    if course is None or course.is_foreign:
        return None
    roster = ask.campus.rosters[course.course_id]
    learner = roster.find(user_id)
    if learner is None:
        return None
    return Progress(roster, learner, ask.campus.catalogue.lessons[lesson_id])


def _progress_id(one: Progress) -> str:
    return f"lesson-{one.lesson.lesson_id}-{one.learner.user_id}"


def _progress(ask: Ask, one: Progress) -> bytes:
    passed, steps = one.roster.count_passed(one.learner, one.lesson), len(one.lesson.steps)
    marked = one.roster.marked_bits_of(one.lesson)
    told = {
        "id": _progress_id(one),
        "last_viewed": int(one.learner.viewed_at.timestamp()),
        "score": float((one.learner.passed & marked).bit_count()),
        "cost": marked.bit_count(),
        "n_steps": steps,
        "n_steps_passed": passed,
        "is_passed": passed == steps,
    }
    return dumps(told)


def _none(ask: Ask) -> Sequence[Progress]:
    ask.teacher()
    return []


COLLECTIONS = (
    Collection(
        "course-grades",
        _find_grade,
        _select_grades,
        lambda one: one.grade_id,
        _grade,
        paces_deeds=True,
    ),
    Collection(
        "members",
        _find_member,
        _select_members,
        lambda one: one.grade_id + MEMBERS_FROM,
        _member,
    ),
    Collection(
        "social-accounts",
        _find_social,
        _select_social,
        lambda one: one.user_id + SOCIAL_FROM,
        _social,
    ),
    Collection("users", _find_user, _select_users, lambda one: one.user_id, _user),
    Collection("progresses", _find_progress, _none, _progress_id, _progress),
)
