"""What reviews come to, without a database."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.school.submissions.verdict import Review, find_verdict

SENT = datetime(2026, 9, 1, tzinfo=UTC)
CURATOR = 7
HEAD = "head"
_ids = count(1)


def review(state: str, *, by: int = CURATOR, commit: str = HEAD, heard: int = 1) -> Review:
    number = next(_ids)
    return Review(
        review_id=number,
        reviewer_id=by,
        state=state,
        commit_id=commit,
        submitted_at=SENT + timedelta(seconds=number),
        heard_at=SENT + timedelta(seconds=heard),
        url="",
    )


def decision(*reviews: Review) -> str | None:
    found = find_verdict(reviews, curator_github_id=CURATOR, head_sha=HEAD, since=SENT)
    return found.decision if found else None


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], None),
        (["approved"], "approved"),
        (["changes_requested"], "correction"),
        (["commented"], "correction"),
        (["dismissed"], None),
        (["commented", "approved"], "approved"),
        (["approved", "commented"], "approved"),
        (["approved", "changes_requested"], "correction"),
        (["changes_requested", "approved"], "approved"),
        (["changes_requested", "commented"], "correction"),
        (["dismissed", "commented"], "correction"),
    ],
)
def test_the_later_firm_word_outweighs_and_comments_ask_for_corrections(
    states: list[str], expected: str | None
) -> None:
    assert decision(*(review(state) for state in states)) == expected


def test_a_review_of_another_commit_says_nothing() -> None:
    assert decision(review("approved", commit="older")) is None


def test_a_review_by_somebody_else_says_nothing() -> None:
    assert decision(review("approved", by=8)) is None


def test_a_review_from_before_the_work_was_sent_says_nothing() -> None:
    assert decision(review("approved", heard=-1)) is None


@given(
    st.lists(
        st.sampled_from(["approved", "changes_requested", "commented", "dismissed"]), max_size=6
    )
)
def test_the_order_in_which_reviews_are_heard_does_not_matter(states: list[str]) -> None:
    reviews = [review(state) for state in states]
    assert decision(*reviews) == decision(*reversed(reviews))
