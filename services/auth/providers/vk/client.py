"""VK ID: OAuth 2.1 with PKCE, and a device id that comes with the code and goes back with it."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from services.auth.errors import CodeRefused
from services.auth.persons.repository import Account
from services.auth.persons.service import LONGEST_NAME, VK
from services.auth.providers.contract import Granted
from services.auth.providers.oauth import UNREADABLE, OAuthApplication
from services.auth.settings import VK_CALLBACK
from shared.db import storable
from shared.http import create_client, create_transport


class VkId:
    """One registered application. A public one has no secret; a confidential one a service token.

    VK answers some refusals with 200: it is the body that counts.
    """

    name = VK
    label = "VK ID"
    callback = VK_CALLBACK

    def __init__(
        self,
        *,
        client_id: str,
        service_token: str,
        redirect_url: str,
        url: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        transport = transport or create_transport()
        # VK takes no client secret here: an application that sends one is answered with 404.
        self._application = OAuthApplication(
            provider=self.name,
            client_id=client_id,
            secret="",
            redirect_url=redirect_url,
            transport=transport,
        )
        self._client_id = client_id
        self._service_token = service_token
        self._url = url
        self._http = create_client(url, transport=transport)

    async def authorize_url(self, *, state: str, verifier: str, nonce: str) -> str:
        """Where the browser goes to be asked. VK signs no ID token for us, so no nonce is sent."""
        return self._application.authorize_url(
            f"{self._url}/authorize", state=state, verifier=verifier
        )

    async def exchange(self, *, code: str, verifier: str, answer: Mapping[str, str]) -> Granted:
        """Tokens for a code.

        Raises:
            CodeRefused, ProviderAway: they are not given.
        """
        device_id = answer.get("device_id", "")
        if not device_id:
            raise CodeRefused
        more = {"device_id": device_id}
        if self._service_token:
            more["service_token"] = self._service_token
        return await self._application.exchange(
            f"{self._url}/oauth2/auth",
            code=code,
            verifier=verifier,
            said_state=answer.get("state", ""),
            **more,
        )

    async def fetch_profile(self, granted: Granted, *, nonce: str) -> Account:
        """Whom the token speaks of.

        Raises:
            CodeRefused, ProviderAway: it is not told.
        """
        try:
            answer = await self._http.post(
                "/oauth2/user_info",
                data={"client_id": self._client_id, "access_token": granted.access_token},
            )
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                raise CodeRefused
            answer.raise_for_status()
            told = answer.json()
            if "error" in told:
                raise CodeRefused
            return _account(told["user"])
        except UNREADABLE as error:
            raise self._application.away(error) from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def read_answer(query: Mapping[str, str]) -> dict[str, str]:
    """What the browser brought back, be it in parameters or in one, `payload`, as JSON."""
    answer = dict(query)
    try:
        payload = json.loads(answer.pop("payload", "{}"))
    except (ValueError, RecursionError):
        return answer
    if isinstance(payload, dict):
        answer |= {
            name: storable(value) for name, value in payload.items() if isinstance(value, str)
        }
    return answer


def _account(user: Mapping[str, Any]) -> Account:
    subject = str(user["user_id"])
    if not (subject.isascii() and subject.isdigit()):
        raise ValueError("user_id")
    name = f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()
    return Account(issuer=VK, subject=subject, name=name[:LONGEST_NAME])
