"""What cannot wait: a near deadline, a person's words, an alert's order."""

from datetime import timedelta

import pytest

from services.mail.reading.reading import Deadline
from services.mail.reading.scan import scan_letter
from services.mail.reading.urgency import find_urgency
from tests.mail.made_letters import WRITTEN_AT, make_letter, read_letter

SENTENCES = [
    ("Срочно нужен твой ответ!", True),
    ("Это не срочно.", False),
    ("Ответь как можно скорее, пожалуйста.", True),
    ("Дело горит, клиент ждёт.", True),
    ("Ничего срочного, просто новости.", False),
    ("Если срочно, звоните.", False),
    ("I need this ASAP.", True),
    ("No rush on this.", False),
    ("It's not urgent.", False),
    ("This is urgent, please read now.", True),
    ("I'll get back to you as soon as possible.", False),
    ("Please reply as soon as you can.", True),
    ("For urgent matters call my mobile.", False),
    ("Требуется ваше немедленное вмешательство.", True),
    ("Пришлите безотлагательно.", True),
    ("Отвечу как можно скорее.", False),
    ("В срочном порядке пришлите акт.", True),
    ("Она срочно уехала к маме.", False),
    ("Can you look at this immediately?", True),
    ("The shop sells out immediately after opening.", False),
    ("Time-sensitive: the bid closes soon.", True),
    ("There is no urgency.", False),
    ("Я бы не сказала, что это срочно.", False),
    ("Прошу отреагировать незамедлительно.", True),
]
ALERTS = [
    ("Change your password now.", True),
    ("If it was not you, change your password immediately.", False),
    ("Was it you? If not, change your password now.", False),
    ("Немедленно смените пароль.", True),
    ("Если это были не вы, немедленно смените пароль.", False),
    ("Your password was changed on 3 May.", False),
]


@pytest.mark.parametrize(("text", "is_urgent"), SENTENCES, ids=range(len(SENTENCES)))
def test_a_person_says_that_it_is_urgent(text: str, is_urgent: bool) -> None:
    urgency = find_urgency(
        scan_letter(make_letter(text)),
        deadline=None,
        written_at=WRITTEN_AT,
        status="person",
        category="work",
    )

    assert (urgency is not None) is is_urgent


@pytest.mark.parametrize(("text", "is_urgent"), ALERTS, ids=range(len(ALERTS)))
def test_an_alert_is_urgent_only_where_it_orders_without_an_if(text: str, is_urgent: bool) -> None:
    urgency = find_urgency(
        scan_letter(make_letter(text)),
        deadline=None,
        written_at=WRITTEN_AT,
        status="automatic",
        category="security",
    )

    assert (urgency is not None) is is_urgent


@pytest.mark.parametrize(
    ("hours", "is_urgent"), [(1, True), (71.9, True), (72, False), (200, False)]
)
def test_a_deadline_is_urgent_below_seventy_two_hours(hours: float, is_urgent: bool) -> None:
    urgency = find_urgency(
        scan_letter(make_letter("Hello.")),
        deadline=Deadline(WRITTEN_AT + timedelta(hours=hours), "by then"),
        written_at=WRITTEN_AT,
        status="automatic",
        category="study",
    )

    assert (urgency is not None) is is_urgent


def test_bulk_mail_is_never_urgent() -> None:
    reading = read_letter(
        "Срочно! Скидки до вечера пятницы. Отписаться от рассылки.", list_unsubscribe=True
    )

    assert reading.status == "bulk"
    assert not reading.urgent
