"""The secrets of docker-compose.yaml: made by one command, told in .env.example, each to whom it is
for."""

import re

import pytest

from parta.operating import new_secrets
from shared.events import SERVICES
from tests.deploy.deployed_rabbitmq import DEPLOY

COMPOSE = (DEPLOY.parent / "docker-compose.yaml").read_text(encoding="utf-8")
EXAMPLE = (DEPLOY.parent / ".env.example").read_text(encoding="utf-8")


def test_every_secret_that_compose_insists_on_is_made_by_parta_secrets() -> None:
    insisted = set(re.findall(r"\$\{([A-Z_]+):\?", COMPOSE))
    assert insisted == set(new_secrets())


def test_every_secret_is_told_in_the_example() -> None:
    told = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    assert set(new_secrets()) <= told


def test_what_env_file_would_give_to_all_is_taken_out_again() -> None:
    nobodys = COMPOSE.partition("\nx-nobodys:")[2].partition("\nx-service:")[0]
    assert set(re.findall(r'^  ([A-Z_]+): ""$', nobodys, re.MULTILINE)) == set(new_secrets())


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_given_no_password_of_its_neighbours(service: str) -> None:
    its_own = COMPOSE.partition(f"\n  {service}:\n")[2].partition("\n\n")[0]
    given = set(re.findall(r"\$\{([A-Z_]+)", its_own))
    assert given - {"SECRET_KEY", "VAULT_KEYS"} == {
        name for name in new_secrets() if name.endswith(f"_{service.upper()}")
    }
    assert ("SECRET_KEY" in given) == (service == "auth")


def test_a_secret_can_stand_in_an_address() -> None:
    passwords = {name: word for name, word in new_secrets().items() if "PASSWORD" in name}
    assert all(word.isalnum() for word in passwords.values())
    assert len(set(passwords.values())) == len(passwords)
