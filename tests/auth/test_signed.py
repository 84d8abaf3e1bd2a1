"""Telegram's signed words: the older widget's and a Mini App's, fresh and of our own bot."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.errors import ProofRefused, ProofTooOld
from services.auth.providers.telegram.signed import read_init_data, read_widget

TOKEN = "4242:a-token-of-the-test"
OTHER = "4343:a-token-of-another-bot"
Fields = dict[str, str]


def sign(fields: Fields, key: bytes) -> str:
    said = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    return hmac.new(key, said.encode(), "sha256").hexdigest()


def widget(token: str = TOKEN, **changes: str) -> list[tuple[str, str]]:
    fields = {"id": "700000001", "first_name": "Ива", "auth_date": str(int(time.time()))} | changes
    return [*fields.items(), ("hash", sign(fields, hashlib.sha256(token.encode()).digest()))]


def init_data(token: str = TOKEN, **changes: str) -> str:
    user = json.dumps({"id": 700000001, "first_name": "Ива", "username": "iva"})
    fields = {"user": user, "auth_date": str(int(time.time())), "query_id": "AA"} | changes
    key = hmac.digest(b"WebAppData", token.encode(), "sha256")
    return urlencode({**fields, "hash": sign(fields, key)})


def test_the_widgets_word_says_who_it_is() -> None:
    proof = read_widget(widget(username="iva", last_name="Б"), bot_token=TOKEN)
    account = proof.account
    assert (account.issuer, account.subject, account.login) == ("telegram", "700000001", "iva")
    assert account.name == "Ива Б"


def test_a_mini_apps_word_says_who_it_is() -> None:
    account = read_init_data(init_data(), bot_token=TOKEN).account
    assert (account.subject, account.login, account.name) == ("700000001", "iva", "Ива")


def test_the_word_of_another_bot_is_refused() -> None:
    with pytest.raises(ProofRefused):
        read_widget(widget(OTHER), bot_token=TOKEN)
    with pytest.raises(ProofRefused):
        read_init_data(init_data(OTHER), bot_token=TOKEN)


def test_one_kind_of_word_is_not_taken_for_the_other() -> None:
    fields = dict(widget())
    with pytest.raises(ProofRefused):
        read_init_data(urlencode({**fields, "user": '{"id": 700000001}'}), bot_token=TOKEN)
    key = hmac.digest(b"WebAppData", TOKEN.encode(), "sha256")
    said = {"id": "700000001", "auth_date": str(int(time.time()))}
    with pytest.raises(ProofRefused):
        read_widget([*said.items(), ("hash", sign(said, key))], bot_token=TOKEN)


@pytest.mark.parametrize("age", [301, 3600, 86400])
def test_an_old_word_is_refused(age: int) -> None:
    said_at = str(int(time.time()) - age)
    with pytest.raises(ProofTooOld):
        read_widget(widget(auth_date=said_at), bot_token=TOKEN)
    with pytest.raises(ProofTooOld):
        read_init_data(init_data(auth_date=said_at), bot_token=TOKEN)


@pytest.mark.parametrize("said_at", ["", "-1", "soon", "1e9", "٣٣", "9" * 20, str(2**40)])
def test_a_word_without_a_time_that_can_be_is_refused(said_at: str) -> None:
    with pytest.raises(ProofRefused):
        read_widget(widget(auth_date=said_at), bot_token=TOKEN)


def test_a_field_that_is_not_known_or_comes_twice_is_refused() -> None:
    with pytest.raises(ProofRefused):
        read_widget(widget(role="administrator"), bot_token=TOKEN)
    pairs = widget()
    with pytest.raises(ProofRefused):
        read_widget([("id", "700000002"), *pairs], bot_token=TOKEN)
    with pytest.raises(ProofRefused):
        read_init_data(f"user=%7B%22id%22%3A2%7D&{init_data()}", bot_token=TOKEN)


@pytest.mark.parametrize("number", ["", "0", "-5", "1.5", "abc", "²", str(2**60)])
def test_an_account_that_cannot_be_is_refused(number: str) -> None:
    with pytest.raises(ProofRefused):
        read_widget(widget(id=number), bot_token=TOKEN)


@pytest.mark.parametrize("user", ["", "null", "[]", "5", '"x"', "{", "[" * 2000, '{"name": "x"}'])
def test_a_mini_apps_word_about_nobody_is_refused(user: str) -> None:
    with pytest.raises(ProofRefused):
        read_init_data(init_data(user=user), bot_token=TOKEN)


@given(st.text(max_size=300))
def test_noise_is_refused(text: str) -> None:
    with pytest.raises(ProofRefused):
        read_init_data(text, bot_token=TOKEN)
    with pytest.raises(ProofRefused):
        read_widget([("id", text), ("hash", text)], bot_token=TOKEN)


@given(st.integers(0, 63), st.sampled_from("0123456789abcdef"))
def test_one_changed_digit_of_the_hash_is_enough(place: int, digit: str) -> None:
    pairs = widget()
    right = dict(pairs)["hash"]
    changed = right[:place] + digit + right[place + 1 :]
    if changed == right:
        return
    with pytest.raises(ProofRefused):
        read_widget([*pairs[:-1], ("hash", changed)], bot_token=TOKEN)
