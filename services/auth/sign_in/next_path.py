"""Where to go after signing in: only ever a page of our own."""

import re

HOME = "/me"
LONGEST = 2000


def local_path(wanted: str) -> str:
    """The wanted path if it is one of ours for every browser, else `/me`.

    Browsers take `\\` for `/`, drop tabs and line breaks, and read `//host` as another host.
    """
    return wanted if is_local(wanted) else HOME


def is_local(path: str) -> bool:
    """Whether no browser could read another site, or a script, into this."""
    if not path.startswith("/") or len(path) > LONGEST:
        return False
    if "\\" in path or any(ord(sign) <= 0x20 or ord(sign) == 0x7F for sign in path):
        return False
    # Not by urlsplit: to it `///host` has no host, and to a browser it has.
    return "//" not in re.split("[?#]", path, maxsplit=1)[0]
