"""The key ring that seals what is secret at rest: where it is kept, and its rotation."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass

from pydantic import SecretStr, field_validator

from parta.data_folder import DataFolder, DataFolderUnusable, default_data_path
from parta.house import data_path, database, is_set
from parta.operating import Lines, database_url, opened
from services.auth.sealed import service as sealed
from services.auth.sealed.service import Resealed
from shared.db import Database
from shared.secret import KeyRing
from shared.settings import Settings, WrongSetting

SECRET = "vault_keys"  # noqa: S105 - the name of one


class _VaultKeys(Settings):
    """VAULT_KEYS alone."""

    service: str = "auth"
    database_url: SecretStr = SecretStr("postgresql://")
    vault_keys: SecretStr

    @field_validator("vault_keys")
    @classmethod
    def _is_key_ring(cls, value: SecretStr) -> SecretStr:
        KeyRing.parse(value.get_secret_value())
        return value


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation came to. `idle`: keys of the ring that seal nothing any more."""

    first: str
    idle: tuple[str, ...]
    done: Resealed
    in_folder: bool


async def rotate() -> Rotated:
    """Seal everything under the first key of VAULT_KEYS.

    Where the ring was made in the data folder, a new key is first put in front of it: for that the
    folder must be ours alone, so Parta must not run on it.

    Raises:
        DataFolderInUse, WrongSetting: nothing was done.
    """
    if is_set(SECRET.upper()):
        ring = _told_ring()
        async with database_url() as url, opened(url, "auth") as one:
            return await _rotate(one, ring, in_folder=False)
    async with _folder() as folder, database(folder) as url, opened(url, "auth") as one:
        return await _rotate(one, await _renewed_ring(folder, one), in_folder=True)


async def _rotate(one: Database, ring: KeyRing, *, in_folder: bool) -> Rotated:
    done = await sealed.reseal_all(one, ring)
    idle = tuple(key for key in ring.ids if key != ring.first and key not in done.sealed_by)
    return Rotated(ring.first, idle, done, in_folder)


def _told_ring() -> KeyRing:
    return KeyRing.parse(_VaultKeys.read().vault_keys.get_secret_value())


@contextlib.asynccontextmanager
async def _folder() -> AsyncIterator[DataFolder]:
    path = data_path() or default_data_path()
    if await asyncio.to_thread(DataFolder.peek, path, SECRET) is None:
        raise WrongSetting(f"VAULT_KEYS: is not set, and there is no Parta in {path}")
    with DataFolder.open(path) as folder:
        yield folder


async def _renewed_ring(folder: DataFolder, one: Database) -> KeyRing:
    """The folder's ring with a new key in front; without one, where a rotation was broken off."""
    ring = KeyRing.parse(folder.secret(SECRET, KeyRing.generate))
    async with one.acquire() as connection:
        in_use = await sealed.count_by_key(connection)
    if set(in_use) & set(ring.ids[1:]):
        return ring
    return KeyRing.parse(folder.change_secret(SECRET, KeyRing.with_new_key))


async def examine() -> Lines:
    """For the doctor: whether every key that seals something is in the ring, if that is known here.

    Says nothing where the database does not answer: others say that.
    """
    try:
        held = await asyncio.to_thread(_held)
    except (WrongSetting, DataFolderUnusable) as error:
        return [_finding("wrong", str(error))]
    try:
        async with database_url() as url, opened(url, "auth") as one, one.acquire() as connection:
            in_use = await sealed.count_by_key(connection)
    except Exception:
        return []
    if held is None:
        return [_finding("note", f"not set here; in use: {', '.join(in_use) or 'none'}")]
    lost = [f"{count} under {key}" for key, count in in_use.items() if key not in held.ids]
    if lost:
        return [_finding("wrong", f"sealed under keys that are not here: {', '.join(lost)}")]
    return [_finding("ok", f"every key in use is here: {', '.join(in_use) or 'none'}")]


def _finding(state: str, note: str) -> dict[str, str]:
    return {"what": SECRET.upper(), "state": state, "note": note}


def _held() -> KeyRing | None:
    if is_set(SECRET.upper()):
        return _told_ring()
    text = DataFolder.peek(data_path() or default_data_path(), SECRET)
    return KeyRing.parse(text) if text else None


def in_words(rotated: Rotated) -> str:
    """What an operator reads."""
    done, first = rotated.done, rotated.first
    lines = [f"{done.resealed} sealed anew under {first}."]
    lines += [f"{key} seals {count}." for key, count in done.sealed_by.items()]
    if rotated.idle:
        keys = ", ".join(rotated.idle)
        where = "the data folder" if rotated.in_folder else "VAULT_KEYS"
        lines.append(
            f"Seals nothing any more: {keys}. May leave {where} when every auth that runs has "
            f"{first} in front, and no backup from before is needed."
        )
    lines += [f"{name}: {count} cannot be opened." for name, count in done.cannot_open.items()]
    return "\n".join(lines)


def in_json(rotated: Rotated) -> dict[str, object]:
    """What a program reads."""
    return {"first": rotated.first, "may_leave": list(rotated.idle), **asdict(rotated.done)}
