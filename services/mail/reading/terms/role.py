"""What a predicate or a noun near a moment says of it."""

from dataclasses import dataclass
from enum import Enum, auto

NEAR = 9
"""So many words lie at most between a verb and a day that it governs without a preposition."""


class Role(Enum):
    """What is said of a moment by the words that govern it."""

    ASK = auto()
    """The reader is to do something by it."""
    TERM = auto()
    """It is called a term: deadline, due, срок, приём заявок."""
    WINDOW = auto()
    """Somebody closes then what the reader's work must be in by."""
    COME = auto()
    """The reader is to be somewhere then."""
    OTHER = auto()
    """Somebody else does something, or did."""
    VALID = auto()
    """Something is good until then: an offer, a code, a right."""
    HOURS = auto()
    """Something is open until then."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A role, and whether what is asked for is a thing handed over, so that a bare day is a term.

    "Send it on Friday" sets a term without a preposition, "think of me on Friday" does not.
    """

    role: Role
    hands_over: bool = False
