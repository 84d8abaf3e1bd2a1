"""The sender's buckets against the sandbox's, in simulated time."""

import heapq
import random

import pytest
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramServerError
from aiogram.methods import GetMe
from hypothesis import given
from hypothesis import strategies as st

from sandbox.telegram import limits as theirs
from services.bot.sending import limits as ours
from services.bot.sending.outcome import Kind, failed, succeeded
from services.bot.telegram import describe, freeze

NAMES = (
    "CHAT_BURST",
    "CHAT_PER_SECOND",
    "GROUP_BURST",
    "GROUP_PER_SECOND",
    "BOT_BURST",
    "BOT_PER_SECOND",
)


@pytest.mark.parametrize("name", NAMES)
def test_both_sides_hold_the_same_numbers(name: str) -> None:
    assert getattr(ours, name) == getattr(theirs, name)


def send_all(count: int, chat_of: dict[int, int], latency: float) -> tuple[float, int]:
    """Send in simulated time over a network that shuffles arrivals; gives seconds and 429s.

    As late as it may be: some calls arrive at once, others wait for a while and arrive together.
    """
    chance = random.Random(7)  # noqa: S311 - no secret
    sender, telegram = ours.Limits(0.0), theirs.Limits(0.0)
    now, refused = 0.0, 0
    arrivals: list[tuple[float, int]] = []
    answers: list[tuple[float, int]] = []
    busy: set[int] = set()
    number = 0
    while number < count:
        while answers and answers[0][0] <= now:
            at, chat_id = heapq.heappop(answers)
            sender.landed(chat_id, at)
            busy.discard(chat_id)
        chat_id = chat_of[number]
        empty = sender.list_empty(now).get(chat_id, now)
        wait = max(sender.bot_wait(now), empty - now)
        if chat_id in busy or wait > 1e-9:
            ends = [now + wait] if chat_id not in busy else []
            now = min([*ends, *(at for at, _ in answers[:1])])
            continue
        sender.take(chat_id, now)
        arrived = max(now, (now + latency * chance.random()) // (latency or 1) * latency)
        arrivals.append((arrived, chat_id))
        heapq.heappush(answers, (arrived + latency * chance.random(), chat_id))
        busy.add(chat_id)
        number += 1
    for at, chat_id in sorted(arrivals):
        refused += telegram.charge(chat_id, at) > 0
    return now, refused


@pytest.mark.parametrize("latency", [0.0, 0.05, 0.1, 0.4])
def test_a_broadcast_keeps_nearly_all_of_the_pace_and_meets_no_429(latency: float) -> None:
    count = 3000
    took, refused = send_all(count, {n: n for n in range(count)}, latency)
    assert refused == 0
    assert count / took >= 0.98 * ours.BOT_PER_SECOND


def test_a_network_that_stands_still_for_seconds_brings_no_429() -> None:
    count = 3000
    _, refused = send_all(count, {n: n for n in range(count)}, 3.0)
    assert refused == 0


def test_a_call_that_was_never_made_is_not_waited_for_for_ever() -> None:
    limits = ours.Limits(0.0)
    for chat_id in range(ours.BOT_BURST - ours.RESERVE):
        limits.take(chat_id, 0.0)
    assert limits.bot_wait(ours.LOST_AFTER) > 0
    assert limits.bot_wait(ours.LOST_AFTER + 0.1) > 0, "they may have arrived just now"
    assert limits.bot_wait(ours.LOST_AFTER + 2) == 0


def test_one_chat_meets_no_429() -> None:
    took, refused = send_all(50, dict.fromkeys(range(50), 1), 0.08)
    assert refused == 0
    assert took < 52


def test_a_group_gets_twenty_in_a_minute_and_no_more() -> None:
    took, refused = send_all(50, dict.fromkeys(range(50), -1), 0.0)
    assert refused == 0
    assert 120 <= took < 121


@given(
    pauses=st.lists(st.floats(0, 90), min_size=25, max_size=60),
    latencies=st.lists(st.floats(0, 2), min_size=60, max_size=60),
)
def test_in_no_minute_does_a_group_get_more(pauses: list[float], latencies: list[float]) -> None:
    window, now, arrived = ours.Window(ours.GROUP_BURST, ours.GROUP_PER_SECOND), 0.0, [0.0] * 0
    for pause, latency in zip(pauses, latencies, strict=False):
        now += pause
        now += window.wait(now)
        window.take(now)
        now += latency
        window.landed(now)
        arrived.append(now)
    for first, later in zip(arrived, arrived[20:], strict=False):
        assert later - first >= 60 - 1e-6


def test_a_group_that_was_told_to_wait_begins_with_one() -> None:
    window = ours.Window(ours.GROUP_BURST, ours.GROUP_PER_SECOND)
    window.take(0.0)
    window.drain(100.0)
    assert window.wait(100.0) == 0
    assert not window.is_full(100.0)
    window.take(100.0)
    assert window.wait(100.0) == pytest.approx(3)
    assert window.is_full(160.0)


def test_chats_that_are_full_again_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "CHATS_KEPT", 10)
    limits = ours.Limits(0.0)
    for chat_id in range(50):
        limits.take(chat_id, chat_id * 1.0)
    assert len(limits._chats) <= 10


# What became of a call


class Lost(Exception):
    """Something aiohttp might raise, with the address in its words."""


def network_error(cause: Exception) -> TelegramNetworkError:
    error = TelegramNetworkError(GetMe(), f"{cause} https://api.telegram.org/bot1:secret/getMe")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ClientDecodeError("no JSON", ValueError(), "<html>"), Kind.UNKNOWN),
        (TimeoutError(), Kind.UNKNOWN),
        (network_error(Lost("x")), Kind.UNKNOWN),
        (TelegramServerError(GetMe(), "HTTP 502"), Kind.FAILED_THERE),
        (TypeError("our own mistake"), Kind.REFUSED),
    ],
)
def test_what_may_have_arrived_is_unknown(error: Exception, kind: Kind) -> None:
    assert failed(error).kind is kind


def test_an_answer_that_is_no_message_is_a_success_all_the_same() -> None:
    assert succeeded(True).message_id is None
    assert succeeded({"message_id": 5, "unheard": {"of": 1}}).message_id == 5


@pytest.mark.parametrize(
    "error",
    [
        network_error(Lost("https://api.telegram.org/bot123456:AAbbccddee/x")),
        ValueError("https://api.telegram.org/bot123456:AAbbccddee/sendMessage"),
        ClientDecodeError("x", ValueError(), {"text": "bot123456:AAbbccddee"}),
    ],
)
def test_no_error_is_described_with_the_token(error: Exception) -> None:
    assert "AAbbccddee" not in describe(error)
    assert "secret" not in describe(error)


def test_a_row_is_exactly_what_is_sent() -> None:
    from aiogram.methods import SendMessage
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    button = InlineKeyboardButton(text="Go", url="https://example.org")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    assert freeze(SendMessage(chat_id=1, text="a", reply_markup=keyboard)) == (
        "sendMessage",
        {
            "chat_id": 1,
            "text": "a",
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {"inline_keyboard": [[{"text": "Go", "url": "https://example.org"}]]},
        },
    )


def test_a_broadcast_leaves_tokens_to_answers() -> None:
    at = 1000.0
    limits = ours.Limits(at)
    told = 0
    while not limits.bot_wait(at, spare=ours.FOR_ANSWERS):
        limits.take(told + 1, at)
        told += 1
    assert told == ours.BOT_BURST - ours.RESERVE - ours.FOR_ANSWERS
    for number in range(ours.FOR_ANSWERS):
        assert not limits.bot_wait(at)
        limits.take(1000 + number, at)
    assert limits.bot_wait(at)
