"""The command line, and the one-process way to run: Postgres, gateway, all services."""

import time
import warnings

from authlib.deprecate import AuthlibDeprecationWarning  # type: ignore[import-untyped]

STARTED = time.perf_counter()
"""When this process began, but for Python's own start."""

# authlib announces, at import, that it will move to another HTTP library.
warnings.filterwarnings("ignore", message=".*httpx2.*", category=AuthlibDeprecationWarning)
