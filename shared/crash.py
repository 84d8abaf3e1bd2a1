"""Named places where a fault test may end the process, so that each window is hit on purpose."""

import os
import signal

VARIABLE = "PARTA_CRASH_POINT"

_armed = ""
_left = 0


def arm(value: str) -> None:
    """Arm `<name>` or `<name>:<nth time>`; empty disarms."""
    global _armed, _left
    _armed, _, times = value.partition(":")
    _left = int(times or 1)


def crash_point(name: str) -> None:
    """End this process with SIGKILL where `PARTA_CRASH_POINT` arms this place.

    Unarmed it is one comparison of strings.
    """
    global _left
    if name != _armed:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get(VARIABLE, ""))
