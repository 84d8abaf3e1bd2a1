"""What script doors of vendors of identities share."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from sandbox.door import Body
from sandbox.errors import Refused
from sandbox.oauth.forging import Forgery
from sandbox.oauth.signing import Flaw
from sandbox.school import Person, find_person


class Spoil(Body):
    """What is wrong with the next ID token.

    A way of forging, claims to put over the right ones (null takes one out), or both.
    """

    forgery: Forgery | None = None
    claims: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _does_something(self) -> Spoil:
        if self.forgery is None and not self.claims:
            raise ValueError("forgery or claims is needed")
        return self

    def flaw(self) -> Flaw:
        return Flaw(self.forgery, self.claims)


class Nothing(Body):
    """A door that needs to be told nothing."""


def get_person(name: str) -> Person:
    """By key or GitHub login.

    Raises:
        Refused: nobody here has this name.
    """
    if (person := find_person(name)) is None:
        raise Refused(404, f"nobody here is {name!r}")
    return person
