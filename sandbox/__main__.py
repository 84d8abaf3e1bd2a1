"""`python -m sandbox`: the outside world alone, on this machine only."""

from __future__ import annotations

import sys

import uvicorn

from sandbox.app import create_app
from sandbox.settings import BadSetting, from_environment


def main() -> int:
    try:
        settings = from_environment()
    except BadSetting as error:
        sys.stderr.write(f"{error}\n")
        return 2
    uvicorn.run(
        create_app(settings),
        host="127.0.0.1",
        port=settings.port,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
