"""The Bot API's door: `/telegram/bot<token>/<Method>`."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.faults import DroppedConnection, answer_with
from sandbox.telegram import commands, listening, media, messages, profile
from sandbox.telegram.arguments import Arguments, read_arguments
from sandbox.telegram.errors import BotApiError
from sandbox.telegram.messenger import Messenger
from sandbox.world import World, world_of

Call = Callable[[Messenger, Arguments], Awaitable[Any]]


@dataclass(frozen=True)
class Method:
    name: str
    call: Call
    limited: bool = False
    waits: bool = False


METHODS = {
    method.name.lower(): method
    for method in (
        Method("getMe", profile.get_me),
        Method("getUpdates", listening.get_updates, waits=True),
        Method("setWebhook", listening.set_webhook),
        Method("deleteWebhook", listening.delete_webhook),
        Method("getWebhookInfo", listening.get_webhook_info),
        Method("setMyCommands", commands.set_my_commands),
        Method("getMyCommands", commands.get_my_commands),
        Method("deleteMyCommands", commands.delete_my_commands),
        Method("setChatMenuButton", commands.set_chat_menu_button),
        Method("sendMessage", messages.send_message, limited=True),
        Method("sendVoice", media.send_voice, limited=True),
        Method("sendAudio", media.send_audio, limited=True),
        Method("sendPhoto", media.send_photo, limited=True),
        Method("sendDocument", media.send_document, limited=True),
        Method("getFile", media.get_file),
        Method("editMessageText", messages.edit_message_text, limited=True),
        Method("editMessageCaption", messages.edit_message_caption, limited=True),
        Method("editMessageReplyMarkup", messages.edit_message_reply_markup, limited=True),
        Method("deleteMessage", messages.delete_message),
        Method("answerCallbackQuery", profile.answer_callback_query),
        Method("sendChatAction", messages.send_chat_action),
    )
}


async def bot_api(request: Request) -> Response:
    world = world_of(request)
    token = request.path_params["token"].encode()
    if not hmac.compare_digest(token, world.settings.telegram_bot_token.encode()):
        return _refuse(401, None)
    method = METHODS.get(request.path_params["method"].lower())
    if method is None:
        return _refuse(404, None)
    return await _answer(world, method, request)


async def _answer(world: World, method: Method, request: Request) -> Response:
    fault = world.faults.take("telegram", method.name)
    arguments = Arguments({})

    async def answer() -> Response:
        nonlocal arguments
        try:
            arguments = await read_arguments(request)
            call = method.call(world.messenger, arguments)
            result = await (_unless_gone(request, call) if method.waits else call)
        except BotApiError as error:
            return _refusal(error)
        return JSONResponse({"ok": True, "result": result})

    response = await answer_with(fault, answer, _refuse)
    world.counts.add("telegram", method.name, costs=method.limited and response.status_code == 200)
    if method.name != "getUpdates":
        dropped = isinstance(response, DroppedConnection)
        seconds = response.headers.get("retry-after")
        world.messenger.write_down(
            method.name,
            arguments.find_chat_id(),
            None if dropped else response.status_code,
            int(seconds) if seconds else None,
        )
    return response


async def _unless_gone(request: Request, call: Awaitable[Any]) -> Any:
    """End a long poll whose client has left, so that it does not wait for nobody."""
    work = asyncio.ensure_future(call)
    gone = asyncio.ensure_future(_disconnect(request))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        return await work if work.done() else []
    finally:
        for task in (work, gone):
            task.cancel()
        await asyncio.gather(work, gone, return_exceptions=True)


async def _disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refuse(status: int, retry_after: int | None) -> Response:
    """An error that is not about this request: a fault, a wrong token, an unknown method."""
    if retry_after is not None:
        description = f"Too Many Requests: retry after {retry_after}"
        return _refusal(BotApiError(429, description, retry_after=retry_after))
    known = any(status == one.value for one in HTTPStatus)
    return _refusal(BotApiError(status, HTTPStatus(status).phrase if known else "Unknown"))


def _refusal(error: BotApiError) -> Response:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": error.status,
        "description": error.description,
    }
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
        headers = {"retry-after": str(error.retry_after)}
    return JSONResponse(body, status_code=error.status, headers=headers)
