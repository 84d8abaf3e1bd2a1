"""Who writes: a person, a system about the reader's own things, or somebody to many at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from services.mail.reading.reading import Proof, Source, Status
from services.mail.reading.scan import Scan
from services.mail.reading.sentences import Text
from services.mail.reading.tables.senders import (
    CAMPAIGN_NAMES,
    PEOPLES_MAILERS,
    SENDING_MACHINES,
    SILENT_NAMES,
    SYSTEM_NAMES,
)

ENOUGH: Final = 2.5
"""Below that a letter is a person's: nothing but its words speaks for a machine."""

Side = Literal["person", "automatic", "bulk"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one side, how much, and where it was seen."""

    side: Side
    weight: float
    source: Source
    quote: str


def judge_status(scan: Scan) -> tuple[Status, Proof]:
    """The sender's status, with the strongest evidence for it."""
    found = [*_list_header_evidence(scan), *_list_text_evidence(scan)]
    points = {side: _sum(found, side) for side in ("person", "automatic", "bulk")}
    if _is_persons_invitation(scan, points["automatic"]):
        return "person", Proof("calendar", _name(scan))
    side = _decide(points)
    return side, _prove(found, side)


def _decide(points: dict[str, float]) -> Status:
    machine = max(points["automatic"], points["bulk"])
    if machine < ENOUGH or machine <= points["person"]:
        return "person"
    return "automatic" if points["automatic"] >= points["bulk"] else "bulk"


def _prove(found: list[Evidence], side: Status) -> Proof:
    best = max(
        (evidence for evidence in found if evidence.side == side),
        key=lambda evidence: evidence.weight,
        default=None,
    )
    return Proof(best.source, best.quote) if best else Proof("rule")


def _sum(found: Iterable[Evidence], side: str) -> float:
    return sum(evidence.weight for evidence in found if evidence.side == side)


def _is_persons_invitation(scan: Scan, automatic: float) -> bool:
    invitation = scan.invitation
    if invitation is None or invitation.method not in {"REQUEST", "CANCEL", "REPLY", "COUNTER"}:
        return False
    return not _is_silent(scan.letter.sender.address) or automatic < ENOUGH


def _name(scan: Scan) -> str:
    return scan.letter.sender.name or scan.letter.sender.address


def _is_silent(address: str) -> bool:
    local = address.partition("@")[0].lower()
    return any(name in local for name in SILENT_NAMES)


def _list_header_evidence(scan: Scan) -> Iterable[Evidence]:
    letter = scan.letter
    if letter.auto_submitted.lower() not in {"", "no"}:
        yield Evidence("automatic", 4, "header", f"Auto-Submitted: {letter.auto_submitted}")
    yield from _list_address_evidence(letter.sender.address)
    if _is_discussion(scan):
        yield Evidence("person", 2.5, "header", f"List-Id: {letter.list_id}")
    elif letter.list_unsubscribe:
        yield Evidence("bulk", 2.5, "header", "List-Unsubscribe")
    if letter.precedence.lower() in {"bulk", "junk"}:
        yield Evidence("bulk", 1, "header", f"Precedence: {letter.precedence}")
    yield from _list_mailer_evidence(letter.mailer)
    if letter.is_reply and not _is_system(letter.sender.address):
        yield Evidence("person", 2, "header", f"In-Reply-To: {letter.in_reply_to}")
    if letter.is_forward:
        yield Evidence("person", 2, "rule", letter.subject)


def _list_address_evidence(address: str) -> Iterable[Evidence]:
    if _is_silent(address):
        yield Evidence("automatic", 3, "header", address)
        return
    if _is_system(address):
        yield Evidence("automatic", 2.5, "header", address)
    if _list_names(address) & CAMPAIGN_NAMES:
        yield Evidence("bulk", 2, "header", address)


def _is_system(address: str) -> bool:
    return bool(_list_names(address) & SYSTEM_NAMES)


def _list_names(address: str) -> set[str]:
    """The words of what stands before the @."""
    return set(address.partition("@")[0].lower().replace(".", "-").replace("_", "-").split("-"))


def _list_mailer_evidence(mailer: str) -> Iterable[Evidence]:
    lower = mailer.lower()
    if any(name in lower for name in PEOPLES_MAILERS):
        yield Evidence("person", 1.5, "header", f"X-Mailer: {mailer}")
    if any(name in lower for name in SENDING_MACHINES):
        yield Evidence("automatic", 1, "header", f"X-Mailer: {mailer}")


def _is_discussion(scan: Scan) -> bool:
    """Whether it came through a list that people write to, not one that is only sent from."""
    letter = scan.letter
    if not letter.list_id or _is_silent(letter.sender.address):
        return False
    if letter.auto_submitted.lower() not in {"", "no"} or _is_system(letter.sender.address):
        return False
    return (
        letter.precedence.lower() == "list"
        or letter.is_reply
        or letter.subject.startswith("[")
        or not letter.list_unsubscribe
    )


def _list_text_evidence(scan: Scan) -> Iterable[Evidence]:
    body = scan.body
    yield from _list_words(scan.footer, "by system", "automatic", most=4)
    if not scan.letter.is_forward:
        yield from _list_words(body, "by system", "automatic", most=4)
    spoken = body.has("first person") or not _is_sent_by_machine(scan)
    yield from _list_words(scan.subject, "own thing", "automatic", most=1.5 if spoken else 3)
    yield from _list_words(body, "own thing", "automatic", most=1.5 if spoken else 3)
    sure = _has_many(scan) or scan.footer.has("for many") or body.has("for many")
    if not (_is_discussion(scan) or scan.letter.is_forward):
        for text in (scan.footer, body):
            yield from _list_words(text, "for many", "bulk", most=1 if _has_many(scan) else 3)
    yield from _list_words(scan.subject, "campaign", "bulk", most=3 if sure else 1.5)
    yield from _list_words(body, "campaign", "bulk", most=4 if sure else 2)
    yield from _list_words(body, "first person", "person", most=4.5)


def _is_sent_by_machine(scan: Scan) -> bool:
    """Whether anything but the words themselves speaks for a machine."""
    letter = scan.letter
    return (
        letter.list_unsubscribe
        or letter.auto_submitted.lower() not in {"", "no"}
        or _is_silent(letter.sender.address)
        or _is_system(letter.sender.address)
        or scan.body.has("by system")
        or scan.footer.has("by system")
    )


def _has_many(scan: Scan) -> bool:
    """Whether the header already says that many get it."""
    return scan.letter.list_unsubscribe or scan.letter.precedence.lower() in {"bulk", "junk"}


def _list_words(text: Text, label: str, side: Side, *, most: float) -> Iterable[Evidence]:
    """The different phrases of `label` in `text`, worth no more than `most` together."""
    left = most
    seen: set[str] = set()
    for mark in text.list_marks(label):
        if left <= 0:
            return
        if mark.phrase not in seen:
            seen.add(mark.phrase)
            weight = min(mark.weight, left)
            left -= weight
            yield Evidence(side, weight, "rule", text.value[mark.start : mark.end])
