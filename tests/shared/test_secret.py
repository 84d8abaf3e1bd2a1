"""Secrets: derived, compared, hashed for rest, sealed under a key ring."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.secret import (
    CannotOpen,
    KeyRing,
    at_rest,
    derive,
    is_same,
    new_token,
    service_secret,
)


def test_a_token_fits_a_deep_link_and_is_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(
        len(token) == 22 and token.replace("-", "").replace("_", "").isalnum() for token in tokens
    )


def test_what_is_kept_of_a_token_does_not_show_it() -> None:
    assert b"token" not in at_rest("token")
    assert at_rest("token") == at_rest("token") != at_rest("other")


@pytest.mark.parametrize(("given_", "same"), [("тайна", True), ("taйна", False), ("", False)])
def test_secrets_of_any_characters_are_compared(given_: str, same: bool) -> None:
    assert is_same(given_, "тайна") is same


def test_each_purpose_and_each_service_has_a_secret_of_its_own() -> None:
    assert derive("key", "a") == derive("key", "a")
    assert len({derive("key", "a"), derive("key", "b"), derive("other", "a")}) == 3
    assert service_secret("key", "bot") != service_secret("key", "auth")


@given(plain=st.binary(max_size=200), place=st.text(max_size=30))
def test_what_is_sealed_opens_where_it_belongs_and_nowhere_else(plain: bytes, place: str) -> None:
    ring = KeyRing.parse(KeyRing.generate())
    sealed = ring.seal(plain, bound_to=place)
    assert ring.open(sealed, bound_to=place) == plain
    with pytest.raises(CannotOpen):
        ring.open(sealed, bound_to=place + "x")
    with pytest.raises(CannotOpen):
        KeyRing.parse(KeyRing.generate()).open(sealed, bound_to=place)


def test_keys_rotate_without_closing_what_was_sealed() -> None:
    old = KeyRing.generate()
    new = KeyRing.generate().replace("k1:", "k2:")
    sealed = KeyRing.parse(old).seal(b"mail", bound_to="here")
    both = KeyRing.parse(f"{new},{old}")
    assert both.open(sealed, bound_to="here") == b"mail"
    assert both.seal(b"mail", bound_to="here").startswith("v1:k2:")


@pytest.mark.parametrize(
    "change", ["", "v1", "v1:k1", "v2:{}", "v1:k9:{}", "v1:k1:!!", "v1:k1:QUJD"]
)
def test_what_was_changed_does_not_open(change: str) -> None:
    ring = KeyRing.parse(KeyRing.generate())
    with pytest.raises(CannotOpen):
        ring.open(change, bound_to="here")


def test_every_bit_of_a_sealed_value_counts() -> None:
    ring = KeyRing.parse(KeyRing.generate())
    head, _, value = ring.seal(b"mail", bound_to="here").rpartition(":")
    raw = base64.b64decode(value)
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(CannotOpen):
            ring.open(f"{head}:{base64.b64encode(changed).decode()}", bound_to="here")


KEY = base64.b64encode(b"k" * 32).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "k1",
        f":{KEY}",
        f"k1:{KEY[:-4]}",
        "k1:!!!",
        f"k1:{KEY},k1:{KEY}",
        f"k-1:{KEY}",
        f"k1:{KEY},",
    ],
)
def test_a_ring_in_another_form_is_refused_without_its_keys(text: str) -> None:
    with pytest.raises(ValueError, match="kid:base64") as refused:
        KeyRing.parse(text)
    assert KEY[:8] not in str(refused.value)


def test_a_ring_does_not_show_its_keys() -> None:
    assert KEY not in repr(KeyRing.parse(f"k1:{KEY}"))


def test_a_new_key_goes_in_front_and_has_a_name_of_its_own() -> None:
    ring = KeyRing.generate()
    twice = KeyRing.with_new_key(KeyRing.with_new_key(ring))
    assert KeyRing.parse(twice).ids == ("k3", "k2", "k1")
    assert twice.endswith(f",{ring}")
    assert KeyRing.parse(twice).first == "k3"


@given(plain=st.binary(max_size=200), place=st.text(max_size=30))
def test_what_is_resealed_opens_in_its_place_under_the_first_key_alone(
    plain: bytes, place: str
) -> None:
    old = KeyRing.generate()
    both = KeyRing.with_new_key(old)
    sealed = KeyRing.parse(old).seal(plain, bound_to=place)
    resealed = KeyRing.parse(both).reseal(sealed, bound_to=place)
    assert KeyRing.parse(both.split(",")[0]).open(resealed, bound_to=place) == plain
    with pytest.raises(CannotOpen):
        KeyRing.parse(old).open(resealed, bound_to=place)
    with pytest.raises(CannotOpen):
        KeyRing.parse(both).reseal(sealed, bound_to=place + "x")
