"""What a letter is about, by what its reader must do with it."""

import re
from collections import defaultdict
from typing import Final

from services.mail.reading.lexicon import Mark
from services.mail.reading.reading import Category, Event, Proof, Source, Status
from services.mail.reading.scan import Scan
from services.mail.reading.sentences import Text
from services.mail.reading.tables import senders

LABELS: Final[tuple[Category, ...]] = (
    "study", "meeting", "money", "security", "delivery", "personal", "work",
)  # fmt: skip
NEVER: Final = re.compile(r"\b(?:никогда|never)\b", re.IGNORECASE)
SUM: Final = re.compile(
    r"[£$€₽]\xa0?\d|\d[\xa0 ]?(?:₽|€|руб|р\.|тыс\. руб)|\d\xa0?(?:RUB|EUR|USD|GBP)\b"
)
SUBJECT_WORTH: Final = 1.7
BEGINNING: Final = 500
LATER_WORTH: Final = 0.5
"""What a letter is about stands in its first paragraphs; later words count half."""
MOST_A_PHRASE: Final = 2
"""A phrase said again counts once more, then no further."""

Evidence = tuple[Category, float, Source, str]
"""A category that is spoken for, how much, from where, and by what words."""
AUTOMATIC_LABELS: Final[tuple[Category, ...]] = (
    "security",
    "money",
    "delivery",
    "study",
    "meeting",
    "notification",
)
PERSON_ENOUGH: Final = 3.0
AUTOMATIC_ENOUGH: Final = 3.5
EVENT_WORTH: Final = 3.5
"""What an hour to meet adds to a meeting beside private life and work, not beside a lesson."""
STUDY_FIRST: Final = 6.0
"""From here on a lesson's or a school's hour is study, not a meeting."""
SECURITY_FIRST: Final = 6.0


def judge_category(scan: Scan, *, status: Status, event: Event | None) -> tuple[Category, Proof]:
    """The letter's category, with the word or header that weighed most."""
    if status == "bulk":
        return "newsletter", Proof("rule", None)
    if scan.invitation is not None:
        return _judge_invitation(scan)
    points, best = _weigh(scan, status)
    if status == "person":
        _add_persons(points, scan)
        category = _settle_person(points, event)
    else:
        category = _settle_automatic(points, event)
    return category, best.get(category, Proof("rule"))


def _judge_invitation(scan: Scan) -> tuple[Category, Proof]:
    return "meeting", Proof("calendar", scan.invitation.summary if scan.invitation else None)


def _settle_person(points: dict[Category, float], event: Event | None) -> Category:
    """The heaviest, with the definitions' orders of rank between neighbours."""
    best = max(LABELS, key=lambda label: points[label])
    if event is not None and best in {"personal", "work", "meeting"}:
        invited = points["meeting"] + EVENT_WORTH
        best = "meeting" if best == "personal" or invited >= points[best] else best
    if best == "meeting" and points["study"] >= STUDY_FIRST:
        return "study"
    if best == "meeting" and event is None and points["personal"] * 1.5 > points["meeting"]:
        return "personal"
    if points[best] < PERSON_ENOUGH and not (event is not None and best == "meeting"):
        return "personal" if points["personal"] > points["work"] else "work"
    return best


def _settle_automatic(points: dict[Category, float], event: Event | None) -> Category:
    """The heaviest of what a system may write about; an alert comes before a payment."""
    best = max(AUTOMATIC_LABELS, key=lambda label: points[label])
    if points[best] < AUTOMATIC_ENOUGH:
        return "meeting" if event is not None else "notification"
    if best == "money" and points["security"] >= SECURITY_FIRST:
        return "security"
    return best


def _weigh(scan: Scan, status: Status) -> tuple[dict[Category, float], dict[Category, Proof]]:
    points: dict[Category, float] = defaultdict(float)
    best: dict[Category, Proof] = {}
    heaviest: dict[Category, float] = defaultdict(float)
    for label, weight, source, quote in _list_evidence(scan, status):
        points[label] += weight
        if weight > heaviest[label]:
            heaviest[label] = weight
            best[label] = Proof(source, quote)
    return points, best


def _list_evidence(scan: Scan, status: Status) -> list[Evidence]:
    evidence = _list_domain_evidence(scan, status)
    for text, worth in ((scan.subject, SUBJECT_WORTH), (scan.body, 1.0)):
        evidence += [
            (label, weight * worth, "rule", quote)
            for label, weight, quote in (*_list_words(text, status), *_list_sums(text))
        ]
    return evidence


def _is_said_never(text: Text, mark: Mark) -> bool:
    """ "We shall never ask for your password": every bank writes that under everything."""
    sentence = text.find_sentence(mark.start)
    return sentence is not None and bool(NEVER.search(sentence.text))


def _list_sums(text: Text) -> list[tuple[Category, float, str]]:
    """A sum with its currency."""
    return [("money", 2.0, found.group()) for found in SUM.finditer(text.value)][:1]


def _list_scales(status: Status) -> list[tuple[Category, tuple[str, ...], float]]:
    """Which tables speak for each category, and how loudly."""
    if status == "person":
        aside: tuple[Category, tuple[str, ...], float] = ("delivery", ("carriage",), 0.4)
        return [*((label, (label,), 1.0) for label in LABELS), aside]
    return [
        (label, (label, "carriage") if label == "delivery" else (label,), 1.0)
        for label in AUTOMATIC_LABELS
    ]


def _list_words(text: Text, status: Status) -> list[tuple[Category, float, str]]:
    """Each phrase that speaks for a category, longer ones instead of the words inside them."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    found: list[tuple[Category, float, str]] = []
    closing = text.list_marks("closing words")
    for label, marked, share in _list_scales(status):
        reached = -1
        marks = sorted(text.list_marks(*marked), key=lambda mark: (mark.first, -mark.last))
        for mark in marks:
            if mark.last <= reached:
                continue
            if label == "security" and _is_said_never(text, mark):
                continue
            if label == "meeting" and any(
                other.first <= mark.first <= other.last for other in closing
            ):
                continue
            reached = mark.last
            counts[label, mark.phrase] += 1
            if (times := counts[label, mark.phrase]) <= MOST_A_PHRASE:
                worth = mark.weight if times == 1 else mark.weight / 3
                if mark.start > BEGINNING:
                    worth *= LATER_WORTH
                found.append((label, worth * share, text.value[mark.start : mark.end]))
    return found


def _list_domain_evidence(scan: Scan, status: Status) -> list[Evidence]:
    """Whom it comes from; a shop's or a bank's clerk may write of anything, a teacher seldom."""
    address = scan.letter.sender.address.lower()
    local, _, domain = address.partition("@")
    parts = {
        part
        for piece in (local, domain)
        for name in piece.split(".")
        for part in (name, *name.split("-"))
    }
    return [
        (label, 3.0, "header", address)
        for label, names in senders.CATEGORIES.items()
        if parts & names and (label == "study" or status != "person")
    ]


def _add_persons(points: dict[Category, float], scan: Scan) -> None:
    """What a person's letter weighs beside its words: who writes to whom."""
    if _are_colleagues(scan):
        points["work"] += 2.5
    elif _is_free_mail(scan.letter.sender.address):
        points["personal"] += 2.5
    else:
        points["work"] += 1.0


def _are_colleagues(scan: Scan) -> bool:
    domain = scan.letter.sender.address.rpartition("@")[2].lower()
    if not domain or _is_free_mail(scan.letter.sender.address):
        return False
    return any(address.lower().endswith("@" + domain) for address in scan.letter.to)


def _is_free_mail(address: str) -> bool:
    return address.rpartition("@")[2].lower().split(".")[0] in senders.FREE_MAIL
