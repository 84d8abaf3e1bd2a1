"""The sandbox's Telegram, in which hundreds of people have opened their chats with the bot.

It keeps no file: writing it down twice a second would stand in the way of what is measured.
"""

import uvicorn

from bench.school import members
from bench.task import given_task
from sandbox.app import create_app
from sandbox.settings import SandboxSettings
from sandbox.telegram.state import Chat

if __name__ == "__main__":
    told = given_task().settings
    app = create_app(SandboxSettings(port=told["port"], telegram_bot_token=told["token"]))
    chats = told.get("chats") or [member.chat_id for member in members()]
    app.state.world.messenger.state.chats = {chat_id: Chat(chat_id) for chat_id in chats}
    uvicorn.run(app, host="127.0.0.1", port=told["port"], log_level="warning")
