"""A letter as it was read from its bytes: facts of its headers and its text, nothing judged yet."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Language = Literal["ru", "en"]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote: the display name, decoded and on one line, and the address; either may be ""."""

    name: str
    address: str


NOBODY = Sender(name="", address="")


@dataclass(frozen=True, slots=True)
class Invitation:
    """One event of a calendar part. A day without an hour is a `date`, as is its `end_at`.

    `method` is what the sender wants done (REQUEST, CANCEL, REPLY, PUBLISH), `status` what became
    of the event (CONFIRMED, TENTATIVE, CANCELLED); both in capitals, "" where not said.
    An hour without a zone is naive: it is the reader's own.
    """

    method: str
    status: str
    summary: str
    location: str
    start_at: datetime | date | None
    end_at: datetime | date | None
    organizer: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, its headers decoded and its text laid open.

    `own_text` is what its writer wrote: without quoted history, forwarded headers, signature and
    legal footer; of a forwarded letter without words of its own, the forwarded one. `whole_text`
    is all of it. `written_at` is the Date header, aware. Header texts are on one line and "" where
    absent; ids and addresses are without angle brackets. `attachments` are their file names.
    `error` says what could not be read, in one line; the rest is then what could be found.
    """

    subject: str = ""
    sender: Sender = NOBODY
    reply_to: str = ""
    to: tuple[str, ...] = ()
    written_at: datetime | None = None
    message_id: str = ""
    in_reply_to: str = ""
    list_id: str = ""
    list_unsubscribe: bool = False
    precedence: str = ""
    auto_submitted: str = ""
    return_path: str = ""
    mailer: str = ""
    own_text: str = ""
    whole_text: str = ""
    is_forward: bool = False
    is_reply: bool = False
    invitations: tuple[Invitation, ...] = ()
    attachments: tuple[str, ...] = ()
    has_html: bool = False
    language: Language = "en"
    error: str | None = None
