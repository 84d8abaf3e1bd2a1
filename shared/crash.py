"""Named places where a fault test may end the process, so that each window is hit on purpose."""

import os
import signal

_armed, _, _after = os.environ.get("PARTA_CRASH_POINT", "").partition(":")
_left = int(_after or 1)


def crash_point(name: str) -> None:
    """End this process with SIGKILL if `PARTA_CRASH_POINT=<name>[:<nth time>]` arms this place.

    Unarmed it is one comparison of strings.
    """
    global _left
    if name != _armed:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
