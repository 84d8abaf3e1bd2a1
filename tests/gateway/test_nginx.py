"""What nginx does beside what both gateways do: limits, its log, its start and its reload."""

import asyncio
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from services.sync.github.endpoint import MAX_BODY as LARGEST_HOOK
from shared.web import MAX_BODY
from tests.gateway.raw import Answer, ask, exchange, request, statuses
from tests.gateway.stand import HOST, Stand, new_address
from tests.support.nginx import ROOT, Nginx
from tests.support.processes import free_ports
from tests.support.waiting import eventually

ECHO = "/bot/probe/echo"
TEMPLATE = (ROOT / "deploy/nginx/nginx.conf.template").read_text(encoding="utf-8")


@pytest.fixture
def nginx(stand: Stand) -> Nginx:
    stand.begin()
    assert stand.nginx is not None
    return stand.nginx


async def get(port: int, target: str, address: str, *lines: bytes) -> Answer:
    return await ask(port, request(target, b"Connection: close", *lines, method=b"GET"), address)


async def ask_until_refused(port: int, target: str, address: str) -> tuple[int, bytes]:
    """Many requests in one breath: how many were served before one was not, and what that heard."""
    lines = (b"Accept: text/html", b"Accept-Language: ru")
    last = request(target, *lines, b"Connection: close", method=b"GET")
    breath = request(target, *lines, method=b"GET") * 99 + last
    served = 0
    while True:
        heard = await exchange(port, breath, address)
        counted = Counter(statuses(heard))
        served += counted.total() - counted[429]
        if counted[429]:
            return served, heard


@pytest.mark.parametrize(
    ("target", "fine"),
    [("/login", 100), (ECHO, 300), ("/hooks/github", 500)],
    ids=["signing in", "pages", "hooks"],
)
async def test_an_address_that_asks_too_often_is_told_to_wait_and_others_are_not(
    nginx: Nginx, target: str, fine: int
) -> None:
    address = new_address()
    served, heard = await ask_until_refused(nginx.port, target, address)
    assert served >= fine
    assert "слишком много запросов" in heard.decode()
    assert b"Retry-After: 5\r\n" in heard
    assert (await get(nginx.port, target, new_address())).status != 429


async def test_who_may_not_sign_in_now_may_read_and_who_reads_too_often_may_deliver(
    nginx: Nginx,
) -> None:
    address = new_address()
    await ask_until_refused(nginx.port, "/login", address)
    assert (await get(nginx.port, ECHO, address)).status == 200
    await ask_until_refused(nginx.port, ECHO, address)
    assert (await get(nginx.port, "/hooks/github", address)).status == 405
    assert (await get(nginx.port, "/static/parta.css", address)).status == 200


async def test_an_address_has_so_many_requests_at_once_and_no_more(
    nginx: Nginx, stand: Stand
) -> None:
    address = new_address()
    stream = request("/bot/probe/stream", b"Connection: close", method=b"GET")
    waiting = [
        await asyncio.open_connection("127.0.0.1", nginx.port, local_addr=(address, 0))
        for _ in range(200)
    ]
    for _, writer in waiting:
        writer.write(stream)
    await eventually(lambda: len(stand.record.seen) == 200)
    assert (await get(nginx.port, ECHO, address)).status == 429
    assert (await get(nginx.port, ECHO, new_address())).status == 200
    stand.go_on(600)
    heard = await asyncio.gather(*(reader.read() for reader, _ in waiting))
    for _, writer in waiting:
        writer.close()
    assert {tuple(statuses(one)) for one in heard} == {(200,)}


@pytest.mark.parametrize(
    ("target", "largest"), [("/school/submissions", MAX_BODY), ("/hooks/github", LARGEST_HOOK)]
)
async def test_what_is_too_large_does_not_reach_a_service(
    nginx: Nginx, stand: Stand, target: str, largest: int
) -> None:
    for size, seen in ((largest, 1), (largest + 1, 0)):
        stand.begin()
        lines = (b"Content-Length: %d" % size, b"Connection: close")
        await ask(nginx.port, request(target, *lines, body=b" " * size), new_address())
        assert len(stand.record.seen) == seen


async def test_a_reload_is_noticed_by_nobody(nginx: Nginx) -> None:
    before, addresses = nginx.workers(), [new_address() for _ in range(5)]
    asked: list[int] = []

    async def keep_asking(address: str) -> None:
        while nginx.workers() & before or len(asked) < 100:
            asked.append((await get(nginx.port, ECHO, address)).status)

    asking = [asyncio.create_task(keep_asking(address)) for address in addresses]
    await eventually(lambda: len(asked) > 10)
    nginx.reload()
    async with asyncio.timeout(20):
        await asyncio.gather(*asking)
    assert set(asked) == {200}


async def test_no_secret_of_an_address_is_in_the_log(nginx: Nginx, stand: Stand) -> None:
    for target in ("/login/door/the-secret?key=the-secret", "/login/door/the-secret/.."):
        await get(nginx.port, target, new_address(), b"Referer: http://x/the-secret")
    stand.record.trouble = 500
    answer = await get(nginx.port, "/login/door/the-secret", new_address(), b"Cookie: the-secret")
    cause = answer.headers["x-correlation-id"]
    logged = await eventually(
        lambda: [line for line in nginx.answered() if line["correlation_id"] == cause]
    )
    assert [(line["below"], line["status"]) for line in logged] == [("/login", "503")]
    assert "the-secret" not in nginx.log.read_text()


def test_every_header_that_only_parta_says_is_named_where_nginx_drops_them() -> None:
    """nginx knows headers by their whole names alone."""
    said = {
        name
        for folder in ("parta", "services", "shared")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r'"(X-Parta-[\w-]+)"', path.read_text(encoding="utf-8"))
    }
    dropped = set(re.findall(r"proxy_set_header (X-Parta-[\w-]+)", TEMPLATE))
    assert said, "the code names none"
    assert said <= dropped, (
        f'add `proxy_set_header {min(said - dropped)} "";` to deploy/nginx/nginx.conf.template'
    )


def start(tmp_path: Path, **told: str) -> subprocess.CompletedProcess[str]:
    """Start where a wrong setting is to be refused."""
    return subprocess.run(
        ["/bin/sh", str(ROOT / "deploy/nginx/start.sh")],
        env={"PATH": "/usr/bin:/bin:/usr/sbin", "NGINX_RUN": str(tmp_path), **told},
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "localhost:8080"),
        ("PUBLIC_URL", "ftp://parta.test"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://parta.test/path"),
        ("PUBLIC_URL", "https://parta.test|e id"),
        ("PUBLIC_URL", 'https://parta.test";'),
        ("PUBLIC_URL", "https://parta.test\nx"),
        ("WEBHOOK_PATH", "hooks/telegram"),
        ("WEBHOOK_PATH", "/"),
        ("WEBHOOK_PATH", "/a//b"),
        ("WEBHOOK_PATH", "/a.b"),
        ("WEBHOOK_PATH", "/a|e id"),
        ("WEBHOOK_PATH", "/a {}"),
        ("WEBHOOK_PATH", "/a\nx"),
        ("TRUSTED_PROXIES", "proxy.test"),
        ("TRUSTED_PROXIES", "10.0.0.0/8; x"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(
    tmp_path: Path, name: str, value: str
) -> None:
    ended = start(tmp_path, **{name: value})
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{name}: ")
    assert ended.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


async def test_behind_another_proxy_the_address_is_what_that_proxy_says(stand: Stand) -> None:
    (port,) = free_ports(1)
    assert stand.nginx is not None
    behind = Nginx(
        port,
        resolver=stand.names.place,
        service_port=stand.service_port,
        PUBLIC_URL="https://parta.test/",
        TRUSTED_PROXIES="127.0.0.0/8 10.0.0.0/8",
    )
    stand.begin()
    lines = (b"X-Forwarded-For: 6.6.6.6, 192.0.2.7, 10.1.1.1", b"X-Forwarded-Proto: gopher")
    asked = request(ECHO, b"Connection: close", *lines, method=b"GET")
    with behind:
        answer = await ask(port, asked.replace(HOST.encode(), b"parta.test"), new_address())
        logged = await eventually(behind.answered)
    assert answer.status == 200
    assert [line["from"] for line in logged] == ["192.0.2.7"]
    assert stand.record.seen[0].values("X-Forwarded-Proto") == ["https"]
    assert stand.record.seen[0].values("X-Forwarded-For") == []
    assert stand.record.seen[0].values("X-Real-IP") == ["192.0.2.7"]


async def test_what_a_stranger_says_of_their_address_is_not_believed(nginx: Nginx) -> None:
    address = new_address()
    answer = await get(nginx.port, ECHO, address, b"X-Forwarded-For: 192.0.2.7")
    cause = answer.headers.get("x-correlation-id")
    assert cause is None  # the probe says nothing of itself
    logged = await eventually(
        lambda: [line for line in nginx.answered() if line["from"] in (address, "192.0.2.7")]
    )
    assert [line["from"] for line in logged] == [address]
