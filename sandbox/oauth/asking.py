"""The page on which a vendor asks who somebody is, and the way back from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.school import PEOPLE, Person

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="stylesheet" href="/page/github.css">
<main><p class="where">{system} of the sandbox</p><h1>{title}</h1>{content}</main></html>
"""


@dataclass(frozen=True)
class Face:
    """How one vendor asks."""

    system: str
    action: str
    asks: str
    names: tuple[str, ...]
    """The parameters that go with the form when somebody was chosen."""
    name_of: Callable[[Person], str]
    """What the vendor calls somebody."""

    def ask(
        self,
        fields: Mapping[str, str],
        *,
        form_to: str,
        people: Iterable[Person] = PEOPLE,
        more: str = "",
    ) -> Response:
        """Buttons with everybody's name; 404 where somebody was named who is not here."""
        is_lost = bool(fields.get("login"))
        title = "Nobody here has this name" if is_lost else "Who are you?"
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(fields[name])}">'
            for name in self.names
            if name in fields
        )
        buttons = "".join(
            f'<button name="login" value="{person.key}"><b>{escape(person.name)}</b> '
            f"<span>{escape(self.name_of(person))}</span></button>"
            for person in people
        )
        content = (
            f"<p>{escape(self.asks)}</p>"
            f'<form method="post" action="{self.action}">{hidden}{more}{buttons}'
            '<button class="quiet" name="deny" value="1">Cancel</button></form>'
        )
        return self._show(title, content, status=404 if is_lost else 200, form_to=form_to)

    def refuse(self, reason: Exception) -> Response:
        """For the person to read: the address to go back to is not to be trusted."""
        title = "This application cannot sign you in"
        return self._show(title, f"<p>{escape(str(reason))}</p>", status=400)

    def _show(self, title: str, content: str, *, status: int, form_to: str = "") -> Response:
        # A browser holds the redirect after a form to the policy as well.
        parts = urlsplit(form_to)
        origin = f" {parts.scheme}://{parts.netloc}" if form_to else ""
        policy = (
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            f"form-action 'self'{origin}"
        )
        headers = {"content-security-policy": policy, "cache-control": "no-store"}
        page = PAGE.format(system=self.system, title=escape(title), content=content)
        return HTMLResponse(page, status, headers)


def go_back(redirect_uri: str, answer: Mapping[str, str]) -> Response:
    """To the application, with what is answered in the address; empty values are left out."""
    joint = "&" if urlsplit(redirect_uri).query else "?"
    told = {name: value for name, value in answer.items() if value}
    return go_to(f"{redirect_uri}{joint}{urlencode(told)}")


def go_to(url: str) -> Response:
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
    return RedirectResponse(url, 302, headers)


async def read_fields(request: Request) -> dict[str, str]:
    """Fields of the address, or of the form where one was sent."""
    return dict(request.query_params) if request.method == "GET" else await read_form(request)


async def read_form(request: Request) -> dict[str, str]:
    """A file in a form is nothing that a vendor's door has a use for."""
    try:
        async with request.form() as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}
    except HTTPException:
        return {}
