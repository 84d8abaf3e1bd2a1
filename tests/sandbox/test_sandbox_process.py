"""The sandbox as a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx

from tests.sandbox.serving import free_socket, plain_client

ROOT = Path(__file__).parents[2]


async def test_it_listens_on_this_machine_only_and_ends_while_a_bot_is_polling(
    tmp_path: Path,
) -> None:
    with free_socket() as bound:
        port = bound.getsockname()[1]
    environment = {
        **os.environ,
        "SANDBOX_PORT": str(port),
        "SANDBOX_DATA": str(tmp_path / "sandbox.json"),
        "GITHUB_WEBHOOK_SECRET": "hook-secret",
        "GITHUB_OAUTH_CLIENT_ID": "client",
        "GITHUB_OAUTH_SECRET": "client-secret",
        "TELEGRAM_BOT_TOKEN": "4242:token",
        "TELEGRAM_BOT_USERNAME": "a_bot",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", cwd=ROOT, env=environment
    )
    try:
        async with plain_client(base_url=f"http://127.0.0.1:{port}") as http:
            await _answers(http)
            polling = asyncio.create_task(
                http.get("/telegram/bot4242:token/getUpdates", params={"timeout": 50}, timeout=30)
            )
            await http.get("/telegram/bot4242:token/getMe")
            assert not polling.done()
            assert _addresses(port) == {"0100007F"}
            process.send_signal(signal.SIGTERM)
            await process.wait()
            await asyncio.gather(polling, return_exceptions=True)
        assert (tmp_path / "sandbox.json").exists()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_missing_setting_is_one_line() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", cwd=ROOT, env={}, stderr=asyncio.subprocess.PIPE
    )
    _, error = await process.communicate()
    assert (process.returncode, error) == (2, b"GITHUB_WEBHOOK_SECRET is not set\n")


async def _answers(http: httpx.AsyncClient) -> None:
    while True:
        try:
            await http.get("/story")
        except httpx.ConnectError:
            await asyncio.sleep(0.02)
        else:
            return


def _addresses(port: int) -> set[str]:
    """Local addresses of the sockets that listen on this port, as the kernel writes them."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        row[1].split(":")[0]
        for row in rows
        if row[3] == "0A" and int(row[1].split(":")[1], 16) == port
    }
