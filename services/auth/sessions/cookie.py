"""Cookies, read by us: what stands between a browser and somebody else's session.

Pitfalls, all seen in the wild: a sibling domain, or a plain-http page, can set a second cookie of
the same name, and "the last wins" or "the first wins" then lets *it* choose the session;
`http.cookies` stops at the first pair that it dislikes, so that one odd cookie hides ours; header
lines may be several; a quoted or percent-encoded value is the same to some parsers and not to
others. So: every pair is looked at, names match exactly, a name that comes twice counts as
absent, and a value has our own alphabet or is none.
"""

import re
from collections.abc import Iterable
from datetime import timedelta

from starlette.responses import Response

from shared.secret import new_token

TOKEN = re.compile(rb"[A-Za-z0-9_-]{22,86}")
SESSION = "parta"
BROWSER = "parta-browser"
LONGEST_SESSION = timedelta(days=90)
BROWSER_FOR = timedelta(hours=1)

RawHeaders = Iterable[tuple[bytes, bytes]]


def cookie_name(name: str, *, secure: bool) -> str:
    """With https, a name that browsers let only this very host set, over https."""
    return f"__Host-{name}" if secure else name


def read_cookie(headers: RawHeaders, name: str) -> str | None:
    """The token in the cookie of this name; None when it is absent, odd, or there twice."""
    wanted = name.encode()
    found = [
        value.strip(b" \t")
        for header, line in headers
        if header == b"cookie"
        for key, _, value in (pair.partition(b"=") for pair in line.split(b";"))
        if key.strip(b" \t") == wanted
    ]
    if len(found) != 1 or not TOKEN.fullmatch(found[0]):
        return None
    return found[0].decode()


def read_session_token(headers: RawHeaders, *, secure: bool) -> str | None:
    """The session's token that a browser brings."""
    return read_cookie(headers, cookie_name(SESSION, secure=secure))


def set_session(response: Response, token: str, *, secure: bool) -> None:
    """Give the browser its session."""
    _set(response, cookie_name(SESSION, secure=secure), token, LONGEST_SESSION, secure=secure)


def forget_session(response: Response, *, secure: bool) -> None:
    """Take the session's cookie from the browser."""
    _set(response, cookie_name(SESSION, secure=secure), "", timedelta(0), secure=secure)


def keep_browser(response: Response, headers: RawHeaders, *, secure: bool) -> str:
    """The browser's own id, new if it has none: an attempt to sign in is bound to it.

    Kept when there is one, so that two tabs can sign in side by side.
    """
    name = cookie_name(BROWSER, secure=secure)
    browser = read_cookie(headers, name) or new_token()
    _set(response, name, browser, BROWSER_FOR, secure=secure)
    return browser


def read_browser(headers: RawHeaders, *, secure: bool) -> str | None:
    """The browser's own id."""
    return read_cookie(headers, cookie_name(BROWSER, secure=secure))


def _set(response: Response, name: str, value: str, age: timedelta, *, secure: bool) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(age.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
