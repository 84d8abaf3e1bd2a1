"""Calendar parts become invitations."""

from datetime import UTC, date, datetime, timedelta, timezone

from services.mail.parsing.letter import Invitation
from services.mail.parsing.parse import parse
from tests.mail.writing import write

EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:1
SUMMARY:Plan\\, again
LOCATION:Room 5
DTSTART;TZID=Europe/Moscow:20260310T100000
DURATION:PT1H
STATUS:CONFIRMED
ORGANIZER;CN=Anna:mailto:anna@example.org
RRULE:FREQ=WEEKLY
END:VEVENT
END:VCALENDAR
"""


def invitations(
    calendar: str, kind: str = "text/calendar; method=REQUEST"
) -> tuple[Invitation, ...]:
    return parse(write(f"Content-Type: {kind}", body=calendar)).invitations


def test_an_invitation_says_what_when_and_where() -> None:
    moscow = timezone(timedelta(hours=3))
    assert invitations(EVENT) == (
        Invitation(
            method="REQUEST",
            status="CONFIRMED",
            summary="Plan, again",
            location="Room 5",
            start_at=datetime(2026, 3, 10, 10, tzinfo=moscow),
            end_at=datetime(2026, 3, 10, 11, tzinfo=moscow),
            organizer="anna@example.org",
        ),
    )


def test_a_day_without_an_hour_is_a_date() -> None:
    text = EVENT.replace(
        "DTSTART;TZID=Europe/Moscow:20260310T100000", "DTSTART;VALUE=DATE:20260310"
    )
    found = invitations(text.replace("DURATION:PT1H\n", ""))
    assert (found[0].start_at, found[0].end_at) == (date(2026, 3, 10), None)


def test_an_hour_without_a_zone_is_the_readers_own() -> None:
    found = invitations(EVENT.replace(";TZID=Europe/Moscow", ""))
    assert found[0].start_at == datetime(2026, 3, 10, 10)  # noqa: DTZ001 - as it is meant


def test_utc_is_utc() -> None:
    found = invitations(EVENT.replace(";TZID=Europe/Moscow:20260310T100000", ":20260310T100000Z"))
    assert found[0].start_at == datetime(2026, 3, 10, 10, tzinfo=UTC)


def test_a_zone_of_its_own_is_followed() -> None:
    zone = """BEGIN:VTIMEZONE
TZID:Here
BEGIN:STANDARD
DTSTART:16010101T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
END:STANDARD
END:VTIMEZONE
"""
    text = EVENT.replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT").replace("Europe/Moscow", "Here")
    assert invitations(text)[0].start_at == datetime(2026, 3, 10, 8, tzinfo=UTC)


def test_a_cancelled_one_says_so() -> None:
    found = invitations(EVENT.replace("REQUEST", "CANCEL").replace("CONFIRMED", "CANCELLED"))
    assert (found[0].method, found[0].status) == ("CANCEL", "CANCELLED")


def test_an_attached_calendar_is_read_once_beside_the_part() -> None:
    part = f"--b\nContent-Type: text/calendar\n\n{EVENT}\n"
    file = f"--b\nContent-Type: application/ics; name=invite.ics\n\n{EVENT}\n--b--\n"
    letter = parse(write("Content-Type: multipart/mixed; boundary=b", body=part + file))
    assert len(letter.invitations) == 1
    assert letter.attachments == ("invite.ics",)


def test_a_calendar_is_not_the_letters_text() -> None:
    assert parse(write("Content-Type: text/calendar", body=EVENT)).whole_text == ""


def test_a_broken_calendar_is_said_so_and_the_letter_is_read() -> None:
    broken = "--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nEND:VEVENT\n--b--\n"
    body = f"--b\nContent-Type: text/plain\n\nCome.\n{broken}"
    letter = parse(write("Content-Type: multipart/mixed; boundary=b", body=body))
    assert letter.own_text == "Come."
    assert letter.invitations == ()
