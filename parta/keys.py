"""The key rings that seal what is secret at rest: where they are kept, and their rotation.

VAULT_KEYS is auth's, DATA_KEYS is sync's. In containers each service is given its own alone, so
what is not told to this process, and was not made in its data folder, is left as it is.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr, field_validator

from parta.data_folder import DataFolder, DataFolderUnusable, default_data_path
from parta.house import data_path, database, is_set
from parta.operating import Lines, database_url, opened
from services.auth.sealed import service as auth_sealed
from services.sync.sealed import service as sync_sealed
from shared.db import Connection, Database
from shared.secret import KeyRing
from shared.settings import Settings, WrongSetting


class Resealed(Protocol):
    """What sealing anew came to: rows by key id, and by column those that no key opens."""

    @property
    def resealed(self) -> int: ...
    @property
    def sealed_by(self) -> dict[str, int]: ...
    @property
    def cannot_open(self) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring by the name of its secret, and what the service that has it keeps sealed."""

    secret: str
    service: str
    reseal_all: Callable[[Database, KeyRing], Awaitable[Resealed]]
    count_by_key: Callable[[Connection], Awaitable[dict[str, int]]]

    @property
    def variable(self) -> str:
        """As the environment spells it."""
        return self.secret.upper()


VAULT = Ring("vault_keys", "auth", auth_sealed.reseal_all, auth_sealed.count_by_key)
DATA = Ring("data_keys", "sync", sync_sealed.reseal_all, sync_sealed.count_by_key)
RINGS = (VAULT, DATA)


class _Rings(Settings):
    """The rings alone."""

    service: str = "keys"
    database_url: SecretStr = SecretStr("postgresql://")
    vault_keys: SecretStr | None = None
    data_keys: SecretStr | None = None

    @field_validator("vault_keys", "data_keys")
    @classmethod
    def _is_key_ring(cls, value: SecretStr | None) -> SecretStr | None:
        if value:
            KeyRing.parse(value.get_secret_value())
        return value


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation came to. `idle`: keys of the ring that seal nothing any more."""

    ring: Ring
    first: str
    idle: tuple[str, ...]
    done: Resealed
    in_folder: bool


async def rotate() -> list[Rotated]:
    """Seal everything under the first key of each ring.

    Where a ring was made in the data folder, a new key is first put in front of it: for that the
    folder must be ours alone, so Parta must not run on it.

    Raises:
        DataFolderInUse, WrongSetting: nothing was done.
    """
    told = _told()
    kept = await asyncio.to_thread(_kept_in_folder)
    if not told and not kept:
        path = data_path() or default_data_path()
        raise WrongSetting(f"{VAULT.variable}: is not set, and there is no Parta in {path}")
    if not kept:
        async with database_url() as url:
            return [await _rotate_told(url, ring, keys) for ring, keys in told.items()]
    async with _folder() as folder, database(folder) as url:
        return [
            await _rotate_told(url, ring, told[ring])
            if ring in told
            else await _rotate_kept(url, ring, folder)
            for ring in RINGS
            if ring in told or ring in kept
        ]


async def _rotate_told(url: str, ring: Ring, keys: KeyRing) -> Rotated:
    async with opened(url, ring.service) as one:
        return await _rotate(one, ring, keys, in_folder=False)


async def _rotate_kept(url: str, ring: Ring, folder: DataFolder) -> Rotated:
    async with opened(url, ring.service) as one:
        return await _rotate(one, ring, await _renewed(folder, one, ring), in_folder=True)


async def _rotate(one: Database, ring: Ring, keys: KeyRing, *, in_folder: bool) -> Rotated:
    done = await ring.reseal_all(one, keys)
    idle = tuple(key for key in keys.ids if key != keys.first and key not in done.sealed_by)
    return Rotated(ring, keys.first, idle, done, in_folder)


def _told() -> dict[Ring, KeyRing]:
    """The rings that the environment gives.

    Raises:
        WrongSetting: one of them is none.
    """
    if not any(is_set(ring.variable) for ring in RINGS):
        return {}
    settings = _Rings.read()
    told = {VAULT: settings.vault_keys, DATA: settings.data_keys}
    return {ring: KeyRing.parse(keys.get_secret_value()) for ring, keys in told.items() if keys}


def _kept_in_folder() -> dict[Ring, KeyRing]:
    """The rings that were made in the data folder and are told nowhere else."""
    path = data_path() or default_data_path()
    kept = {ring: DataFolder.peek(path, ring.secret) for ring in RINGS if not is_set(ring.variable)}
    return {ring: KeyRing.parse(keys) for ring, keys in kept.items() if keys}


@contextlib.asynccontextmanager
async def _folder() -> AsyncIterator[DataFolder]:
    with DataFolder.open(data_path() or default_data_path()) as folder:
        yield folder


async def _renewed(folder: DataFolder, one: Database, ring: Ring) -> KeyRing:
    """The folder's ring with a new key in front; without one, where a rotation was broken off."""
    keys = KeyRing.parse(folder.secret(ring.secret, KeyRing.generate))
    async with one.acquire() as connection:
        in_use = await ring.count_by_key(connection)
    if set(in_use) & set(keys.ids[1:]):
        return keys
    return KeyRing.parse(folder.change_secret(ring.secret, KeyRing.with_new_key))


async def examine() -> Lines:
    """For the doctor: whether every key that seals something is here, if that is known here.

    Says nothing where the database does not answer: others say that.
    """
    try:
        held = await asyncio.to_thread(lambda: _kept_in_folder() | _told())
    except (WrongSetting, DataFolderUnusable) as error:
        named = next((ring for ring in RINGS if ring.variable in str(error)), VAULT)
        return [_finding(named, "wrong", str(error))]
    findings: Lines = []
    with contextlib.suppress(Exception):
        async with database_url() as url:
            for ring in RINGS:
                with contextlib.suppress(Exception):
                    async with opened(url, ring.service) as one, one.acquire() as connection:
                        in_use = await ring.count_by_key(connection)
                    findings.append(_judge(ring, held.get(ring), in_use))
    return findings


def _judge(ring: Ring, held: KeyRing | None, in_use: Mapping[str, int]) -> dict[str, str]:
    names = ", ".join(in_use) or "none"
    if held is None:
        return _finding(ring, "note", f"not set here; in use: {names}")
    lost = [f"{count} under {key}" for key, count in in_use.items() if key not in held.ids]
    if lost:
        return _finding(ring, "wrong", f"sealed under keys that are not here: {', '.join(lost)}")
    return _finding(ring, "ok", f"every key in use is here: {names}")


def _finding(ring: Ring, state: str, note: str) -> dict[str, str]:
    return {"what": ring.variable, "state": state, "note": note}


def in_words(rotated: list[Rotated]) -> str:
    """What an operator reads."""
    return "\n".join(line for one in rotated for line in _lines(one))


def _lines(rotated: Rotated) -> list[str]:
    done, first, ring = rotated.done, rotated.first, rotated.ring
    of = "" if ring is VAULT else f"{ring.variable}: "
    lines = [f"{of}{done.resealed} sealed anew under {first}."]
    lines += [f"{of}{key} seals {count}." for key, count in done.sealed_by.items()]
    if rotated.idle:
        keys = ", ".join(rotated.idle)
        where = "the data folder" if rotated.in_folder else ring.variable
        lines.append(
            f"{of}Seals nothing any more: {keys}. May leave {where} when every {ring.service} that "
            f"runs has {first} in front, and no backup from before is needed."
        )
    lines += [f"{of}{name}: {count} cannot be opened." for name, count in done.cannot_open.items()]
    return lines


def in_json(rotated: list[Rotated]) -> dict[str, object]:
    """What a program reads: VAULT_KEYS' as it is, of others each below its name."""
    told: dict[str, object] = {}
    for one in rotated:
        done = one.done
        said: dict[str, object] = {
            "first": one.first,
            "may_leave": list(one.idle),
            "resealed": done.resealed,
            "sealed_by": done.sealed_by,
            "cannot_open": done.cannot_open,
        }
        told |= said if one.ring is VAULT else {one.ring.secret: said}
    return told
