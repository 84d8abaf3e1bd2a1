"""Buttons of videos: what a press says, within its 64 bytes."""

from collections.abc import Sequence
from zlib import crc32

from aiogram.filters.callback_data import CallbackData

from services.bot.sync import Module


class VideosPress(CallbackData, prefix="videos"):
    """Shows a page of a module, see `name_module`; without one, of the list of modules."""

    module: str = ""
    page: int = 0


class ProgressPress(CallbackData, prefix="progress"):
    """Shows the progress as it is now."""

    do: str = "again"


def name_module(place: int, module: Module) -> str:
    """A module by its place and a mark of its title: what stands there by the time of the press
    may be another one. At most 12 characters."""
    return f"{place}-{_mark(module)}"


def find_module(name: str, modules: Sequence[Module]) -> int | None:
    """The place of the module that a button names; None where there is no such module any more."""
    place, _, mark = name.partition("-")
    found = [number for number, module in enumerate(modules) if _mark(module) == mark]
    same = [number for number in found if str(number) == place]
    return next(iter(same or found), None)


def _mark(module: Module) -> str:
    return f"{crc32(module.title.encode(errors='replace')):08x}"
