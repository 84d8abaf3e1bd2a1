"""An attempt to sign in: begun in one browser, finished in the same, once."""

import hmac
from datetime import UTC, datetime

from services.auth.errors import AttemptExpired, AttemptUnknown, OtherBrowser
from services.auth.sign_in import repository
from services.auth.sign_in.repository import Attempt
from shared.db import Connection
from shared.secret import at_rest, new_token


async def begin(
    connection: Connection, *, browser: str, provider: str, next_path: str
) -> tuple[str, str]:
    """Write an attempt down; gives its state and its PKCE verifier, for the provider's address."""
    state, verifier = new_token(), new_token() + new_token()
    await repository.add(
        connection,
        state_hash=at_rest(state),
        browser_hash=at_rest(browser),
        provider=provider,
        verifier=verifier,
        next_path=next_path,
    )
    return state, verifier


async def take(connection: Connection, state: str) -> Attempt | None:
    """The attempt of this state, used up whatever comes of it; judge it with `check` afterwards.

    Taking and judging are apart, so that the refusal does not roll the taking back.
    """
    return await repository.take(connection, at_rest(state))


def check(attempt: Attempt | None, *, browser: str | None, provider: str) -> Attempt:
    """The attempt, if it may go on.

    Raises:
        AttemptUnknown: there is none, or it was begun with another provider.
        OtherBrowser: this browser did not begin it.
        AttemptExpired: it is older than ten minutes.
    """
    if attempt is None or attempt.provider != provider:
        raise AttemptUnknown
    if browser is None or not hmac.compare_digest(at_rest(browser), attempt.browser_hash):
        raise OtherBrowser
    if attempt.expires_at < datetime.now(UTC):
        raise AttemptExpired
    return attempt
