"""Which pages may hold a frame, and be in one: the exceptions to every page's rule."""

from urllib.parse import urlsplit

from starlette.responses import Response

from shared.web import CSP

TELEGRAM = "https://web.telegram.org"
"""Where chats are framed; Telegram's own apps frame nothing."""
NOWHERE = "frame-ancestors 'none'"


def allow_player(answer: Response, player_url: str) -> None:
    """The page may frame the player, and nothing else."""
    answer.headers["Content-Security-Policy"] = f"{CSP}; {_frames(player_url)}"


def allow_player_in_chat(answer: Response, player_url: str) -> None:
    """The same, and Telegram alone may frame the page."""
    framed = CSP.replace(NOWHERE, f"frame-ancestors {TELEGRAM}")
    answer.headers["Content-Security-Policy"] = f"{framed}; {_frames(player_url)}"
    # Browsers that read frame-ancestors pass this over; for older ones it is the only such word.
    answer.headers["X-Frame-Options"] = f"ALLOW-FROM {TELEGRAM}"


def _frames(player_url: str) -> str:
    parts = urlsplit(player_url)
    return f"frame-src {parts.scheme}://{parts.netloc}"
