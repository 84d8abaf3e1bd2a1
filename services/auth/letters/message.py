"""A letter as mail servers carry it."""

from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from services.auth.letters.texts import Letter

FROM = "Parta"


def compose(
    letter: Letter, *, letter_id: int, sender: str, recipient: str, recorded_at: datetime
) -> bytes:
    """The message. Its id stays the same however often it is tried, so that a copy is known as one.

    Raises:
        ValueError: an address, or the subject, would end its header.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(FROM, addr_spec=sender)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(recorded_at)
    host = sender.rpartition("@")[2]
    message["Message-ID"] = f"<{letter_id}.{recorded_at.timestamp():.6f}@{host}>"
    # No vacation notices in return, please.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    return message.as_bytes()
