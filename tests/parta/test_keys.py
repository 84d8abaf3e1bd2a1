"""`parta keys rotate` and what the doctor says of keys, as an operator meets them."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from parta.data_folder import DataFolder
from parta.operating import opened
from services.auth.keys.service import SigningKeys
from services.sync.boomstream.recovery import new_recovery
from shared.secret import KeyRing
from tests.support import processes
from tests.support.waiting import apart

OLD = KeyRing.generate()
BOTH = KeyRing.with_new_key(OLD)
NEW = BOTH.split(",")[0]


def parta(*arguments: str, **variables: str) -> tuple[int, str, str]:
    """Exit status, what was printed, what was complained of."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **variables}
    return processes.parta(list(arguments), environment)


def make_signing_key(database_url: str, ring: str) -> None:
    """Something that is sealed under the ring's first key."""

    async def make() -> None:
        async with opened(database_url, "auth") as database:
            await SigningKeys(database, KeyRing.parse(ring)).current()

    apart(make())


def spoil(database_url: str) -> None:
    async def change() -> None:
        async with opened(database_url, "auth") as database, database.acquire() as connection:
            await connection.execute("UPDATE signing_keys SET sealed = 'v1:k1:c2VjcmV0'")

    apart(change())


@pytest.fixture
def sealed_url(database_url: str) -> str:
    """A database with one signing key, sealed under the old ring."""
    make_signing_key(database_url, OLD)
    return database_url


def test_all_is_sealed_under_the_first_key_and_the_others_may_leave(sealed_url: str) -> None:
    told = {"DATABASE_URL": sealed_url, "VAULT_KEYS": BOTH}
    status, printed, _ = parta("keys", "rotate", **told)
    assert status == 0
    assert printed.startswith("1 sealed anew under k2.\nk2 seals 1.\nSeals nothing any more: k1.")
    status, printed, _ = parta("keys", "rotate", "--json", **told)
    assert json.loads(printed) == {
        "first": "k2",
        "may_leave": ["k1"],
        "resealed": 0,
        "sealed_by": {"k2": 1},
        "cannot_open": {},
    }
    make_signing_key(sealed_url, NEW)


def test_what_cannot_be_opened_is_a_finding_that_names_table_and_count_alone(
    sealed_url: str,
) -> None:
    spoil(sealed_url)
    status, printed, complaint = parta("keys", "rotate", DATABASE_URL=sealed_url, VAULT_KEYS=BOTH)
    assert status == 1
    assert "signing_keys.sealed: 1 cannot be opened." in printed
    assert "c2VjcmV0" not in printed + complaint


def finding(what: str = "VAULT_KEYS", **variables: str) -> Any:
    _, printed, _ = parta("doctor", "--json", **variables)
    (found,) = [one for one in json.loads(printed) if one["what"] == what]
    return found["state"], found["note"]


def test_the_doctor_misses_a_key_that_something_is_sealed_under(sealed_url: str) -> None:
    url = {"DATABASE_URL": sealed_url}
    assert finding(**url, VAULT_KEYS=OLD)[0] == "ok"
    assert finding(**url, VAULT_KEYS=BOTH)[0] == "ok"
    assert finding(**url, VAULT_KEYS=NEW) == (
        "wrong",
        "sealed under keys that are not here: 1 under k1",
    )
    assert finding(**url, VAULT_KEYS="k1:no-key")[0] == "wrong"
    assert finding(**url, PARTA_DATA="/nonexistent")[0] == "note"


def test_a_ring_in_the_data_folder_gets_a_new_key_and_keeps_the_old_ones(
    sealed_url: str, tmp_path: Path
) -> None:
    with DataFolder.open(tmp_path / "data") as folder:
        folder.secret("vault_keys", lambda: OLD)
    told = {"DATABASE_URL": sealed_url, "PARTA_DATA": str(folder.path)}
    assert finding(**told)[0] == "ok"
    status, printed, complaint = parta("keys", "rotate", **told)
    assert (status, complaint) == (0, "")
    assert "May leave the data folder" in printed
    ring = DataFolder.peek(folder.path, "vault_keys")
    assert ring is not None
    assert KeyRing.parse(ring).ids == ("k2", "k1")
    assert ring.endswith(f",{OLD}")
    make_signing_key(sealed_url, ring)
    status, _, _ = parta("keys", "rotate", **told)
    assert KeyRing.parse(DataFolder.peek(folder.path, "vault_keys") or "").first == "k3"


def test_a_rotation_that_was_broken_off_is_finished_without_another_key(
    sealed_url: str, tmp_path: Path
) -> None:
    with DataFolder.open(tmp_path / "data") as folder:
        folder.secret("vault_keys", lambda: BOTH)
    told = {"DATABASE_URL": sealed_url, "PARTA_DATA": str(folder.path)}
    assert parta("keys", "rotate", **told)[0] == 0
    assert DataFolder.peek(folder.path, "vault_keys") == BOTH


def test_keys_of_a_running_house_are_not_changed_under_it(sealed_url: str, tmp_path: Path) -> None:
    with DataFolder.open(tmp_path / "data") as folder:
        folder.secret("vault_keys", lambda: OLD)
        status, _, complaint = parta(
            "keys", "rotate", DATABASE_URL=sealed_url, PARTA_DATA=str(folder.path)
        )
        assert DataFolder.peek(folder.path, "vault_keys") == OLD
    assert status == 2
    assert "is in use by another Parta" in complaint


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"VAULT_KEYS": "k1:secret-value"}, "parta: VAULT_KEYS: must be kid:base64"),
        ({"PARTA_DATA": "/nonexistent"}, "parta: VAULT_KEYS: is not set, and there is no Parta"),
    ],
)
def test_without_a_ring_nothing_is_done_and_one_line_says_why(
    variables: dict[str, str], complaint: str
) -> None:
    status, _, said = parta(
        "keys", "rotate", DATABASE_URL="postgresql://127.0.0.1:9/x", **variables
    )
    assert status == 2
    assert said.startswith(complaint)
    assert "secret-value" not in said


def grant_a_video(database_url: str, ring: str) -> None:
    """Somebody's code for a video, sealed under the ring's first key."""

    async def make() -> None:
        async with opened(database_url, "sync") as database, database.transaction() as connection:
            person_id = resource_id = UUID(int=1)
            sealed, key = new_recovery(KeyRing.parse(ring), person_id, resource_id)
            await connection.execute(
                "INSERT INTO resources (resource_id, kind, title, code, created_at, changed_at)"
                " VALUES ($1, 'video', 'One', 'aaaaaaaa', now(), now())",
                resource_id,
            )
            await connection.execute(
                "INSERT INTO grants (grant_id, person_id, resource_id, wanted, recovery,"
                " recovery_key, next_try_at) VALUES ($1, $1, $1, true, $2, $3, now())",
                resource_id,
                sealed,
                key,
            )

    apart(make())


def test_syncs_ring_is_rotated_beside_auths(sealed_url: str) -> None:
    grant_a_video(sealed_url, OLD)
    told = {"DATABASE_URL": sealed_url, "VAULT_KEYS": BOTH, "DATA_KEYS": BOTH}
    status, printed, _ = parta("keys", "rotate", **told)
    assert status == 0
    assert "1 sealed anew under k2.\n" in printed
    assert "DATA_KEYS: 1 sealed anew under k2.\nDATA_KEYS: k2 seals 1.\n" in printed
    assert "DATA_KEYS: Seals nothing any more: k1. May leave DATA_KEYS when every sync" in printed
    status, printed, _ = parta("keys", "rotate", "--json", **told)
    assert json.loads(printed)["data_keys"] == {
        "first": "k2",
        "may_leave": ["k1"],
        "resealed": 0,
        "sealed_by": {"k2": 1},
        "cannot_open": {},
    }


def test_a_service_that_has_one_ring_rotates_that_one_alone(sealed_url: str) -> None:
    grant_a_video(sealed_url, OLD)
    told = {"DATABASE_URL": sealed_url, "DATA_KEYS": BOTH, "PARTA_DATA": "/nonexistent"}
    status, printed, _ = parta("keys", "rotate", "--json", **told)
    assert (status, list(json.loads(printed))) == (0, ["data_keys"])
    assert finding(DATABASE_URL=sealed_url, VAULT_KEYS=OLD)[0] == "ok"


def test_both_rings_of_a_data_folder_get_a_new_key(sealed_url: str, tmp_path: Path) -> None:
    grant_a_video(sealed_url, OLD)
    with DataFolder.open(tmp_path / "data") as folder:
        for name in ("vault_keys", "data_keys"):
            folder.secret(name, lambda: OLD)
    told = {"DATABASE_URL": sealed_url, "PARTA_DATA": str(folder.path)}
    status, _, complaint = parta("keys", "rotate", **told)
    assert (status, complaint) == (0, "")
    for name in ("vault_keys", "data_keys"):
        ring = DataFolder.peek(folder.path, name)
        assert ring is not None
        assert KeyRing.parse(ring).ids == ("k2", "k1")


def test_the_doctor_misses_a_key_of_syncs_ring(sealed_url: str) -> None:
    grant_a_video(sealed_url, OLD)
    url = {"DATABASE_URL": sealed_url}
    assert finding("DATA_KEYS", **url, DATA_KEYS=BOTH)[0] == "ok"
    assert finding("DATA_KEYS", **url, DATA_KEYS=NEW) == (
        "wrong",
        "sealed under keys that are not here: 1 under k1",
    )
    assert finding("DATA_KEYS", **url, DATA_KEYS="k1:no-key")[0] == "wrong"
