"""Whether a person expects the reader's reply."""

import re
from typing import Final

from services.mail.reading.reading import Category, Proof, Status
from services.mail.reading.scan import Scan
from services.mail.reading.sentences import Sentence, Text
from services.mail.reading.words import find_forms, word_set

ASKED_WITHIN: Final = 12
"""So many words may stand between "we ask you" and what is asked."""
SHORT: Final = 60
"""Below so many characters of text the subject speaks too."""

QUOTED: Final = re.compile(r"«[^«»]{0,300}»|“[^“”]{0,300}”|\"[^\"\n]{0,300}\"|https?://\S{1,500}")
NO_QUESTION: Final = re.compile(
    r"^\W{0,3}(?:почему|зачем|что дальше|что делать|как это работает|а что|что изменилось|"
    r"why|how come|what's next|what next|guess what|you know what|know what"
    r"|remember)\b[^,]{0,40}\?",
    re.IGNORECASE,
)
CONDITION: Final = re.compile(r"\b(?:если|if)\b.{0,30}\b(?:ты|вы|you)\b", re.IGNORECASE | re.DOTALL)
COULD: Final = re.compile(
    r"\bif you could\b|\bif you can\b[^.?!]{0,120}\b(?:we can|i can|would|we'll|i'll|that's)\b",
    re.IGNORECASE,
)
OWN_ANSWER: Final = re.compile(
    r"^\W{0,3}(?:потому|ответ|всё просто|все просто|да,|нет,|because|the answer|simple"
    r"|yes,|no,|well,)",
    re.IGNORECASE,
)
IMPERATIVE_START: Final = re.compile(
    r"^\W{0,4}(?:(?:and|so|then|also|but|or|just)\W{1,3})?", re.IGNORECASE
)


def find_answer_request(scan: Scan, *, status: Status, category: Category) -> Proof | None:
    """The words by which the writer waits for a reply, none where nobody does."""
    if status != "person":
        return None
    invitation = scan.invitation
    if invitation and invitation.method == "REQUEST" and invitation.status != "CANCELLED":
        return Proof("calendar", invitation.summary or None)
    return _find_in(scan.body, category) or _find_in_subject(scan, category)


def _find_in_subject(scan: Scan, category: Category) -> Proof | None:
    if len(scan.body.value.strip()) > SHORT:
        return None
    return _find_in(scan.subject, category)


def _find_in(text: Text, category: Category) -> Proof | None:
    for position, sentence in enumerate(text.sentences):
        following = text.sentences[position + 1] if position + 1 < len(text.sentences) else None
        if _is_open_question(sentence, following) or _is_request(text, sentence, category):
            return Proof("rule", " ".join(sentence.text.split()))
    return None


def _is_open_question(sentence: Sentence, following: Sentence | None) -> bool:
    """A question of the writer's own that he does not answer himself."""
    own = QUOTED.sub(" ", sentence.text)
    if "?" not in own or not sentence.is_question:
        return False
    if NO_QUESTION.search(own):
        return False
    return following is None or not OWN_ANSWER.search(following.text)


def _is_request(text: Text, sentence: Sentence, category: Category) -> bool:
    if text.has("negated", within=sentence):
        return False
    if text.has("phrase only", within=sentence) and not sentence.is_question:
        return False
    if _goes_elsewhere(text, sentence, category):
        return False
    return (
        text.has("awaiting", "inviting", within=sentence)
        or _waits_for(text, sentence)
        or _would_be_glad(text, sentence)
        or _asks_to_answer(text, sentence)
        or _asks_to_come(text, sentence, category)
    )


def _goes_elsewhere(text: Text, sentence: Sentence, category: Category) -> bool:
    """Whether a portal or a payment is the answer."""
    if text.has("by letter", within=sentence):
        return (
            text.has("by payment", within=sentence)
            and category == "money"
            and not _tells(text, sentence)
        )
    elsewhere = text.has("by portal", "by payment", within=sentence)
    return elsewhere or (category == "money" and _waits_for_money(text, sentence))


def _tells(text: Text, sentence: Sentence) -> bool:
    told = {
        "сообщить",
        "написать",
        "ответить",
        "прислать",
        "подтвердить",
        "tell",
        "reply",
        "send",
        "confirm",
        "let me know",
    }
    return any(mark.phrase in told for mark in text.list_marks("answer verb", within=sentence))


def _waits_for_money(text: Text, sentence: Sentence) -> bool:
    return not text.has("answer verb", within=sentence)


def _waits_for(text: Text, sentence: Sentence) -> bool:
    """ "Замечания жду до среды": the writer waits, and what for can be written."""
    return text.has("wait", within=sentence) and text.has("answer thing", within=sentence)


def _would_be_glad(text: Text, sentence: Sentence) -> bool:
    """ "It would be great if you could join us": any of the verbs, however it is said."""
    if COULD.search(sentence.text):
        return True
    if not text.has("grateful", within=sentence) or not CONDITION.search(sentence.text):
        return False
    return text.has("answer verb", "come verb", "do for me", within=sentence)


def _asks_to_answer(text: Text, sentence: Sentence) -> bool:
    return any(
        _is_asked(text, sentence, mark.first)
        for mark in text.list_marks("answer verb", within=sentence)
    ) or _asks_politely(text, sentence)


def _asks_to_come(text: Text, sentence: Sentence, category: Category) -> bool:
    if category == "study":
        return False
    return any(
        _is_asked(text, sentence, mark.first)
        for mark in text.list_marks("come verb", within=sentence)
    )


def _asks_politely(text: Text, sentence: Sentence) -> bool:
    """ "Could you …" without its question mark."""
    verbs = text.list_marks("do for me", within=sentence)
    asked = text.list_marks("asking", within=sentence)
    polite = {"=could you", "=can you", "=would you", "=will you", "=could each", "=if you could",
                "=you could", "=можешь", "=сможешь", "=могли",
              "=мог", "=могла", "=сможете", "=можете"}  # fmt: skip
    return any(
        ask.phrase in polite
        and 0 < verb.first - ask.last <= 4
        and _is_at_start(text, sentence, ask.first)
        for verb in verbs
        for ask in asked
    )


def _is_at_start(text: Text, sentence: Sentence, index: int) -> bool:
    before = text.value[sentence.start : text.words[index].start]
    clause = before.rsplit(",", 1)[-1]
    return len(clause.split()) <= 2


def _is_asked(text: Text, sentence: Sentence, index: int) -> bool:
    """Whether the verb at word `index` is asked of the reader, not told of somebody."""
    word = text.words[index]
    forms = find_forms(word.lower)
    if forms.moods:
        if "impr" in forms.moods and not _is_told(text, sentence, index):
            return True
        return "INFN" in forms.moods and _has_before(text, sentence, index, "asking", ASKED_WITHIN)
    return _is_english_order(text, sentence, index) or _has_before(
        text, sentence, index, "asking", 6
    )


def _is_told(text: Text, sentence: Sentence, index: int) -> bool:
    """A form that may be an order but is not: "вы пишите мне", "не звоните"."""
    before = text.words[index - 1].lower if index else ""
    return before in {"не", "я", "он", "она", "они", "мы"}


def _is_english_order(text: Text, sentence: Sentence, index: int) -> bool:
    """The base form at the start of its clause, or after "please"."""
    word = text.words[index]
    base = {
        mark.phrase.split()[0]
        for mark in text.list_marks("answer verb", "come verb", within=sentence)
    }
    if word.lower not in base:
        return False
    if (
        word.lower in ALSO_NOUNS
        and not _is_followed(text, index)
        and "please" not in sentence.text.lower()
    ):
        return False
    before = text.value[sentence.start : word.start]
    clause = re.split(r"[,;:()\n–—-]\s|\band\b|\bthen\b|\bor\b|\bso\b|\bbut\b", before[-200:])[-1]
    words = [part for part in re.findall(r"[A-Za-z']+", clause) if part.lower() not in FILLERS]
    if words:
        return False
    return bool(IMPERATIVE_START.match(clause)) and not _follows_subject(text, sentence, index)


FILLERS: Final = word_set(
    """
    please pls kindly just do simply hi hello hey also then and so either feel if possible
    otherwise next first finally again
    """
)


ALSO_NOUNS: Final = word_set(
    """
    call text sign name state phone ring message return comment email share answer reply vote
    pick shout forward advise answers
    """
)
OBJECTS: Final = word_set(
    """
    me us back him her them this it by to the your a an any in on and whether when if here or as
    """
)


def _is_followed(text: Text, index: int) -> bool:
    """Whether the next word is what an order has behind it: "call me", not "call with"."""
    return index + 1 < len(text.words) and text.words[index + 1].lower in OBJECTS


def _follows_subject(text: Text, sentence: Sentence, index: int) -> bool:
    """ "we review and confirm …": a second verb of somebody's, unless an order came first."""
    before = text.value[sentence.start : text.words[index].start]
    if not re.search(r"\b(?:and|then|or|so|but)\s{1,3}(?:please\s)?$", before, re.IGNORECASE):
        return False
    if re.search(r"\bplease\b", before, re.IGNORECASE):
        return False
    return bool(
        re.search(
            r"\b(?:i|we|he|she|they|it|who|that|to|will|would|they'll|we'll|i'll)\b",
            before,
            re.IGNORECASE,
        )
    )


def _has_before(text: Text, sentence: Sentence, index: int, label: str, words: int) -> bool:
    return any(0 < index - mark.last <= words for mark in text.list_marks(label, within=sentence))
