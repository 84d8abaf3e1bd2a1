"""The people of the school as Google knows them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from sandbox.school import PEOPLE, Person

ROOT = "https://www.googleapis.com/auth"
EMAIL = f"{ROOT}/userinfo.email"
PROFILE = f"{ROOT}/userinfo.profile"
GMAIL = f"{ROOT}/gmail.readonly"
SHORT = {"email": EMAIL, "profile": PROFILE}
KNOWN = {"openid", EMAIL, PROFILE, GMAIL}
PLAIN = {"openid", EMAIL, PROFILE}
"""Scopes of signing in; a person cannot say yes to signing in and no to these."""


def read_scopes(text: str) -> list[str]:
    """Google answers with long names, whichever were asked for."""
    return sorted({SHORT.get(name, name) for name in text.split()})


def subject_of(person: Person) -> str:
    """Twenty-one digits, always the same: more than a number of most languages holds."""
    digest = hashlib.sha256(f"google:{person.github_id}".encode()).digest()
    return f"1{int.from_bytes(digest[:8], 'big'):020d}"


def claims_of(person: Person, scopes: Collection[str]) -> dict[str, Any]:
    """What is told of a person to whom these scopes were granted."""
    told: dict[str, Any] = {"sub": subject_of(person)}
    if EMAIL in scopes:
        told |= {"email": person.email, "email_verified": True}
    if PROFILE in scopes:
        given, _, family = person.name.partition(" ")
        told |= {"name": person.name, "given_name": given, "family_name": family}
    return told


def hinted_first(hint: str, people: Iterable[Person] = PEOPLE) -> list[Person]:
    """Whom the application expects (`login_hint`: an e-mail or a subject) stands first."""
    return sorted(people, key=lambda person: hint not in (person.email, subject_of(person)))
