"""What may be a password: long enough, and not what anybody would try first. Nothing else, for
rules on kinds of characters make passwords alike."""

import unicodedata
from functools import cache
from pathlib import Path

from services.auth.errors import (
    PasswordIsKnown,
    PasswordsDiffer,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
)

SHORTEST = 10
LONGEST = 1000
COMMONEST = Path(__file__).parent / "commonest.txt"


LONGEST_ENTERED = 4 * LONGEST
"""Characters that are looked at at all: to bring a text into one spelling takes time that may grow
with its square."""


def as_hashed(password: str) -> str:
    """The password in one spelling: keyboards write the same letter in more ways than one.

    What is longer than any password may be is cut: whatever it becomes, it is nobody's.
    """
    return unicodedata.normalize("NFC", password[:LONGEST_ENTERED])


def check_new(password: str, again: str | None = None, *, known: tuple[str, ...]) -> str:
    """The password as it is hashed. `known` is what strangers know of the person.

    Raises:
        PasswordsDiffer, PasswordTooShort, PasswordTooLong, PasswordIsKnown, PasswordTooCommon:
        it may not be one.
    """
    if len(password) > LONGEST_ENTERED:
        raise PasswordTooLong
    password = as_hashed(password)
    if again is not None and as_hashed(again) != password:
        raise PasswordsDiffer
    if len(password) < SHORTEST:
        raise PasswordTooShort
    if len(password) > LONGEST:
        raise PasswordTooLong
    plain = _plain(password)
    if plain in {_plain(one) for one in known}:
        raise PasswordIsKnown
    if plain in _commonest() or len(set(plain)) == 1:
        raise PasswordTooCommon
    return password


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


@cache
def _commonest() -> frozenset[str]:
    lines = COMMONEST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line)
