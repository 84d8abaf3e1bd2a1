"""Links of lessons: which are taken, and what a player is given of them."""

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

from services.school.errors import (
    LinkWrong,
    RepositoryLinkWrong,
    SchoolError,
    SlidesLinkWrong,
    VideoLinkWrong,
)

LONGEST = 500
VIDEO_PLAYER = "www.youtube-nocookie.com"
SLIDES_PLAYER = "docs.google.com"
YOUTUBE = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtube-nocookie.com"})
YOUTUBE_PATH = re.compile(r"/(?:shorts|live|embed|v)/([A-Za-z0-9_-]{11})/?")
SHORT_PATH = re.compile(r"/([A-Za-z0-9_-]{11})/?")
VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
MOMENT = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?")
SLIDES_PATH = re.compile(r"/presentation/(?:u/\d{1,2}/)?(d/(?:e/)?[A-Za-z0-9_-]{10,200})(?:/.*)?")
REPOSITORY_PATH = re.compile(
    r"/([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/((?!\.{1,2}(?:/|$))[A-Za-z0-9._-]{1,100})(?:/.*)?"
)
NEVER_IN_A_LINK = re.compile(r"[\s\x00-\x20\x7f\\<>\"]")


def read_link(text: str) -> str | None:
    """A link to any page; None for nothing entered.

    Raises:
        LinkWrong: it is no link by http or https, or it carries a password.
    """
    text = text.strip()
    if text and _split(text) is None:
        raise LinkWrong
    return text or None


def read_video(text: str) -> str | None:
    """A link to a video on YouTube; None for nothing entered.

    Raises:
        VideoLinkWrong: it is none.
    """
    return _read_playable(text, find_video_player(text), VideoLinkWrong)


def read_slides(text: str) -> str | None:
    """A link to a presentation on Google Slides; None for nothing entered.

    Raises:
        SlidesLinkWrong: it is none.
    """
    return _read_playable(text, find_slides_player(text), SlidesLinkWrong)


def read_repository(text: str) -> str | None:
    """A link to a repository on GitHub, or to a place within; None for nothing entered.

    Raises:
        RepositoryLinkWrong: it is none.
    """
    return _read_playable(text, find_repository(text), RepositoryLinkWrong)


def _read_playable(text: str, found: object, wrong: type[SchoolError]) -> str | None:
    text = text.strip()
    if text and found is None:
        raise wrong
    return text or None


def find_video_player(link: str) -> str | None:
    """What a frame shows for a link to YouTube, or None: YouTube's player that sets no cookies."""
    parts = _split(link.strip())
    if parts is None or parts.scheme != "https":
        return None
    video, query = None, parse_qs(parts.query, max_num_fields=50)
    if parts.netloc.lower() == "youtu.be":
        video = SHORT_PATH.fullmatch(parts.path)
    elif parts.netloc.lower() in YOUTUBE or parts.netloc.lower() == VIDEO_PLAYER:
        video = YOUTUBE_PATH.fullmatch(parts.path)
        if parts.path.rstrip("/") == "/watch":
            video = VIDEO_ID.fullmatch(query.get("v", [""])[0])
    if video is None:
        return None
    start = _seconds((query.get("t") or query.get("start") or [""])[0])
    return f"https://{VIDEO_PLAYER}/embed/{video[video.re.groups]}" + (
        f"?start={start}" if start else ""
    )


def find_slides_player(link: str) -> str | None:
    """What a frame shows for a link to Google Slides, or None."""
    parts = _split(link.strip())
    if parts is None or parts.scheme != "https" or parts.netloc.lower() != SLIDES_PLAYER:
        return None
    found = SLIDES_PATH.fullmatch(parts.path)
    return f"https://{SLIDES_PLAYER}/presentation/{found[1]}/embed" if found else None


def find_repository(link: str) -> tuple[str, str] | None:
    """The owner and the name of the repository that a link to GitHub leads to, or None."""
    parts = _split(link.strip())
    if parts is None or parts.scheme != "https" or parts.netloc.lower() != "github.com":
        return None
    found = REPOSITORY_PATH.fullmatch(parts.path)
    return (found[1], found[2].removesuffix(".git")) if found else None


def _split(link: str) -> SplitResult | None:
    """The parts of a link that anybody may be sent to, or None."""
    if len(link) > LONGEST or NEVER_IN_A_LINK.search(link):
        return None
    try:
        parts = urlsplit(link)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return None
    fine = parts.scheme in ("http", "https") and parts.hostname and has_port
    return parts if fine and "@" not in parts.netloc else None


def _seconds(moment: str) -> int:
    found = MOMENT.fullmatch(moment)
    if found is None:
        return 0
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds
