"""An attempt to sign in: begun in one browser, finished in the same, once."""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from services.auth.errors import AttemptExpired, AttemptUnknown, OtherBrowser, OtherPerson
from services.auth.sign_in import repository
from services.auth.sign_in.repository import Attempt, Purpose
from shared.db import Connection
from shared.secret import at_rest, new_token


@dataclass(frozen=True, slots=True)
class Begun:
    """What an attempt's provider is told, and we are told again."""

    state: str = field(repr=False)
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)


async def begin(
    connection: Connection,
    *,
    browser: str,
    provider: str,
    next_path: str,
    purpose: Purpose = "sign_in",
    person_id: UUID | None = None,
) -> Begun:
    """Write an attempt down; gives what goes into the provider's address.

    The state has 44 characters: VK ID takes none below 32, PKCE no verifier below 43.
    """
    begun = Begun(new_token() + new_token(), new_token() + new_token(), new_token())
    await repository.add(
        connection,
        state_hash=at_rest(begun.state),
        browser_hash=at_rest(browser),
        provider=provider,
        verifier=begun.verifier,
        nonce=begun.nonce,
        next_path=next_path,
        purpose=purpose,
        person_id=person_id,
    )
    return begun


async def take(connection: Connection, state: str) -> Attempt | None:
    """The attempt of this state, used up whatever comes of it; judge it with `check` afterwards.

    Taking and judging are apart, so that the refusal does not roll the taking back.
    """
    return await repository.take(connection, at_rest(state))


def check(
    attempt: Attempt | None,
    *,
    browser: str | None,
    provider: str,
    purposes: tuple[Purpose, ...],
    person_id: UUID | None,
) -> Attempt:
    """The attempt, if it may go on.

    Raises:
        AttemptUnknown: there is none, or it was begun with another provider or for something else.
        OtherBrowser: this browser did not begin it.
        OtherPerson: it was begun by a person, and that is not who is signed in now.
        AttemptExpired: it is older than ten minutes.
    """
    if attempt is None or attempt.provider != provider or attempt.purpose not in purposes:
        raise AttemptUnknown
    if browser is None or not hmac.compare_digest(at_rest(browser), attempt.browser_hash):
        raise OtherBrowser
    if attempt.person_id is not None and attempt.person_id != person_id:
        raise OtherPerson
    if attempt.expires_at < datetime.now(UTC):
        raise AttemptExpired
    return attempt
