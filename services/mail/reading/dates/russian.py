"""Russian words of time in all their cases, folded as tokens are (lower case, ё as е)."""

from collections.abc import Sequence

from services.mail.reading.dates.tables import listed


def forms(stems: str, endings: str) -> list[str]:
    """Every stem with every ending; "-" is the empty ending."""
    return [stem + ending.strip("-") for stem in stems.split() for ending in endings.split()]


def _numbered(first: int, groups: Sequence[Sequence[str]]) -> dict[str, int]:
    return {form: number for number, group in enumerate(groups, first) for form in group}


_SOFT = "ь я ю ем е"
_HARD = "- а у ом е"
_FEMININE = "а ы е у ой"

MONTHS = _numbered(
    1,
    [
        [*forms("январ", _SOFT), "янв"],
        [*forms("феврал", _SOFT), "фев", "февр"],
        [*forms("март", _HARD), "мар"],
        [*forms("апрел", _SOFT), "апр"],
        forms("ма", "й я ю ем е"),
        [*forms("июн", _SOFT), "июн"],
        [*forms("июл", _SOFT), "июл"],
        [*forms("август", _HARD), "авг"],
        [*forms("сентябр", _SOFT), "сен", "сент"],
        [*forms("октябр", _SOFT), "окт"],
        [*forms("ноябр", _SOFT), "ноя", "нояб"],
        [*forms("декабр", _SOFT), "дек"],
    ],
)

WEEKDAYS = _numbered(
    0,
    [
        [*forms("понедельник", _HARD), "пн", "пнд"],
        [*forms("вторник", _HARD), "вт"],
        [*forms("сред", _FEMININE), "ср"],
        [*forms("четверг", _HARD), "чт"],
        [*forms("пятниц", "а ы е у ей"), "пт"],
        [*forms("суббот", _FEMININE), "сб"],
        [*forms("воскресень", "е я ю ем и"), "вс"],
    ],
)

_TEENS = listed(
    "одиннадцат двенадцат тринадцат четырнадцат пятнадцат шестнадцат семнадцат "
    "восемнадцат девятнадцат двадцат"
)

CARDINALS = {
    **_numbered(
        1,
        [
            listed("один одна одно одного одной одному одним одном одну"),
            listed("два две двух двум двумя пара пару пары"),
            ["три", "трех", "трем", "тремя"],
            ["четыре", "четырех", "четырем", "четырьмя"],
            forms("пят", "ь и ью"),
            forms("шест", "ь и ью"),
            forms("сем", "ь и ью"),
            ["восемь", "восьми", "восемью", "восьмью"],
            forms("девят", "ь и ью"),
            forms("десят", "ь и ью"),
            *(forms(stem, "ь и ью") for stem in _TEENS),
        ],
    ),
    **dict.fromkeys(forms("тридцат", "ь и ью"), 30),
    **dict.fromkeys(("сорок", "сорока"), 40),
    **dict.fromkeys(("пятьдесят", "пятидесяти"), 50),
    **dict.fromkeys(("шестьдесят", "шестидесяти"), 60),
    **dict.fromkeys(("семьдесят", "семидесяти"), 70),
    **dict.fromkeys(("восемьдесят", "восьмидесяти"), 80),
    **dict.fromkeys(("девяносто", "девяноста"), 90),
    **dict.fromkeys(("сто", "ста"), 100),
}

_ORDINAL = "ое ого ому ым ом"
ORDINALS = {
    **_numbered(
        1,
        [
            *(forms(stem, _ORDINAL) for stem in ("перв", "втор")),
            ["третье", "третьего", "третьему", "третьим", "третьем"],
            *(forms(stem, _ORDINAL) for stem in listed("четверт пят шест седьм восьм девят")),
            forms("десят", _ORDINAL),
            *(forms(stem, _ORDINAL) for stem in _TEENS),
        ],
    ),
    **dict.fromkeys(forms("тридцат", _ORDINAL), 30),
}

ORDINAL_ENDINGS = frozenset(listed("го ого е ое му ому м ым"))
"""What follows a number and a hyphen: 5-го, 15-е, 3-му."""

UNITS = {
    **dict.fromkeys(listed("минута минуту минуты минут минуте минутам мин"), "minute"),
    **dict.fromkeys(listed("час часа часов часу часам часом ч часик часок"), "hour"),
    **dict.fromkeys(listed("день дня дней дню дни дням дн сутки суток суткам"), "day"),
    **dict.fromkeys(listed("неделя неделю недели недель неделе неделям нед недельку"), "week"),
    **dict.fromkeys(listed("месяц месяца месяцев месяцу месяцам мес"), "month"),
    **dict.fromkeys(["год", "года", "лет"], "year"),
}

WORKING = frozenset(
    [*forms("рабоч", "ий его ему ие их им"), *forms("банковск", "ий ого ому ие их им"), "раб", "р"]
)
"""What makes days working ones."""

PLAIN_DAYS = frozenset([*forms("календарн", "ый ого ому ые ых ым"), *forms("полн", "ый ых ые")])
"""What may stand between a number and its unit and changes nothing."""

RELATIVE_DAYS = {
    "позавчера": -2,
    "вчера": -1,
    **dict.fromkeys(["сегодня", *forms("сегодняшн", "ий его ему ем яя ей юю ее")], 0),
    **dict.fromkeys(["завтра", *forms("завтрашн", "ий его ему ем яя ей юю ее")], 1),
    **dict.fromkeys(["послезавтра", *forms("послезавтрашн", "ий его ему ем яя ей юю ее")], 2),
}

THIS = frozenset(listed("этот эта эту этой этого этому этом эти текущий текущую текущей")) | {
    "текущего",
    "текущему",
    "текущем",
}
COMING = frozenset(forms("ближайш", "ий ая ую ей его ему ее ем"))
NEXT = frozenset(
    [*forms("следующ", "ий ая ую ей его ему ее ем"), *forms("будущ", "ий ая ую ей его ему ее ем")]
)
PAST = frozenset(
    [
        *forms("прошл", "ый ая ую ой ого ому ое ом"),
        *forms("прошедш", "ий ая ую ей его ему ее ем"),
        *forms("минувш", "ий ая ую ей его ему ее ем"),
        *forms("предыдущ", "ий ая ую ей его ему ее ем"),
    ]
)
EVERY = frozenset([*forms("кажд", "ый ая ую ой ого ому ое ом"), "ежедневно"])

DAY_PARTS = {
    **dict.fromkeys(["утра", "утром", "утру", "утро"], "morning"),
    **dict.fromkeys(["дня", "днем"], "afternoon"),
    **dict.fromkeys(["вечера", "вечером", "вечеру", "вечер"], "evening"),
    **dict.fromkeys(["ночи", "ночью"], "night"),
}
NOON = frozenset(["полдень", "полудня", "полудню", "полуднем", "полдня"])
MIDNIGHT = frozenset(["полночь", "полночи", "полуночи"])
