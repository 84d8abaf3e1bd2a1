"""What RabbitMQ is given: made from the contracts, and with passwords only when it starts."""

import hashlib
import json
from base64 import b64decode
from pathlib import Path

import pytest

from shared.definitions import PLACE, render
from shared.events import SERVICES
from tests.deploy.deployed_rabbitmq import new_passwords, run_start


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    return tmp_path / "definitions.json"


def test_the_definitions_are_what_the_contracts_say() -> None:
    assert PLACE.read_text(encoding="utf-8") == render(), (
        "deploy/rabbitmq/definitions.json is not what the contracts say: "
        "run `python -m shared.definitions`"
    )


def test_a_user_of_the_definitions_has_no_password_and_so_cannot_log_in() -> None:
    users = json.loads(render())["users"]
    assert {user["name"] for user in users} == {f"parta_{service}" for service in SERVICES}
    assert {user["password_hash"] for user in users} == {""}


def test_the_start_gives_each_user_its_own_password_salted_and_hashed(definitions: Path) -> None:
    passwords = {**new_passwords(), "bot": r"""odd: &\1"'$HOME `x` %s"""}
    assert run_start(definitions, passwords, "true").returncode == 0
    told = json.loads(definitions.read_text())
    assert told | {"users": []} == json.loads(render()) | {"users": []}
    salts = set()
    for user in told["users"]:
        kept = b64decode(user["password_hash"], validate=True)
        salt, digest = kept[:4], kept[4:]
        password = passwords[user["name"].removeprefix("parta_")]
        assert digest == hashlib.sha256(salt + password.encode()).digest()
        salts.add(salt)
    assert len(salts) == len(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_password_that_is_missing_stops_the_start_and_is_named(
    definitions: Path, service: str
) -> None:
    done = run_start(definitions, {**new_passwords(), service: ""}, "echo", "started")
    assert done.returncode == 1
    assert done.stderr == f"start: RABBITMQ_PASSWORD_{service.upper()} is not set in .env\n"
    assert "started" not in done.stdout
    assert not definitions.exists()


def test_the_server_is_started_without_the_passwords_in_its_environment(definitions: Path) -> None:
    passwords = new_passwords()
    environment = run_start(definitions, passwords, "env").stdout
    assert "RABBITMQ_DEFINITIONS" in environment
    assert not any(password in environment for password in passwords.values())
