"""When a letter's meeting takes place: a sentence at a time, and by its calendar part."""

from datetime import UTC, date, datetime

import pytest

from services.mail.parsing.letter import Invitation, Letter
from services.mail.reading.events import find_event, find_in_text
from tests.mail.sentence_lists import WRITTEN_AT, ZONE, list_sentences, told


def invitation(start_at: datetime | date | None, **more: str) -> Invitation:
    fields = {"method": "REQUEST", "status": "", "summary": "", "location": "", "organizer": ""}
    return Invitation(start_at=start_at, end_at=None, **(fields | more))


def event_of(letter: Letter) -> str:
    found = find_event(letter, written_at=WRITTEN_AT, zone=ZONE, status="person")
    return told(found.at if found else None)


@pytest.mark.parametrize(("moment", "sentence"), list_sentences("events"))
def test_a_sentence_that_names_a_meeting_tells_when(moment: str, sentence: str) -> None:
    found = find_in_text(sentence, written_at=WRITTEN_AT, zone=ZONE)
    assert told(found.at if found else None) == moment


def test_an_attached_invitation_wins_over_the_text() -> None:
    start = datetime(2026, 11, 19, 12, 30, tzinfo=UTC)
    letter = Letter(own_text="Встреча завтра в 14:00.", invitations=(invitation(start),))
    assert event_of(letter) == "2026-11-19T15:30"


def test_an_invitation_for_a_day_is_the_date_alone() -> None:
    assert event_of(Letter(invitations=(invitation(date(2026, 12, 6)),))) == "2026-12-06"


def test_an_hour_without_a_zone_is_the_readers() -> None:
    start = datetime(2026, 11, 19, 12, 30)  # noqa: DTZ001
    assert event_of(Letter(invitations=(invitation(start),))) == "2026-11-19T12:30"


@pytest.mark.parametrize("more", [{"method": "CANCEL"}, {"status": "CANCELLED"}], ids=str)
def test_a_cancelled_invitation_is_no_event(more: dict[str, str]) -> None:
    start = datetime(2026, 11, 19, 12, 30, tzinfo=UTC)
    letter = Letter(own_text="Встреча завтра в 14:00.", invitations=(invitation(start, **more),))
    assert event_of(letter) == "none"


def test_a_day_and_its_hour_may_stand_in_two_sentences() -> None:
    text = "Собрание в субботу, 21 ноября. Приходите все. Начало в 17:00."
    assert event_of(Letter(own_text=text)) == "2026-11-21T17:00"
