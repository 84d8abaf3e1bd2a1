"""Whether a letter cannot wait, and why."""

import re
from datetime import datetime, timedelta
from typing import Final

from services.mail.reading.lexicon import Mark
from services.mail.reading.reading import Category, Deadline, Proof, Status, Urgency
from services.mail.reading.scan import Scan
from services.mail.reading.sentences import Sentence, Text
from services.mail.reading.words import find_forms, word_set

SOON: Final = timedelta(hours=72)
MOST_WORDS: Final = 50
OWN_WILL: Final = frozenset({"i'll", "we'll", "i'd", "постараюсь", "постараемся"})
ASKING: Final = word_set(
    "просить ждать нуждаться хотеть надеяться умолять требовать напоминать мочь уметь"
)
CONDITIONS: Final = (
    "если", "в случае", "на случай", "if", "in case", "unless", "should you", "should there",
)  # fmt: skip


def find_urgency(
    scan: Scan,
    *,
    deadline: Deadline | None,
    written_at: datetime,
    status: Status,
    category: Category,
) -> Urgency | None:
    """The first reason of three: a near deadline, a person's words, an alert that orders."""
    if status == "bulk":
        return None
    if deadline is not None and deadline.at - written_at < SOON:
        return Urgency("deadline in less than 72 hours", Proof(deadline.source, deadline.quote))
    if status == "person":
        return _find_words(scan.subject) or _find_words(scan.body)
    if category == "security":
        return _find_order(scan.body) or _find_order(scan.subject)
    return None


def _find_words(text: Text) -> Urgency | None:
    """A person's own words of urgency, not turned round, not told of, not in a condition."""
    excused = text.list_marks("no hurry", "told of")
    for mark in text.list_marks("urgent")[:MOST_WORDS]:
        if any(other.first <= mark.last and mark.first <= other.last for other in excused):
            continue
        sentence = text.find_sentence(mark.start)
        before = text.value[sentence.start : mark.start] if sentence else ""
        if _ends_in_condition(before) or _is_quoted(before) or _is_denied(before):
            continue
        if _is_own_promise(text, mark):
            continue
        return Urgency("the writer says so", Proof("rule", text.value[mark.start : mark.end]))
    return None


def _is_own_promise(text: Text, mark: Mark) -> bool:
    """Whether the writer will hurry, not the reader: "I'll reply asap", "отвечу немедленно"."""
    near = text.words[max(0, mark.first - 8) : mark.first]
    if any(word.lower in OWN_WILL for word in near):
        return True
    around = text.words[max(0, mark.first - 2) : mark.last + 3]
    return any(
        "1per" in (forms := find_forms(word.lower)).moods and forms.lemmas.isdisjoint(ASKING)
        for word in around
    )


def _find_order(text: Text) -> Urgency | None:
    """A sentence of an alert that orders the reader to act, and not only if."""
    for sentence in text.sentences:
        orders = text.list_marks("alarm order", within=sentence)
        if orders and _is_order(text, sentence) and not _is_conditional(text, sentence):
            return Urgency("the alert asks to act now", Proof("rule", _flatten(sentence.text)))
    return None


def _is_order(text: Text, sentence: Sentence) -> bool:
    """Whether it is said to do it, not told that it was done."""
    lower = sentence.text.lower()
    told = ("was changed", "has been changed", "have changed", "was reset", "изменён", "изменен ",
            "сменён", "был ", "была ", "you can", "you may", "можно", "можете", "did not", "didn't",
            "to reset your password", "чтобы ")  # fmt: skip
    return not any(word in lower for word in told) and not sentence.is_question


def _is_conditional(text: Text, sentence: Sentence) -> bool:
    lower = sentence.text.lower()
    if any(_has_word(lower, condition) for condition in CONDITIONS):
        return True
    position = text.sentences.index(sentence)
    if position == 0 or not lower.startswith(("тогда", "в этом случае", "then", "in that case")):
        return False
    before = text.sentences[position - 1].text.lower()
    return any(_has_word(before, condition) for condition in CONDITIONS) or before.endswith("?")


def _ends_in_condition(before: str) -> bool:
    """Whether the word stands in the if-clause itself: "если срочно, звоните"."""
    clause = before.lower().rsplit(",", 1)[-1]
    return any(_has_word(clause, condition) for condition in CONDITIONS)


def _is_quoted(before: str) -> bool:
    return before.count("«") > before.count("»") or before.count("“") > before.count("”")


def _is_denied(before: str) -> bool:
    if re.search(r"\bне (?:бы )?(?:сказал|думаю|считаю|назвал)", before.lower()):
        return True
    words = before.lower().split()[-3:]
    return any(word in {"не", "нет", "ничего", "not", "isn't", "nothing", "no"} for word in words)


def _has_word(text: str, word: str) -> bool:
    return f" {word} " in f" {text} ".replace(",", " ").replace("\n", " ").replace("(", " ")


def _flatten(text: str) -> str:
    return " ".join(text.split())
