"""The secrets of docker-compose.yaml: made by one command, told in .env.example, each to whom it is
for."""

import importlib
import re

import pytest

from parta.operating import new_secrets
from shared.events import SERVICES
from shared.settings import Settings
from tests.deploy.deployed_rabbitmq import DEPLOY

COMPOSE = (DEPLOY.parent / "docker-compose.yaml").read_text(encoding="utf-8")
EXAMPLE = (DEPLOY.parent / ".env.example").read_text(encoding="utf-8")


def test_every_secret_that_compose_insists_on_is_made_by_parta_secrets() -> None:
    insisted = set(re.findall(r"\$\{([A-Z_]+):\?", COMPOSE))
    assert insisted == set(new_secrets())


def test_every_secret_is_told_in_the_example() -> None:
    told = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    assert set(new_secrets()) <= told


# Made anew for each container from what stands above.
ADDRESSES = {"DATABASE_URL", "RABBITMQ_URL", "SERVICE_SECRET"}


def secrets_of(service: str) -> set[str]:
    """What its settings keep from everybody's eyes, as .env has it."""
    module = importlib.import_module(f"services.{service}.settings")
    (settings,) = (
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Settings) and kind is not Settings
    )
    return {
        name.upper()
        for name, field in settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    } - ADDRESSES


def test_what_env_file_would_give_to_all_is_taken_out_again() -> None:
    nobodys = COMPOSE.partition("\nx-nobodys:")[2].partition("\nx-service:")[0]
    everybodys = set(new_secrets()).union(*(secrets_of(service) for service in SERVICES))
    assert set(re.findall(r'^  ([A-Z_]+): ""$', nobodys, re.MULTILINE)) == everybodys


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_given_its_own_secrets_and_none_of_its_neighbours(service: str) -> None:
    its_own = COMPOSE.partition(f"\n  {service}:\n")[2].partition("\n\n")[0]
    given = set(re.findall(r"\$\{([A-Z_]+)", its_own))
    made_for_it = {name for name in new_secrets() if name.endswith(f"_{service.upper()}")}
    assert given == made_for_it | secrets_of(service)


def test_a_secret_can_stand_in_an_address() -> None:
    passwords = {name: word for name, word in new_secrets().items() if "PASSWORD" in name}
    assert all(word.isalnum() for word in passwords.values())
    assert len(set(passwords.values())) == len(passwords)
