"""One letter's bytes to a `Letter`: never an exception, never more than the limits."""

import re
from dataclasses import replace

from services.mail.parsing import limits
from services.mail.parsing.addresses import read_addresses
from services.mail.parsing.bodies import has_html, read_text
from services.mail.parsing.calendars import read_invitations
from services.mail.parsing.charsets import one_line
from services.mail.parsing.headers import Head, read_date, read_head, read_id
from services.mail.parsing.letter import NOBODY, Invitation, Language, Letter, Sender
from services.mail.parsing.mime import Part, Structure
from services.mail.parsing.own_text import find_own_text, is_forward_subject, is_reply_subject

_CYRILLIC = re.compile(r"[Ѐ-ӿ]+")
_LATIN = re.compile(r"[A-Za-z]+")
_NO_PROSE = re.compile(r"\S+@\S+|https?://\S+|www\.\S+")
_FEW_CHARACTERS = 20
_LANGUAGE_CHARACTERS = 4_000
_RUSSIAN_SHARE = 0.3
_ENCRYPTED = frozenset(
    {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
)


def parse(raw: bytes) -> Letter:
    """The letter that these bytes are; what could not be read is said in its `error`."""
    letter = parse_head(raw)
    try:
        return _parse_body(raw, letter)
    except Exception as error:  # whatever a letter does, its headers are kept
        return replace(letter, error=_describe(error))


def parse_head(raw: bytes, error: str | None = None) -> Letter:
    """What a letter's headers say, its body unread: for one whose body cannot be borne."""
    try:
        head = _read_head(raw)
        return replace(_read_fields(head), error=error or head.trouble)
    except Exception as failure:
        return Letter(error=error or _describe(failure))


def _describe(error: BaseException) -> str:
    return f"it could not be read: {type(error).__name__}"


def _read_head(raw: bytes) -> Head:
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[start : start + 1] in (b"\r", b"\n"):
        start += 1
    return read_head(raw, start, min(len(raw), limits.LETTER_BYTES))


def _read_fields(head: Head) -> Letter:
    subject = one_line(head.text("subject"), limits.SUBJECT_CHARACTERS)
    return_path = _first(head, "return-path").address
    in_reply_to = read_id(head.raw_text("in-reply-to"))
    return Letter(
        subject=subject,
        sender=_first(head, "from") if head.fields.get("from") else _first(head, "sender"),
        reply_to=_first(head, "reply-to").address,
        to=tuple(one.address for one in read_addresses(head.raw_text("to")) if one.address),
        written_at=read_date(head.raw_text("date")),
        message_id=read_id(head.raw_text("message-id")),
        in_reply_to=in_reply_to,
        list_id=read_id(head.raw_text("list-id")),
        list_unsubscribe=bool(head.fields.get("list-unsubscribe")),
        precedence=_word(head, "precedence"),
        auto_submitted=_word(head, "auto-submitted"),
        return_path=return_path,
        mailer=one_line(head.text("x-mailer") or head.text("user-agent"), limits.NAME_CHARACTERS),
        is_forward=is_forward_subject(subject),
        is_reply=bool(in_reply_to or head.fields.get("references")) or is_reply_subject(subject),
        language=find_language(subject),
    )


def _first(head: Head, name: str) -> Sender:
    return next(iter(read_addresses(head.raw_text(name))), NOBODY)


def _word(head: Head, name: str) -> str:
    return one_line(head.raw_text(name), 60).lower()


def _parse_body(raw: bytes, letter: Letter) -> Letter:
    end = min(len(raw), limits.LETTER_BYTES)
    structure = Structure.read(raw, _read_head(raw), end)
    root, trouble = structure.root, structure.trouble
    if len(raw) > end:
        trouble = trouble or "it is larger than 25 MB: its beginning was read"
    text = read_text(raw, root)[: limits.TEXT_CHARACTERS]
    own = find_own_text(text, is_forward=letter.is_forward)
    enclosed = next((part for part in root.walk() if part.kind == "message/rfc822"), None)
    if not own.text and enclosed and enclosed.children and not text.strip():
        inner = read_text(raw, enclosed.children[0])
        own = replace(find_own_text(inner, is_forward=True), is_forward=True, is_forwarded=True)
    if any(part.kind in _ENCRYPTED for part in root.walk()) and not own.text:
        trouble = trouble or "its text is encrypted or sealed in a signature"
    try:
        invitations = read_invitations(raw, root)
    except Exception:  # a calendar part is anybody's text; the letter is still read
        invitations = ()
        trouble = trouble or "its invitation could not be read"
    return replace(
        letter,
        own_text=own.text,
        whole_text=text,
        is_forward=own.is_forward,
        invitations=invitations,
        attachments=tuple(_attachments(root)),
        has_html=has_html(root),
        language=_language(own.text, letter, invitations),
        error=trouble,
    )


def _attachments(root: Part) -> list[str]:
    """Names of files, without the folders that some put before them."""
    names = (part.name.replace("\\", "/").rpartition("/")[2] for part in root.walk())
    return [name for name in names if name]


def _language(own: str, letter: Letter, invitations: tuple[Invitation, ...]) -> Language:
    """Of the own words; where they are few, of the subject and the invitations too."""
    if len(own) >= _FEW_CHARACTERS:
        return find_language(own)
    words = [own, letter.subject, *(f"{one.summary} {one.location}" for one in invitations)]
    return find_language(" ".join(words))


def find_language(text: str) -> Language:
    """Which of the two languages read here it is in; what is neither counts as English."""
    prose = _NO_PROSE.sub(" ", text[:_LANGUAGE_CHARACTERS])
    cyrillic = sum(map(len, _CYRILLIC.findall(prose)))
    latin = sum(map(len, _LATIN.findall(prose)))
    return "ru" if cyrillic > _RUSSIAN_SHARE * (cyrillic + latin) else "en"
