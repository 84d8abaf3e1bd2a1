"""Script doors of Telegram, for the people's side."""

from __future__ import annotations

from typing import Any

from pydantic import Base64Bytes, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.door import Body, read_body, read_integer
from sandbox.school import find_person_in_chat
from sandbox.telegram import commands, people
from sandbox.telegram.downloads import DOWNLOADS, link_to
from sandbox.telegram.files import Files
from sandbox.telegram.state import Attachment, Chat, Message, Reply
from sandbox.world import world_of


class Say(Body):
    chat_id: int
    text: str = ""
    by: str | None = None
    reply_to: int | None = None
    voice: Base64Bytes | None = None
    duration_s: int = Field(default=0, ge=0)


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
    files = world_of(request).messenger.files
    return JSONResponse([_message(chat, files, message) for message in chat.messages])


async def show_chat(request: Request) -> Response:
    chat = people.get_chat(world_of(request).messenger, read_integer(request, "chat_id"))
    return JSONResponse({"chat_id": chat.chat_id, "blocked": chat.blocked})


async def list_commands(request: Request) -> Response:
    """What the client of the person in this chat shows; in a room, of the one named by `by`."""
    messenger = world_of(request).messenger
    chat = people.get_chat(messenger, read_integer(request, "chat_id"))
    by = request.query_params.get("by")
    person = people.get_speaker(chat, by) if by else find_person_in_chat(chat.chat_id)
    return JSONResponse(commands.seen_by(messenger.state, person, chat.chat_id))


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
    message = people.say(
        world_of(request).messenger,
        body.chat_id,
        body.text,
        body.by,
        reply_to=body.reply_to,
        voice=people.Voice(body.voice, body.duration_s) if body.voice is not None else None,
    )
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


def _message(chat: Chat, files: Files, message: Message) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "from": message.sender,
        "at": message.at.isoformat(),
        "edited_at": message.edited_at.isoformat() if message.edited_at else None,
        "edits": [
            {"at": edit.at.isoformat(), "text": edit.text, "buttons": _rows(edit.inline_keyboard)}
            for edit in message.edits
        ],
        "kind": message.kind,
        "text": message.text,
        "entities": message.entities,
        "reply_to": _reply(chat, message.reply) if message.reply else None,
        "buttons": _rows(message.inline_keyboard),
        "keyboard": message.reply_keyboard,
        "silent": message.silent,
        "protected": message.protected,
        **_file(files, message.file),
    }


def _reply(chat: Chat, reply: Reply) -> dict[str, Any]:
    """What is answered, as it is now; no text and no kind once it is deleted."""
    answered = chat.find_message(reply.message_id)
    return {
        "message_id": reply.message_id,
        "from": answered.sender if answered else None,
        "kind": answered.kind if answered else None,
        "text": answered.text if answered else None,
        "quote": reply.quote,
    }


def _file(files: Files, file: Attachment | None) -> dict[str, Any]:
    """The link plays or shows it; there is none when the bytes are gone."""
    if file is None:
        return {"file": None}
    return {
        "file": link_to(file) if files.find_content(file) is not None else None,
        "file_name": file.name,
        "file_size": file.size,
        "duration": file.duration,
        "title": file.title,
        "performer": file.performer,
        "width": file.width,
        "height": file.height,
    }


def _rows(keyboard: list[list[dict[str, Any]]] | None) -> list[list[dict[str, Any]]]:
    return [[_button(button) for button in row] for row in keyboard or []]


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
    Route("/telegram/commands", list_commands),
    Route("/telegram/calls", list_calls),
    Route("/telegram/say", say, methods=["POST"]),
    Route("/telegram/press", press, methods=["POST"]),
    Route("/telegram/block", block, methods=["POST"]),
    *DOWNLOADS,
]
