"""Errors in the operator's words: what every kind that is kept comes to."""

import inspect

import pytest

from services.sync.boomstream import errors as boomstream
from services.sync.operating.troubles import boomstream_sayer, stepik_sayer
from services.sync.service import FOLDER
from services.sync.stepik import errors as stepik
from shared.texts import Catalogue

TEXTS = Catalogue(FOLDER / "locale")
OURS = "Something went wrong on our side"
STEPIK_KINDS = [
    name
    for name, kind in inspect.getmembers(stepik, inspect.isclass)
    if issubclass(kind, stepik.StepikError) and kind is not stepik.StepikError
]


@pytest.mark.parametrize("kind", STEPIK_KINDS)
def test_every_error_of_stepik_has_words_of_its_own(kind: str) -> None:
    said = stepik_sayer(TEXTS.of("en"))(f"{kind}: details")
    assert not said.startswith(OURS)
    assert said.endswith(f" ({kind}: details)")
    assert stepik_sayer(TEXTS.of("ru"))(f"{kind}: details") != said


def test_an_error_of_our_own_says_so() -> None:
    assert stepik_sayer(TEXTS.of("en"))("ValueError").startswith(OURS)


@pytest.mark.parametrize(
    "message",
    [
        "Media not found",
        "Subscription not found",
        "Invalid API key",
        "Access denied",
        "Email is not valid",
        "Buyer already exists",
    ],
)
def test_every_named_refusal_of_boomstream_says_what_to_do(message: str) -> None:
    kept = str(boomstream.failure_of(message))
    said = boomstream_sayer(TEXTS.of("en"))(kept)
    assert said.endswith(f" ({message})")
    assert len(said) > len(message) + 10


@pytest.mark.parametrize(
    ("kept", "begins"),
    [
        ("it answers 401", "The key is refused"),
        ("it answers 502", "Boomstream does not answer"),
        ("no answer: ConnectError", "Boomstream does not answer"),
        ("no subscription: BOOMSTREAM_SUBSCRIPTION is not set", "There is no such subscription"),
        ("its code cannot be opened: the key is not in DATA_KEYS", "Put the key"),
        ("Something that nobody knows", "Something that nobody knows"),
    ],
    ids=["key", "error", "silence", "subscription", "sealed", "unknown"],
)
def test_other_errors_of_boomstream_are_said_so(kept: str, begins: str) -> None:
    said = boomstream_sayer(TEXTS.of("en"))(kept)
    assert said.startswith(begins)
    assert kept in said
