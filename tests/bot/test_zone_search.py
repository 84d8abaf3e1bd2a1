"""A city is found however it is written; a distance, by those who live at it."""

from datetime import date

import pytest

from services.bot.zones import search
from services.bot.zones.cities import CITIES
from shared.texts import LOCALES
from shared.zones import zone_names

WINTER, SUMMER = date(2026, 1, 15), date(2026, 7, 15)


def found(query: str, locale: str = "ru", on: date = WINTER) -> list[str]:
    return [zone.name for zone in search.find(query, locale, on).zones]


@pytest.mark.parametrize(
    ("query", "zone"),
    [
        ("Москва", "Europe/Moscow"),
        ("  мОсКвА ", "Europe/Moscow"),
        ("Moscow", "Europe/Moscow"),
        ("г. Казань", "Europe/Moscow"),
        ("орел", "Europe/Moscow"),
        ("Орёл", "Europe/Moscow"),
        ("санкт петербург", "Europe/Moscow"),
        ("Санкт–Петербург", "Europe/Moscow"),
        ("петербург", "Europe/Moscow"),
        ("питер", "Europe/Moscow"),
        ("нью йорк", "America/New_York"),
        ("new-york", "America/New_York"),
        ("Sao Paulo", "America/Sao_Paulo"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Киев", "Europe/Kyiv"),
        ("Kiev", "Europe/Kyiv"),
        ("Пекин", "Asia/Shanghai"),
        ("Екатеринбур", "Asia/Yekaterinburg"),
        # One slip: a sign too many, one missing, another, two the wrong way round.
        ("Екатеринбург1", "Asia/Yekaterinburg"),
        ("Екатеринбрг", "Asia/Yekaterinburg"),
        ("масква", "Europe/Moscow"),
        ("беррлин", "Europe/Berlin"),
        ("ебрлин", "Europe/Berlin"),
        ("мсоква", "Europe/Moscow"),
    ],
)
def test_a_city_is_known_however_it_is_written(query: str, zone: str) -> None:
    for locale in LOCALES:
        assert found(query, locale)[:1] == [zone]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("UTC+5", "Asia/Yekaterinburg"),
        ("utc +5", "Asia/Yekaterinburg"),
        ("GMT+3", "Europe/Moscow"),
        ("МСК+2", "Asia/Yekaterinburg"),
        ("мск -1", "Europe/Kaliningrad"),
        ("MSK", "Europe/Moscow"),
        ("+7", "Asia/Novosibirsk"),
        ("UTC+05:30", "Asia/Kolkata"),
        ("UTC−5", "America/New_York"),
        ("utc", "Europe/London"),
    ],
)
def test_a_distance_finds_those_who_live_at_it(query: str, first: str) -> None:
    zones = search.find(query, "ru", WINTER).zones
    assert zones[0].name == first
    assert len({zone.distance for zone in zones}) == 1
    assert len(zones) <= search.MOST


def test_a_distance_is_that_of_the_day() -> None:
    assert "Europe/Berlin" in found("UTC+1", on=WINTER)
    assert "Europe/Berlin" in found("UTC+2", on=SUMMER)


@pytest.mark.parametrize(
    "query",
    ["", " ", "?", "🙂", "Хо", "абракадабра", "UTC+99", "+", "UTC+5:75", "5", "/", "a\x00b"],
)
def test_what_means_nothing_finds_nothing(query: str) -> None:
    assert found(query) == []


def test_a_beginning_finds_the_cities_that_begin_so_eight_at_most() -> None:
    assert found("нижний") == ["Europe/Moscow", "Asia/Yekaterinburg"]
    assert len(found("сан")) == search.MOST
    assert len(set(found("сан"))) == search.MOST
    assert search.find("сан", "ru", WINTER).has_more
    assert not search.find("нижний", "ru", WINTER).has_more


def test_who_names_a_city_is_shown_that_city() -> None:
    (zone,) = search.find("Kazan", "en", WINTER).zones
    assert (zone.name, zone.label) == ("Europe/Moscow", "Kazan, UTC+3")


def test_every_city_of_the_table_has_a_zone_and_is_found_in_it() -> None:
    assert set(CITIES) <= zone_names()
    for zone, cities in CITIES.items():
        canonical = found(zone)
        for city in cities.split("|"):
            assert canonical[0] in found(city), city


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        ("омск", "омск", True),
        ("омск", "томск", True),
        ("омск", "омс", True),
        ("омск", "оиск", True),
        ("омск", "мосск", False),
        ("омск", "моск", True),
        ("", "о", True),
        ("", "ом", False),
        ("абв", "вба", False),
    ],
)
def test_one_slip_is_forgiven_and_no_second(one: str, other: str, is_near: bool) -> None:
    assert search.is_one_slip_away(one, other) is is_near
    assert search.is_one_slip_away(other, one) is is_near
