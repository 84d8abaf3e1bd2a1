"""The signed word: what auth says of whoever asks, to one service, for a minute."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from joserfc import jwt

from services.auth.keys.service import SigningKeys
from services.auth.persons.repository import Person
from services.auth.sessions.repository import LiveSession
from shared.errors import Forbidden
from shared.identity import ALGORITHM

VALID_FOR = 60
REUSED_WHILE = 20
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a service may ask for toward an audience."""

    for_itself: bool = False
    for_a_person: bool = False


MAY_ASK: Mapping[tuple[str, str], Allowed] = {
    # (who asks, whom the token is for)
    ("bot", "auth"): Allowed(for_itself=True),
    ("bot", "school"): Allowed(for_itself=True, for_a_person=True),
    ("bot", "sync"): Allowed(for_itself=True, for_a_person=True),
    ("bot", "mail"): Allowed(for_a_person=True),
    ("mail", "auth"): Allowed(for_itself=True),
    ("school", "sync"): Allowed(for_itself=True),
    ("sync", "school"): Allowed(for_itself=True),
    ("sync", "auth"): Allowed(for_itself=True),
}
"""Which service may speak to which, in its own name or a person's. What is not here may not."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    token: str
    version: int
    good_until: float


class Tokens:
    """Signs, and remembers what it signed for sessions: a page asks for many."""

    def __init__(self, keys: SigningKeys) -> None:
        self._keys = keys
        self._remembered: OrderedDict[tuple[UUID, str], _Remembered] = OrderedDict()

    async def for_session(self, session: LiveSession, audience: str) -> str:
        """A token for a session that was just read; an earlier one while it has 20 s to live."""
        place = (session.session_id, audience)
        known = self._remembered.get(place)
        if (
            known is not None
            and known.version == session.version
            and known.good_until > time.time()
        ):
            self._remembered.move_to_end(place)
            return known.token
        token = await self._sign(
            audience,
            sub=str(session.person_id),
            sid=str(session.session_id),
            roles=list(session.roles),
            csrf=session.csrf,
            name=session.name,
            locale=session.locale,
            zone=session.zone,
        )
        good_until = time.time() + VALID_FOR - REUSED_WHILE
        self._remembered[place] = _Remembered(token, session.version, good_until)
        self._remembered.move_to_end(place)
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return token

    async def for_service(self, service: str, audience: str, person: Person | None) -> str:
        """A token for a service that asks, in its own name or, acting for them, in a person's.

        Raises:
            Forbidden: the table does not allow it.
        """
        allowed = MAY_ASK.get((service, audience), Allowed())
        if not (allowed.for_a_person if person else allowed.for_itself):
            raise Forbidden(f"{service} may not ask for this toward {audience}")
        about: dict[str, Any] = {"sub": "", "roles": []}
        if person is not None:
            about = {
                "sub": str(person.person_id),
                "roles": list(person.roles),
                "name": person.name,
                "locale": person.locale,
                "zone": person.zone,
            }
        return await self._sign(audience, act=service, **about)

    async def _sign(self, audience: str, **claims: Any) -> str:
        signing = await self._keys.current()
        now = int(time.time())
        return jwt.encode(
            {"alg": ALGORITHM, "kid": signing.key_id},
            {"iss": "auth", "aud": audience, "iat": now, "exp": now + VALID_FOR, **claims},
            signing.key,
            algorithms=[ALGORITHM],
        )
