"""A wrong setting stops the start with one line that names it and no secret."""

import pytest

from services.auth.settings import AuthSettings
from shared.secret import KeyRing
from shared.settings import WrongSetting

RIGHT = {
    "DATABASE_URL": "postgresql://localhost/parta",
    "SECRET_KEY": "a secret key for tests",
    "VAULT_KEYS": KeyRing.generate(),
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_callback_is_made_from_the_public_address(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PUBLIC_URL", "https://parta.example/")
    settings = AuthSettings.read()
    callback = "https://parta.example/users/accounts/github/login/callback/"
    assert settings.github_oauth_redirect_url == callback
    assert settings.service == "auth"
    assert settings.secure


def test_a_bots_name_may_be_written_with_its_sign(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TELEGRAM_BOT_USERNAME", "@parta_school_bot")
    assert AuthSettings.read().telegram_bot_username == "parta_school_bot"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "short-secret", "SECRET_KEY: "),
        ("SECRET_KEY", None, "SECRET_KEY: is not set"),
        ("VAULT_KEYS", None, "VAULT_KEYS: is not set"),
        ("VAULT_KEYS", "k1:hush", "VAULT_KEYS: must be kid:base64,… with keys of 32 bytes"),
        ("GITHUB_OAUTH_CLIENT_ID", "id", "GITHUB_OAUTH_SECRET: is not set, though"),
        ("GITHUB_OAUTH_REDIRECT_URL", "https://x.example/", "GITHUB_OAUTH_REDIRECT_URL: must end"),
        ("STEPIK_OAUTH_CLIENT_ID", "id", "STEPIK_OAUTH_SECRET: is not set, though"),
        ("STEPIK_REDIRECT_URL", "https://x.example/login", "STEPIK_REDIRECT_URL: must end with"),
        ("STEPIK_URL", "stepik.org", "STEPIK_URL: must be an address"),
        ("GITHUB_URL", "github.com", "GITHUB_URL: must be an address"),
        ("GITHUB_API_URL", "ftp://x", "GITHUB_API_URL: must be an address"),
        ("TELEGRAM_BOT_USERNAME", "a bot", "TELEGRAM_BOT_USERNAME: must be"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    environment: pytest.MonkeyPatch, name: str, value: str | None, said: str
) -> None:
    if value is None:
        environment.delenv(name)
    else:
        environment.setenv(name, value)
    with pytest.raises(WrongSetting) as refused:
        AuthSettings.read()
    line = str(refused.value)
    assert line.startswith(said)
    assert "\n" not in line
    assert "hush" not in line
    assert "short-secret" not in line


def test_secrets_are_not_shown(environment: pytest.MonkeyPatch) -> None:
    shown = repr(AuthSettings.read())
    assert all(value not in shown for value in (RIGHT["SECRET_KEY"], RIGHT["VAULT_KEYS"]))
