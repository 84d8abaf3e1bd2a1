"""What is an e-mail address here."""

import re

from services.auth.errors import NoAddress

LONGEST = 254
LONGEST_NAME = 64
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"({_WORD}(?:\.{_WORD})*)@{_LABEL}(?:\.{_LABEL})+")
"""What browsers take in a field for an address (a host in other letters they write in these), with
a dot in the host and none at an end of the name, which no letter's header may have: nothing in it
can end a header or a command of SMTP."""


def check_email(email: str) -> str:
    """The address itself, as it was written.

    Raises:
        NoAddress: it is none.
    """
    told = email.strip()
    found = ADDRESS.fullmatch(told) if len(told) <= LONGEST else None
    if found is None or len(found[1]) > LONGEST_NAME:
        raise NoAddress(f"{email[:LONGEST]!r} is no e-mail address")
    return told
