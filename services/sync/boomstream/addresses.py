"""Where Boomstream would write to people, as auth knows it. Nobody is ever written to."""

import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit
from uuid import UUID

from services.sync.emails import Emails

LONGEST = 254
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


class Addresses:
    """An address for everybody."""

    def __init__(self, emails: Emails, public_url: str) -> None:
        self._emails = emails
        host = (urlsplit(public_url).hostname or "parta").lower()
        # A machine's own name, or its number, is no place of letters in anybody's eyes.
        self._host = host if DOMAIN.fullmatch(host) else "parta.invalid"

    async def list_addresses(self, person_ids: Collection[UUID]) -> Mapping[UUID, str]:
        """One each; who has verified none gets one of no mailbox.

        Raises:
            AuthAway: nobody knows.
        """
        told = await self._emails.list_emails(person_ids)
        return {
            one: told[one] if len(told.get(one, "")) in range(3, LONGEST + 1) else self._own(one)
            for one in person_ids
        }

    def _own(self, person_id: UUID) -> str:
        return f"{person_id}@{self._host}"
