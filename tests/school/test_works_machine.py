"""How a work moves: the table of statuses, and who may do what when."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.school.submissions.machine import (
    DEEDS,
    TABLE,
    Deed,
    Refusal,
    Standing,
    Who,
    next_status,
)
from services.school.weeks.calendar import Stage
from shared.events.school import SubmissionStatus

STATUSES = get_args(SubmissionStatus)
standings = st.builds(
    Standing,
    status=st.sampled_from([None, *STATUSES]),
    stage=st.sampled_from(get_args(Stage)),
    by_review=st.booleans(),
    is_final=st.booleans(),
)
deeds = st.sampled_from(get_args(Deed))
whos = st.sampled_from(get_args(Who))


@pytest.mark.parametrize(
    ("who", "deed", "steps"),
    [
        ("student", "begin", {None: "execution", "available": "execution"}),
        ("student", "drop", {"execution": "available"}),
        (
            "student",
            "send",
            {
                None: "review",
                "available": "review",
                "execution": "review",
                "correction": "review",
                "approved": "review",
            },
        ),
        ("student", "take_back", {"review": "execution"}),
        ("curator", "approve", {"review": "approved", "correction": "approved"}),
        ("curator", "return", {"review": "correction", "approved": "correction"}),
        ("review", "approve", {"review": "approved", "correction": "approved"}),
        ("review", "return", {"review": "correction", "approved": "correction"}),
        ("review", "withdraw", {"correction": "review", "approved": "review"}),
    ],
)
def test_these_are_all_the_steps_there_are(
    who: Who, deed: Deed, steps: dict[SubmissionStatus | None, SubmissionStatus]
) -> None:
    found = {
        status: next_status(Standing(status, by_review=True), deed, who)
        for status in (None, *STATUSES)
    }
    assert {status: to for status, to in found.items() if to is not Refusal.STATUS} == steps


def test_every_deed_is_somebodys_and_every_step_of_the_table_is_reached() -> None:
    assert set(get_args(Deed)) == set().union(*DEEDS.values())
    reached = {
        (status, deed)
        for who in get_args(Who)
        for deed in get_args(Deed)
        for status in (None, *STATUSES)
        if not isinstance(next_status(Standing(status, by_review=True), deed, who), Refusal)
    }
    assert reached == set(TABLE)


@given(standing=standings, deed=deeds, who=whos)
def test_nobody_does_what_is_not_theirs(standing: Standing, deed: Deed, who: Who) -> None:
    following = next_status(standing, deed, who)
    assert (following is Refusal.NOT_THEIRS) == (deed not in DEEDS[who])


@given(standing=standings, deed=deeds, who=whos)
def test_a_step_leads_to_another_status_always(standing: Standing, deed: Deed, who: Who) -> None:
    following = next_status(standing, deed, who)
    if not isinstance(following, Refusal):
        assert following != standing.status
        assert following == TABLE[standing.status, deed]


@given(standing=standings, deed=deeds, who=st.sampled_from(["student", "curator"]))
def test_no_hand_moves_a_work_of_a_stream_that_does_not_run(
    standing: Standing, deed: Deed, who: Who
) -> None:
    following = next_status(standing, deed, who)
    if not isinstance(following, Refusal):
        assert standing.stage == "running"


@given(standing=standings, deed=deeds)
def test_a_review_decides_what_waits_whenever_it_comes(standing: Standing, deed: Deed) -> None:
    following = next_status(standing, deed, "review")
    if standing.status == "review" and deed in ("approve", "return"):
        assert following == ("approved" if deed == "approve" else "correction")


@given(standing=standings, deed=deeds)
def test_a_review_overturns_a_reviews_decision_alone_and_none_that_is_final(
    standing: Standing, deed: Deed
) -> None:
    following = next_status(standing, deed, "review")
    if not isinstance(following, Refusal) and standing.status != "review":
        assert standing.by_review
        assert not standing.is_final


@given(deeds=st.lists(st.tuples(whos, deeds), max_size=30))
def test_a_work_is_accepted_by_others_only(deeds: list[tuple[Who, Deed]]) -> None:
    status: SubmissionStatus | None = None
    for who, deed in deeds:
        following = next_status(Standing(status, by_review=True), deed, who)
        if isinstance(following, Refusal):
            continue
        if following in ("approved", "correction"):
            assert who != "student"
            assert status is not None
        status = following
