"""Signing in by an OpenID Connect provider that nobody here wrote: npm's oidc-provider."""

import subprocess
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest

from services.auth.app import create_app
from tests.auth.desk import Browser, settings_for
from tests.support.npm import FOLDER, node
from tests.support.processes import free_ports

pytestmark = pytest.mark.timeout(240)  # the first run installs it

REDIRECT = "http://localhost:8080/login/callback"
LOGIN = "115000000000000000001"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    (port,) = free_ports(1)
    with subprocess.Popen(
        [node(), "provider.mjs"],
        cwd=FOLDER,
        env={"PORT": str(port), "REDIRECT": REDIRECT, "LOGIN": LOGIN, "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = iter(process.stdout.readline, "")
        try:
            assert any(line.startswith("ready") for line in said), "it did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


async def agree(url: str) -> str:
    """Follow the provider's own redirects until it sends the browser back to us."""
    async with httpx.AsyncClient(timeout=10) as browser:
        for _ in range(10):
            answer = await browser.get(url)
            assert answer.status_code in (302, 303), answer.text
            url = urljoin(url, answer.headers["Location"])
            if url.startswith("http://localhost:8080/"):
                back = urlsplit(url)
                return f"{back.path}?{back.query}"
    raise AssertionError("it never came back")


async def test_a_person_comes_in_by_a_provider_that_forces_pkce(
    database_url: str, issuer: str
) -> None:
    settings = settings_for(
        database_url,
        google_client_id="google-client",
        google_client_secret="google-secret",
        google_discovery_url=f"{issuer}/.well-known/openid-configuration",
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        browser = Browser(app)
        begun = await browser.get("/login/via/google")
        callback = await agree(begun.headers["Location"])
        assert (await browser.get(callback)).status_code == 303
        assert (await browser.me())["name"] == "Student"
        async with app.state.service.database.acquire() as connection:
            row = await connection.fetchrow("SELECT issuer, subject, login FROM accounts")
        assert tuple(row) == ("google", LOGIN, "student@example.org")
        # The same code, in an attempt of its own: it was used up.
        again = await browser.get("/login/via/google")
        state = parse_qs(urlsplit(again.headers["Location"]).query)["state"][0]
        code = parse_qs(urlsplit(callback).query)["code"][0]
        assert (await browser.get("/login/callback", state=state, code=code)).status_code == 400


async def test_without_pkce_that_provider_gives_no_code(issuer: str) -> None:
    """So that the test above shows what it says."""
    async with httpx.AsyncClient(timeout=10) as browser:
        found = (await browser.get(f"{issuer}/.well-known/openid-configuration")).json()
        answer = await browser.get(
            found["authorization_endpoint"],
            params={
                "client_id": "google-client",
                "redirect_uri": REDIRECT,
                "response_type": "code",
                "scope": "openid",
                "state": "s",
            },
        )
    assert "error=invalid_request" in answer.headers["Location"]
