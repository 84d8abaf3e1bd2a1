"""Telegram's Bot API through aiogram: the session, what a call is at rest, errors without secrets.

Handlers build aiogram's methods and never call them; `freeze` turns one into what the sending
queue keeps, `Call` is what the sender sends. `Call` gives Telegram's answer as it came: a field
that this aiogram does not know yet must not make a sent message look like a failed one.
"""

import re
from datetime import datetime
from enum import Enum
from typing import Any, cast

from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramServerError,
)
from aiogram.methods import Response, TelegramMethod
from aiohttp import ClientTimeout
from pydantic import Field, ValidationError

DEFAULTS: dict[str, Any] = {"parse_mode": "HTML", "link_preview": {"is_disabled": True}}
"""What a method says where its handler says nothing; written into each row, so that a row is
exactly what is sent."""

CALL_TIMEOUT = 20.0
CONNECT_TIMEOUT = 5.0
TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{6,}")


class Call(TelegramMethod[Any]):
    """Any method of the Bot API by its name; what it answers is left as it came."""

    __returning__ = Any
    api_method: str = Field(exclude=True)

    @property
    def __api_method__(self) -> str:  # type: ignore[override]
        return self.api_method


class Session(AiohttpSession):
    """aiogram's session with a limit for connecting, and an eye for answers that are no JSON."""

    def __init__(self, *, api: TelegramAPIServer, call_timeout: float) -> None:
        super().__init__(api=api)
        # aiogram hands it to aiohttp as it is. A time-out while connecting then has an error of
        # its own, by which the sender knows that nothing was written.
        limit = ClientTimeout(total=call_timeout, connect=None, sock_connect=CONNECT_TIMEOUT)
        self.timeout = cast(float, limit)

    def check_response(
        self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str
    ) -> Response[Any]:
        """A gateway answers 502 with a page of its own, which is no reason to give up on JSON."""
        if status_code >= 500:
            raise TelegramServerError(method=method, message=f"HTTP {status_code}")
        return super().check_response(bot, method, status_code, content)

    async def close(self) -> None:
        """Close; aiogram's quarter of a second for TLS to end is kept where there is TLS."""
        if self.api.base.startswith("https:"):
            await super().close()
        elif self._session is not None and not self._session.closed:
            await self._session.close()


def create_bot(token: str, api_url: str, *, call_timeout: float = CALL_TIMEOUT) -> Bot:
    """The bot; it opens no connection until its first call."""
    return Bot(
        token, session=Session(api=TelegramAPIServer.from_base(api_url), call_timeout=call_timeout)
    )


def freeze(method: TelegramMethod[Any]) -> tuple[str, dict[str, Any]]:
    """A method's name and its arguments as plain JSON values."""
    arguments = _plain(method.model_dump(warnings=False))
    if not isinstance(arguments, dict):
        raise TypeError(type(method).__name__)
    return method.__api_method__, arguments


def _plain(value: Any) -> Any:
    match value:
        case dict():
            plain = {key: _plain(item) for key, item in value.items()}
            return {key: item for key, item in plain.items() if item is not None}
        case list() | tuple():
            return [_plain(item) for item in value]
        case Default():
            return DEFAULTS.get(value.name)
        case Enum():
            return value.value
        case datetime():
            return int(value.timestamp())
        case None | str() | bool() | int() | float():
            return value
        case _:
            raise TypeError(f"the queue cannot keep a {type(value).__name__}")


def describe(error: BaseException) -> str:
    """An error in one line without what people wrote and without the token.

    Addresses of the Bot API carry the token, and aiohttp puts addresses into its words; pydantic
    quotes what it was given. Neither is repeated.
    """
    name = type(error).__name__
    if isinstance(error, TelegramNetworkError):
        return f"{name}: {type(error.__cause__).__name__}"
    if isinstance(error, ClientDecodeError | ValidationError):
        return name
    words = error.message if isinstance(error, TelegramAPIError) else str(error)
    return TOKEN.sub("…", f"{name}: {words}".splitlines()[0])[:500]
