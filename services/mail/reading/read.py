"""The one door of reading: a parsed letter in, all that is said of it out."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from services.mail.parsing.letter import Letter
from services.mail.reading.answers import find_answer_request
from services.mail.reading.categories import judge_category
from services.mail.reading.deadlines import find_deadline
from services.mail.reading.events import find_event
from services.mail.reading.names import Names
from services.mail.reading.places import find_places
from services.mail.reading.reading import Proof, Reading
from services.mail.reading.scan import scan_letter
from services.mail.reading.status import judge_status
from services.mail.reading.urgency import find_urgency

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(
    letter: Letter,
    *,
    zone: ZoneInfo,
    received_at: datetime | None,
    names: Names | None,
) -> Reading:
    """What is said of `letter` to a reader whose clock is in `zone`; `names` finds Russian places.

    The letter's own date is the reader's clock, `received_at` (aware) where it has none; with
    neither, nothing is said of time.
    """
    scan = scan_letter(letter)
    written_at = letter.written_at or received_at
    status, status_proof = judge_status(scan)
    deadline = event = None
    if written_at is not None:
        deadline = find_deadline(letter, written_at=written_at, zone=zone, status=status)
        event = find_event(letter, written_at=written_at, zone=zone, status=status)
    category, category_proof = judge_category(scan, status=status, event=event)
    urgency = find_urgency(
        scan,
        deadline=deadline,
        written_at=written_at or EPOCH,
        status=status,
        category=category,
    )
    answer = find_answer_request(scan, status=status, category=category)
    places = find_places(scan, status=status, category=category, names=names)
    proof = {"sender": status_proof, "category": category_proof}
    if deadline is not None:
        proof["deadline"] = Proof(deadline.source, deadline.quote)
    if event is not None:
        proof["event_at"] = Proof(event.source, event.quote)
    if places:
        proof["places"] = Proof(places[0].source, places[0].text)
    if urgency is not None:
        proof["urgent"] = urgency.proof
    if answer is not None:
        proof["awaits_answer"] = answer
    return Reading(
        status=status,
        category=category,
        deadline=deadline,
        event_at=event.at if event else None,
        places=tuple(place.text for place in places),
        urgent=urgency is not None,
        urgent_reason=urgency.reason if urgency else None,
        awaits_answer=answer is not None,
        proof=proof,
    )
