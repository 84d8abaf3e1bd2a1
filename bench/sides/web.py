"""One web process: auth, with somebody signed in, or a FastAPI app that does nothing."""

import asyncio
from typing import Any

import uvloop
from fastapi import FastAPI

from bench.task import Tally, Task, given_task
from parta.serving import Listening, serving
from services.auth.app import create_app
from services.auth.persons.repository import Account
from services.auth.persons.service import recognise
from services.auth.service import AuthService
from services.auth.sessions import service as sessions
from services.auth.settings import AuthSettings
from shared.log import configure_logging
from shared.secret import KeyRing, new_token


def empty() -> FastAPI:
    """What a page costs before it does anything."""
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def nothing() -> dict[str, str]:
        return {}

    return app


async def _sign_in(auth: AuthService) -> str:
    async with auth.database.transaction() as connection:
        person_id = await recognise(
            connection, Account("github", "1", "bench", "Bench"), locale="en"
        )
        return await sessions.begin(
            connection, person_id, auth_method="github", user_agent="wrk", instead_of=None
        )


async def main(task: Task) -> None:
    """Serve until ended; tells the session's token once it listens."""
    port = task.settings["port"]
    app: Any = empty()
    if task.role == "auth":
        app = create_app(
            AuthSettings(
                database_url=task.postgres,
                secret_key=new_token(),
                vault_keys=KeyRing.generate(),
                public_url=f"http://127.0.0.1:{port}",
            )
        )
    async with (
        app.router.lifespan_context(app),
        serving([Listening(app, "127.0.0.1", port, "PORT")]),
    ):
        cookie = await _sign_in(app.state.service) if task.role == "auth" else ""
        Tally(task).finish(cookie=cookie)
        await asyncio.Event().wait()


if __name__ == "__main__":
    configure_logging("warning")
    uvloop.run(main(given_task()))
