"""Script doors of Telegram, for the people's side."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.door import Body, read_body, read_integer
from sandbox.telegram import people
from sandbox.telegram.state import Message
from sandbox.world import world_of


class Say(Body):
    chat_id: int
    text: str
    by: str | None = None


class Press(Body):
    chat_id: int
    message_id: int
    data: str
    by: str | None = None
    wait_s: float = Field(default=3, ge=0, le=30)


class Block(Body):
    chat_id: int
    blocked: bool


async def list_messages(request: Request) -> Response:
    chat = people.get_chat(world_of(request).messenger, read_integer(request, "chat_id"))
    return JSONResponse([_message(message) for message in chat.messages])


async def show_chat(request: Request) -> Response:
    chat = people.get_chat(world_of(request).messenger, read_integer(request, "chat_id"))
    return JSONResponse({"chat_id": chat.chat_id, "blocked": chat.blocked})


async def list_calls(request: Request) -> Response:
    since = read_integer(request, "since", 0)
    calls = world_of(request).messenger.state.calls
    return JSONResponse(
        [
            {
                "n": call.n,
                "at": call.at.isoformat(),
                "method": call.method,
                "chat_id": call.chat_id,
                "status": call.status,
                "retry_after": call.retry_after,
            }
            for call in calls
            if call.n > since
        ]
    )


async def say(request: Request) -> Response:
    body = await read_body(request, Say)
    message = people.say(world_of(request).messenger, body.chat_id, body.text, body.by)
    return JSONResponse({"message_id": message.message_id})


async def press(request: Request) -> Response:
    body = await read_body(request, Press)
    answer = await people.press(
        world_of(request).messenger,
        body.chat_id,
        body.message_id,
        body.data,
        body.by,
        body.wait_s,
    )
    if answer is None:
        return JSONResponse({"answer": None})
    return JSONResponse({"answer": answer.text, "alert": answer.alert, "url": answer.url})


async def block(request: Request) -> Response:
    body = await read_body(request, Block)
    people.set_blocked(world_of(request).messenger, body.chat_id, body.blocked)
    return JSONResponse({"blocked": body.blocked})


def _message(message: Message) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "from": message.sender,
        "at": message.at.isoformat(),
        "edited_at": message.edited_at.isoformat() if message.edited_at else None,
        "kind": message.kind,
        "text": message.text,
        "entities": message.entities,
        "buttons": [[_button(button) for button in row] for row in message.inline_keyboard or []],
        "keyboard": message.reply_keyboard,
        "silent": message.silent,
    }


def _button(button: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": button["text"],
        "data": button.get("callback_data"),
        "url": button.get("url"),
        "web_app": button.get("web_app", {}).get("url"),
    }


DOORS = [
    Route("/telegram/messages", list_messages),
    Route("/telegram/chat", show_chat),
    Route("/telegram/calls", list_calls),
    Route("/telegram/say", say, methods=["POST"]),
    Route("/telegram/press", press, methods=["POST"]),
    Route("/telegram/block", block, methods=["POST"]),
]
