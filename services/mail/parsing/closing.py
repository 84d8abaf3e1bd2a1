"""What ends a letter and says nothing of its matter: signatures, device marks, legal footers."""

import re
from collections.abc import Sequence

_MARKS = frozenset({"--", "––", "—"})
"""Alone on a line they begin a signature."""
_FORMAL = (
    r"(?:with |my |our )?(?:best|kind|warm|kindest|warmest|sincere) (?:regards|wishes)"
    r"|(?:many |with )?thanks (?:and|&) (?:best |kind )?regards|regards|sincerely(?: yours)?"
    r"|yours(?: (?:sincerely|faithfully|truly))?|respectfully(?: yours)?"
    r"|с (?:глубоким |большим |искренним )?уважением|с наилучшими(?: пожеланиями)?"
    r"|с (?:теплом|любовью|благодарностью|приветом)|с добрыми пожеланиями|искренне ваш\w*"
)
_PLAIN = (
    r"(?:many |with )?thanks|thank you|cheers|best|warmly|see you|love|take care|thx|br|kr"
    r"|(?:заранее )?(?:спасибо|благодарю|благодарим)|всего (?:доброго|хорошего|наилучшего)"
    r"|ваш\w?|удачи|обнимаю|целую|пока|до (?:встречи|свидания|связи)"
)
_GREETING = re.compile(
    rf"^\W*(?:(?P<formal>{_FORMAL})|{_PLAIN})"
    r"(?:,? (?:и )?(?:с уважением|всего доброго|best regards|kind regards))?\s*[,!.…\-–—)]*\s*$",
    re.IGNORECASE,
)
_GREETING_WITH_NAME = re.compile(
    r"^\W*(?:с уважением|best regards|kind regards|sincerely|всего доброго|best|cheers|regards)"
    r"\s*,\s*(?:[^\W\d_][\w.'-]*,?\s*){1,6}$",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"^\W*(?:sent (?:from|via|with|by) (?:my )?[\w .+-]{2,60}|get outlook for \w+.{0,60}"
    r"|отправлено (?:с|из|от|через) (?:моего |мобильн\w+ |приложени\w+ )?[\w .+«»\"-]{2,60})\W*$",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(
    r"^\W*(?:p\.?\s?p?\.?\s?s\b|з\.?\s?ы\b|п\.?\s?с\b|upd\b|update\b)", re.IGNORECASE
)
_NOTES = (
    ("browser", r"\bview (?:it |this e-?mail )?in (?:your |a )?browser\b"),
    ("reply to this", r"\bdo not reply to this\b"),
    ("automatically", r"\b(?:automatically generated|sent automatically)\b"),
    ("в браузере", r"\b(?:открыть|посмотреть|просмотреть) (?:письмо |его )?в браузере"),
    ("не отвечайте", r"\bне отвечайте на (?:это|данное|него)\b"),
    ("автоматически", r"\bписьмо (?:сформировано|создано|отправлено|сгенерировано) автоматически"),
)
"""A sentence each: what follows may be the letter's own. First what is looked for, cheaply."""
_FOOTERS = (
    # What lawyers add.
    (
        "confidential",
        r"\bconfidential(?:ity)?\b.{0,200}\b(?:intended|recipient|notice|privileged|disclos)",
    ),
    (
        "contain",
        r"\b(?:e-?mail|message|communication)\b.{0,80}\b(?:may contain|contains)\b.{0,120}"
        r"\b(?:confidential|privileged|attachments?)",
    ),
    (
        "and any",
        r"\b(?:e-?mail|message|communication)\b.{0,80}\band any\b.{0,120}"
        r"\b(?:confidential|privileged|attachments?)",
    ),
    ("intended", r"\bintended (?:solely|only) for\b"),
    ("intended recipient", r"\bnot the intended recipient\b"),
    ("the environment", r"\bconsider the environment\b"),
    ("virus", r"\bvirus(?:es)?[- ](?:free|checked|scan)"),
    ("scanned", r"\bscanned (?:for|by)\b"),
    ("rights reserved", r"\ball rights reserved\b"),
    ("privacy policy", r"\bprivacy policy\b"),
    ("terms", r"\bterms (?:of (?:use|service)|and conditions apply)\b"),
    ("©", r"^\W*©\s?\w"),
    ("(c)", r"^\W*\(c\)\s?\w"),
    ("конфиденциальн", r"(?:письмо|сообщение|e-mail)\b.{0,120}\bконфиденциальн"),
    ("конфиденциальн", r"\bконфиденциальн\w+ (?:информац|сообщени|характер)"),
    ("не предназначен", r"(?:письмо|сообщение|e-mail)\b.{0,120}\bне предназначен"),
    (
        "предназначен",
        r"\bпредназначен\w* (?:исключительно|только)(?: для)? (?:адресат|лиц|получател|того)",
    ),
    ("не являетесь", r"\bне являетесь (?:надлежащим |указанным )?(?:адресат|получател)"),
    ("права защищены", r"\bвсе права защищены\b"),
    ("конфиденциальности", r"\bполитик\w+ конфиденциальности\b"),
    # What senders of many letters add.
    (
        "because",
        r"\byou(?:['’]ve| have)? ?(?:are |were )?(?:receiv(?:ing|ed)|sent|got) this"
        r" (?:e-?mail|message|letter|newsletter|notification)? ?because\b",
    ),
    ("was sent", r"\bthis (?:e-?mail|message) was sent (?:to|by)\b"),
    ("stop receiving", r"\bto stop receiving\b"),
    ("unsubscribe", r"\bunsubscribe\b"),
    ("manage", r"\bmanage (?:your )?(?:preferences|subscriptions?|notifications?)\b"),
    ("вы получ", r"\bвы (?:получили|получаете) (?:это|эту|данное|этот)\b"),
    ("отписаться", r"\bотписаться\b"),
    ("отпиши", r"\bотпиши(?:тесь|сь)\b"),
    ("отказаться", r"\bотказаться от (?:рассылки|подписки|получения)"),
    ("настроить", r"\bнастроить (?:уведомления|рассылк\w+|подписк\w+)"),
)
"""Of these the paragraph is, from there on."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[\"«(]?[A-ZА-ЯЁ])")
_SENTENCE_OR_LINE = re.compile(r"(?<=[.!?…])(?=\s+[\"«(]?[A-ZА-ЯЁ])|(?<=\n)")
_CONTACT = re.compile(
    r"(?:(?:\b(?:tel|phone|mob(?:ile)?|cell|fax|тел(?:ефон)?|моб|факс|доб|ext)\b\.?\s*:?\s*)?"
    r"\+?\d[\d\s()\u2011-]{8,}\d|\b[\w.+-]+@[\w-]+\.\w|\b(?:www\.|https?://)\S)",
    re.IGNORECASE,
)
_NAME = re.compile(r"^(?:[A-ZА-ЯЁ][\w'.-]*,?\s*){1,4}$")
_ROLE = re.compile(
    r"\b(?:manager|director|head|officer|assistant|engineer|lead|professor|lecturer|secretary|ph\.?d"
    r"|developer|coordinator|team|department|ceo|cto|менеджер|директор|начальник|руководитель|инженер"
    r"|доцент|профессор|преподаватель|секретарь|ассистент|специалист|заместитель|отдел|кафедр\w+"
    r"|бухгалтер|координатор|куратор)\b",
    re.IGNORECASE,
)
_LONG_LINE = 90
_SIGNATURE_LINES = 14
_NAME_WORDS = 4
"""A line of more that ends as a sentence does is one, and no name or role."""
_CONTACT_LINES = 8


def cut_closing(lines: Sequence[str]) -> list[str]:
    """The lines without what closes them; a postscript stays."""
    kept = _cut_signature([line for line in lines if not _DEVICE.match(line)])
    return _cut_footers(_cut_contacts(kept))


def _cut_signature(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    has_text = False
    at = 0
    while at < len(lines):
        line = lines[at]
        if has_text and line.strip() in _MARKS:
            return kept + _postscript(lines[at:])
        sure = _ends_letter(line)
        end = None
        if sure == "formal" or (sure and has_text):
            end = _signature_end(lines, at + 1, is_sure=sure == "formal")
        kept.append(line if end is None else "")
        has_text = has_text or bool(kept[-1].strip())
        at = at + 1 if end is None else end
    return kept


def _ends_letter(line: str) -> str:
    """How surely a line is the greeting before a signature: "formal", "plain" or ""."""
    if len(line) > _LONG_LINE:
        return ""
    if found := _GREETING.match(line):
        return "formal" if found["formal"] else "plain"
    return "formal" if _GREETING_WITH_NAME.match(line) else ""


def _signature_end(lines: Sequence[str], start: int, *, is_sure: bool) -> int | None:
    """Behind the short lines that follow a greeting; None where they are the letter's own."""
    count = 0
    for number in range(start, len(lines)):
        line = lines[number].strip()
        if not line:
            continue
        if _POSTSCRIPT.match(line):
            return number
        is_apart = not lines[number - 1].strip()
        if len(line) > _LONG_LINE or (_is_sentence(line) and (is_apart or not is_sure)):
            return number if is_sure or count or _is_footer(line) else None
        count += 1
        if count > _SIGNATURE_LINES:
            return None
    return len(lines)


def _is_sentence(line: str) -> bool:
    return line[-1:] in ".!?" and len(line.split()) > _NAME_WORDS


def _postscript(lines: Sequence[str]) -> list[str]:
    for number, line in enumerate(lines):
        if _POSTSCRIPT.match(line):
            end = next((n for n in range(number, len(lines)) if not lines[n].strip()), len(lines))
            return ["", *lines[number:end]]
    return []


def _cut_contacts(lines: list[str]) -> list[str]:
    """Without a last paragraph that is a name, a role and how to reach them."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and lines[start - 1].strip():
        start -= 1
    block = lines[start:end]
    if not start or not 2 <= len(block) <= _CONTACT_LINES or not _NAME.match(block[0].strip()):
        return lines
    rest = block[1:]
    if any(len(line) > _LONG_LINE or line.rstrip()[-1:] in ".!?" for line in rest):
        return lines
    if any(_ROLE.search(line) or _CONTACT.search(line) for line in rest):
        return lines[:start]
    return lines


def _cut_footers(lines: list[str]) -> list[str]:
    """Without what lawyers and senders of many letters add."""
    if not _is_footer(" ".join(lines)):
        return lines
    kept: list[str] = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line)
            continue
        kept += _cut_footer(_cut_notes(paragraph))
        kept.append(line)
        paragraph = []
    return kept[:-1]


def _is_footer(text: str) -> bool:
    return _find(_FOOTERS, text) is not None or _find(_NOTES, text) is not None


def _find(kinds: Sequence[tuple[str, str]], text: str) -> int | None:
    """Where the first of these begins; the patterns are only tried where their word is there."""
    lower = text.lower()
    found = (
        re.search(pattern, lower) for word, pattern in kinds if word in lower
    )  # `re` keeps what it compiled
    return min((match.start() for match in found if match), default=None)


def _cut_notes(paragraph: list[str]) -> list[str]:
    text = "\n".join(paragraph)
    if _find(_NOTES, text) is None:
        return paragraph
    kept = "".join(one for one in _SENTENCE_OR_LINE.split(text) if _find(_NOTES, one) is None)
    return [line for line in kept.split("\n") if line.strip()]


def _cut_footer(paragraph: list[str]) -> list[str]:
    joined = " ".join(paragraph)
    found = _find(_FOOTERS, joined)
    if found is None:
        return paragraph
    # From the sentence it begins in: what stands before it may be the letter's.
    start = max((match.end() for match in _SENTENCE.finditer(joined, 0, found)), default=0)
    if not start and _is_own_line(paragraph):
        start = sum(len(line) + 1 for line in _before(paragraph, found))
    kept, left = [], start
    for line in paragraph:
        if left <= 0:
            break
        kept.append(line[:left].rstrip())
        left -= len(line) + 1
    return [line for line in kept if line.strip()]


def _before(paragraph: Sequence[str], position: int) -> list[str]:
    """The whole lines before a position in the paragraph as one."""
    before: list[str] = []
    for line in paragraph:
        position -= len(line) + 1
        if position < 0:
            break
        before.append(line)
    return before


def _is_own_line(paragraph: Sequence[str]) -> bool:
    """Whether its lines are apart in meaning (short), not one text broken at a width."""
    return sum(map(len, paragraph)) / len(paragraph) < 60 if paragraph else False
