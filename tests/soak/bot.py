"""`parta run bot` as it is, except that it forgets within seconds what it else keeps for months.

SOAK_KEPT says within how many. Nothing else is changed: a table that nothing prunes would grow.
"""

import os
import sys
from dataclasses import replace
from datetime import timedelta

import services.bot.app  # noqa: F401 - all that keeps anything is loaded by it
from parta.cli import main
from services.bot import service as bot
from services.bot.notices.table import RULES
from shared import service as spine

EVERY = 2.0
"""Seconds between one look at what is old and the next."""
NAMES = ("KEPT", "RETENTION")


def shorten(kept: timedelta) -> None:
    """Every retention of the bot and of the spine, and what a notice may wait."""
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith(("services.bot", "shared")):
            for name, value in list(vars(module).items()):
                if name.endswith(NAMES) and isinstance(value, timedelta):
                    setattr(module, name, kept)
    for rule in RULES:
        object.__setattr__(rule, "good_for", kept)
    bot.DUE = tuple(replace(due, every=min(due.every, EVERY)) for due in bot.DUE)
    spine.PRUNE = replace(spine.PRUNE, every=EVERY)


if __name__ == "__main__":
    shorten(timedelta(seconds=float(os.environ["SOAK_KEPT"])))
    main(["run", "bot"])
