"""A letter laid out once for all rules."""

from dataclasses import dataclass

from services.mail.parsing.letter import Invitation, Letter
from services.mail.reading.sentences import Text, lay_out

ENDING = 60
"""By so many last characters of a letter's own text its end is found in the whole."""
TAIL = 1_500
"""Characters at the end of the whole text in which a sender's standing footer is looked for."""


@dataclass(frozen=True, slots=True)
class Scan:
    """`letter` with its subject, its own text and the end of all of its text laid out."""

    letter: Letter
    subject: Text
    body: Text
    footer: Text

    @property
    def invitation(self) -> Invitation | None:
        """The first event of its calendar parts."""
        return self.letter.invitations[0] if self.letter.invitations else None


def scan_letter(letter: Letter) -> Scan:
    """Lays `letter` out; what stands under one that quotes another's is not its sender's footer."""
    quotes = letter.is_forward or (letter.is_reply and not letter.list_unsubscribe)
    body = lay_out(letter.own_text)
    return Scan(
        letter=letter,
        subject=lay_out(letter.subject),
        body=body,
        footer=lay_out("" if quotes else _find_footer(letter)),
    )


def _find_footer(letter: Letter) -> str:
    """What of the whole text stands behind the writer's own."""
    ending = letter.own_text.rstrip()[-ENDING:]
    at = letter.whole_text.rfind(ending) if ending else -1
    return letter.whole_text[at + len(ending) if at >= 0 else 0 :][-TAIL:]
