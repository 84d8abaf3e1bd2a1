"""What may be a password, and what a hash costs."""

import asyncio
import threading
from typing import Any

import pytest

from services.auth.errors import (
    FormRefused,
    PasswordIsKnown,
    PasswordsDiffer,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    TooManyAtOnce,
)
from services.auth.passwords.hashing import MOST_WAITING, Hasher
from services.auth.passwords.rules import COMMONEST, SHORTEST, check_new

KNOWN = ("Ann of Bergen", "ann.of.bergen@example.org")
SMALL = 64
"""KiB: enough to see how hashes are handed out."""


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("", PasswordTooShort),
        ("x" * 9, PasswordTooShort),
        ("ж" * 9 + "1", None),
        ("🫖🫖🫖🫖🫖🫖🫖🫖🫖", PasswordTooShort),
        ("🫖🫖🫖🫖🫖🫖🫖🫖🫖x", None),
        ("ab" * 500, None),
        ("ab" * 500 + "c", PasswordTooLong),
        ("ANN OF bergen", PasswordIsKnown),
        (" ann.of.bergen@EXAMPLE.org ", PasswordIsKnown),
        ("1234567890", PasswordTooCommon),
        ("PasswordPassword", PasswordTooCommon),
        ("Йцукенгшщз", PasswordTooCommon),
        ("zzzzzzzzzzzz", PasswordTooCommon),
        ("no capitals or digits", None),
    ],
)
def test_a_password_is_judged_by_its_length_and_by_who_would_try_it(
    password: str, error: type[FormRefused] | None
) -> None:
    if error is None:
        assert check_new(password, known=KNOWN)
        return
    with pytest.raises(error):
        check_new(password, known=KNOWN)


def test_it_is_counted_as_it_is_kept_however_a_keyboard_spells_it() -> None:
    with pytest.raises(PasswordTooShort):
        check_new("и\u0306" * 5, known=())
    assert check_new("и\u0306цукен лук", "йцукен лук", known=()) == "йцукен лук"


def test_it_is_typed_twice_alike() -> None:
    with pytest.raises(PasswordsDiffer):
        check_new("seven green teapots", "seven green teapot", known=())


def test_the_list_of_the_commonest_holds_what_could_be_entered() -> None:
    lines = COMMONEST.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(set(lines)) < 250
    assert all(len(line) >= SHORTEST and line == line.casefold() for line in lines)


async def test_a_hash_is_argon2id_as_owasp_sets_it_and_salted() -> None:
    hasher = Hasher()
    first, second = (
        await hasher.hash("seven green teapots"),
        await hasher.hash("seven green teapots"),
    )
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert await hasher.is_right(first, "seven green teapots")
    assert not await hasher.is_right(first, "seven green teapot")


async def test_the_same_letters_spelled_otherwise_are_the_same_password() -> None:
    hasher = Hasher(memory_kib=SMALL)
    assert await hasher.is_right(await hasher.hash("и\u0306цукен лук"), "йцукен лук")


async def test_what_is_no_hash_is_nobodys_password() -> None:
    hasher = Hasher(memory_kib=SMALL)
    for kept in (None, "$argon2id$v=19$broken", "plain"):
        assert not await hasher.is_right(kept, "plain")


async def test_a_hash_of_other_parameters_is_made_anew() -> None:
    old, new = Hasher(memory_kib=SMALL), Hasher()
    kept = await old.hash("seven green teapots")
    renewed = await new.renewed(kept, "seven green teapots")
    assert renewed is not None
    assert renewed.startswith("$argon2id$v=19$m=19456,")
    assert await new.renewed(renewed, "seven green teapots") is None


class SlowHasher(Hasher):
    """Computes nothing before it is told to, and sees how many compute at a time."""

    def __init__(self) -> None:
        super().__init__(memory_kib=SMALL)
        self.go_on = threading.Event()
        self.at_work = self.most = 0

    async def _run(self, work: Any) -> Any:
        def watched() -> Any:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
            self.go_on.wait(10)
            self.at_work -= 1
            return work()

        return await super()._run(watched)


async def test_one_hash_is_computed_at_a_time_and_twenty_wait() -> None:
    hasher = SlowHasher()
    asking = [asyncio.ensure_future(hasher.is_right(None, "x")) for _ in range(1 + MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyAtOnce):
        await hasher.is_right(None, "x")
    hasher.go_on.set()
    assert not any(await asyncio.gather(*asking))
    assert hasher.most == 1
    assert not await hasher.is_right(None, "x")


async def test_who_hangs_up_does_not_let_a_second_hash_begin() -> None:
    hasher = SlowHasher()
    first = asyncio.ensure_future(hasher.is_right(None, "x"))
    await asyncio.sleep(0)
    first.cancel()
    second = asyncio.ensure_future(hasher.is_right(None, "x"))
    await asyncio.sleep(0)
    hasher.go_on.set()
    assert not await second
    assert hasher.most == 1
