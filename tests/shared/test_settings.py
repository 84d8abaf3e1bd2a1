"""Settings: a wrong one stops the start with one line that names it and never its value."""

from pathlib import Path
from typing import Any

import pytest

from shared.settings import Settings, WrongSetting

SECRET = "do-not-show-me"


class Own(Settings):
    """A service's settings, with a field of every troublesome kind."""

    service: str = "school"
    hosts: tuple[str, ...] = ()
    course_id: int | None = None


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in Own.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql:///parta")
    return monkeypatch


WRONG = {
    "DATABASE_URL": [f"mysql://{SECRET}", SECRET],
    "RABBITMQ_URL": [f"http://{SECRET}"],
    "PUBLIC_URL": [SECRET, f"ftp://{SECRET}", f"http://{SECRET}\nX: y"],
    "AUTH_URL": [SECRET],
    "SYNC_URL": [SECRET],
    "SCHOOL_URL": [SECRET],
    "SERVICE_SECRET": ["short-secret"],
    "PARK_LADDER": [SECRET, "5,,30", "-1", "nan", "inf", "1e300", "5;30"],
    "LOG_LEVEL": [SECRET],
    "HOSTS": [SECRET],
    "COURSE_ID": [SECRET],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_one_is_named_in_one_line_without_its_value(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(WrongSetting) as refused:
        Own.read()
    line = str(refused.value)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    assert value not in line
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__, "the value stands in the error behind it"


def test_a_missing_one_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("DATABASE_URL")
    with pytest.raises(WrongSetting, match=r"^DATABASE_URL: is not set$"):
        Own.read()


def test_an_empty_one_is_not_set(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("RABBITMQ_URL", "")
    assert Own.read().rabbitmq_url is None


def test_one_may_be_given_as_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("a-secret-of-a-file\n")
    environment.setenv("SERVICE_SECRET_FILE", str(file))
    secret = Own.read().service_secret
    assert secret is not None
    assert secret.get_secret_value() == "a-secret-of-a-file"


def test_one_that_is_set_itself_wins_over_its_file(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PUBLIC_URL", "https://parta.test/")
    environment.setenv("PUBLIC_URL_FILE", "/nowhere")
    assert Own.read().public_url == "https://parta.test"


@pytest.mark.parametrize("path", ["/nowhere", "/"])
def test_a_file_that_cannot_be_read_is_named(environment: pytest.MonkeyPatch, path: str) -> None:
    environment.setenv("SERVICE_SECRET_FILE", path)
    with pytest.raises(WrongSetting, match=r"^SERVICE_SECRET_FILE: "):
        Own.read()


def test_secrets_are_not_shown_where_settings_are_printed() -> None:
    known: dict[str, Any] = {"database_url": f"postgresql://u:{SECRET}@h/d"}
    assert SECRET not in repr(Own.read(**known))


def test_the_ladder_is_seconds_with_commas(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PARK_LADDER", "1, 2.5,60")
    assert Own.read().park_ladder == (1, 2.5, 60)


@pytest.mark.parametrize(
    ("url", "secure"), [("https://parta.test", True), ("http://localhost:8080", False)]
)
def test_cookies_are_secure_where_people_come_by_https(url: str, secure: bool) -> None:
    assert Own.read(public_url=url).secure is secure
