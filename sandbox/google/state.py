"""What Google remembers; the tree is written to the state file as it is."""

from __future__ import annotations

from dataclasses import dataclass, field

REFRESH_TOKENS_KEPT = 100
"""Of one person for one application; Google drops the oldest without a word."""


@dataclass
class Consent:
    """What a person has said yes to, for the application."""

    person: str
    scopes: list[str]
    offline: bool = False


@dataclass
class RefreshToken:
    person: str
    scopes: list[str]
    value: str = field(repr=False)


@dataclass
class GoogleState:
    consents: list[Consent] = field(default_factory=list)
    refresh_tokens: list[RefreshToken] = field(default_factory=list)
