"""Whose term a Russian sentence speaks of: read from the nearest predicate, by word classes."""

from functools import lru_cache
from typing import Literal

from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.terms import russian_words as ru
from services.mail.reading.terms.role import NEAR, Role, Verdict
from services.mail.reading.words import _morphology, find_forms

Kind = Literal[
    "", "order", "come", "shop", "wish", "infinitive", "term", "thing", "window", "close",
    "open", "valid", "goods", "hours", "receive", "other", "neutral", "gain",
]  # fmt: skip


@lru_cache(16_384)
def kind_of(word: str) -> tuple[Kind, frozenset[str]]:
    """The class of a folded word, and the dictionary forms it may come from."""
    forms = find_forms(word)
    return _kind(word, forms.lemmas, forms.moods), forms.lemmas


def _kind(word: str, lemmas: frozenset[str], moods: frozenset[str]) -> Kind:
    for words, kind in _NOUNS:
        if words & lemmas:
            return kind
    if "2per" in moods and lemmas & ru.GAINS:
        return "gain"
    if "impr" in moods and len(word) > 3 and is_mostly_verb(word):
        return _order(lemmas)
    if "INFN" in moods and word.endswith(ru.INFINITIVE_ENDS):
        return "infinitive"
    if word.startswith("закрыт"):
        return "hours"
    if lemmas & ru.WINDOWS or (
        word.endswith("ся") and "futr" not in moods and _is_handed_in(lemmas)
    ):
        return "window"
    if lemmas & ru.ENDING or lemmas & ru.RUNNING:
        return "close"
    if lemmas & ru.OPEN:
        return "open"
    if "следовать" in lemmas and word not in ("следует", "следовало"):
        return ""
    if lemmas & ru.WISHES and not ("past" in moods and lemmas & {"успеть", "ожидать", "хотеть"}):
        return "wish"
    if "2per" in moods and is_mostly_verb(word):
        return "order"
    return _told(word, lemmas, moods)


_NOUNS: tuple[tuple[frozenset[str], Kind], ...] = (
    (ru.TERMS, "term"),
    (ru.VALID, "valid"),
    (ru.THINGS, "thing"),
    (ru.GOODS, "goods"),
    (ru.HOURS, "hours"),
)


def _order(lemmas: frozenset[str]) -> Kind:
    if lemmas & ru.LASTING:
        return "other"
    if lemmas & ru.HANDED_OVER:
        return "order"
    if lemmas & ru.COMING:
        return "come"
    if lemmas & ru.SHOPPING:
        return "shop"
    return "neutral" if lemmas & ru.NOT_ORDERS else "order"


def _told(word: str, lemmas: frozenset[str], moods: frozenset[str]) -> Kind:
    """A verb in the first or third person, or in the past: somebody else's."""
    if lemmas & {"быть", "стать", "являться", "остаться", "оставаться"}:
        return "neutral"
    if not is_mostly_verb(word):
        return ""
    verbs = {lemma for lemma in lemmas if lemma.endswith(ru.INFINITIVE_ENDS) and lemma != word}
    if not verbs or word in ru.HOMONYMS or not ru.FINITE.search(word):
        return ""
    return "receive" if lemmas & ru.RECEIVING else "other"


def is_mostly_verb(word: str) -> bool:
    """Whether a form is met as a verb more often than as a noun: "раздел" is not."""
    return bool(_morphology().parse(word)[0].tag.POS == "VERB")


def _is_handed_in(lemmas: frozenset[str]) -> bool:
    """ "Сдаются", "подаются", "оплачивается": done by whoever must."""
    bases = {lemma.removesuffix("ся") for lemma in lemmas if lemma.endswith("ся")}
    return bool(bases & ru.HANDED_OVER - ru.NOT_HANDED_IN)


def verdict_at(tokens: Tokens, start: int, at: int) -> Verdict | None:
    """What is said of the moment at `at` by the words of `start`..`at`, the nearest first."""
    infinitive: frozenset[str] | None = None
    thing = goods = False
    for place in range(at - 1, start - 1, -1):
        word = tokens.word(place)
        if not word[0].isalpha() or word[0] < "а":
            continue
        if word in ru.SUBORDINATING and tokens.word(place - 1) == ",":
            break
        kind, lemmas = kind_of(word)
        if not kind or kind == "neutral":
            if word == "есть" and {"вас", "нас", "тебя"} & set(tokens.words(place - 3, place)):
                return Verdict(Role.ASK)
            continue
        if _is_passed_over(tokens, place, kind, lemmas):
            continue
        if kind == "infinitive":
            infinitive = infinitive or lemmas
        elif kind == "thing":
            thing = True
        elif kind == "goods":
            goods = True
        else:
            found = _decide(
                tokens,
                place,
                kind,
                lemmas,
                infinitive=infinitive,
                thing=thing,
                goods=goods,
                start=start,
            )
            return found if at - place <= NEAR else Verdict(found.role)
    if goods and not thing:
        return Verdict(Role.VALID)
    if infinitive is not None:
        spared = "не" in tokens.words(at, at + 6) and "нужно" in tokens.words(at, at + 7)
        return Verdict(Role.OTHER) if spared else _infinitive(infinitive)
    return Verdict(Role.TERM) if thing else None


def _is_passed_over(tokens: Tokens, at: int, kind: Kind, lemmas: frozenset[str]) -> bool:
    """A word of a class that here does not say what its class does."""
    after = tokens.word(at + 1)
    if kind == "term" and "дата" in lemmas:
        return after not in ru.DATE_OF
    if kind == "term" and not lemmas & {"срок", "дедлайн"}:
        return after not in ru.LAST_OF
    if "бесплатный" in lemmas:
        return after.startswith("хранен")
    if kind == "goods" and "возврат" in lemmas:
        return after not in ("товара", "денег", "средств", "билета", "билетов", "заказа")
    if kind == "hours" and lemmas & ru.HOURS_OF:
        return after not in ("работы", "приема", "посещения")
    return kind == "shop" and tokens.word(at - 1) in ("или", "и", "либо")


def _infinitive(lemmas: frozenset[str]) -> Verdict:
    if lemmas & ru.COMING:
        return Verdict(Role.COME)
    if lemmas & ru.SHOPPING:
        return Verdict(Role.VALID)
    return Verdict(Role.ASK, hands_over=bool(lemmas & ru.HANDED_OVER))


def _decide(
    tokens: Tokens,
    at: int,
    kind: Kind,
    lemmas: frozenset[str],
    *,
    infinitive: frozenset[str] | None,
    thing: bool,
    goods: bool,
    start: int,
) -> Verdict:
    if kind == "term":
        others = tokens.word(at + 1) in ru.NOT_THE_READERS
        return Verdict(Role.VALID if others else Role.TERM, hands_over=not others)
    if kind == "wish" and "ничего" in tokens.words(at - 5, at):
        return Verdict(Role.OTHER)
    if kind in ("order", "wish") and tokens.word(at - 1) == "не" and not _is_condition(tokens, at):
        return Verdict(Role.OTHER)
    if kind == "order" and infinitive is not None:
        return _infinitive(infinitive)
    if kind == "order":
        return Verdict(Role.ASK, hands_over=bool(lemmas & ru.HANDED_OVER))
    if kind == "wish":
        return _wish(tokens, at, start, infinitive, lemmas)
    if kind == "window":
        return _window(tokens, at, lemmas, goods=goods and not thing)
    if kind in ("close", "open"):
        found = thing or has_thing(tokens, start, at)
        if found:
            return Verdict(Role.TERM, hands_over=not lemmas & ru.RUNNING)
        return Verdict(Role.VALID if goods else Role.HOURS if kind == "open" else Role.OTHER)
    if kind == "receive":
        refused = "не" in (tokens.word(at - 1), tokens.word(at - 2))
        return Verdict(Role.ASK if refused else Role.OTHER)
    if kind == "gain":
        return _gain(tokens, at)
    if kind == "other" and _is_for_print(tokens, at, lemmas):
        return Verdict(Role.WINDOW, hands_over=True)
    if "ожидаться" in lemmas and has_thing(tokens, start, at):
        return Verdict(Role.WINDOW, hands_over=True)
    if kind == "other" and lemmas & ru.SWITCHING_OFF and has_thing(tokens, start, at):
        return Verdict(Role.WINDOW, hands_over=True)
    if kind == "other" and _is_common_duty(tokens, at, start, lemmas):
        return Verdict(Role.ASK, hands_over=True)
    if kind == "other" and {"каждый", "каждая", "все"} & set(tokens.words(at - 3, at)):
        return Verdict(Role.ASK, hands_over=True)
    return Verdict(_ROLES.get(kind, Role.OTHER))


def _is_for_print(tokens: Tokens, at: int, lemmas: frozenset[str]) -> bool:
    """ "Номер уходит в типографию": what is not in by then is left out."""
    return bool(lemmas & ru.GOING_OUT) and not ru.PRINT.isdisjoint(tokens.words(at + 1, at + 5))


def _is_common_duty(tokens: Tokens, at: int, start: int, lemmas: frozenset[str]) -> bool:
    """ "Деньги сдаём до пятницы": all of us, the reader too; "мы сдаём" is the writer's own."""
    common = tokens.word(at).endswith(("ем", "им")) and bool(lemmas & ru.COMMON_DUTIES)
    return common and "мы" not in tokens.words(max(start, at - 4), at)


def _gain(tokens: Tokens, at: int) -> Verdict:
    """ "Вы получите" promises, "получите до пятницы" asks."""
    promised = {"вы", "ты"} & set(tokens.words(at - 4, at))
    return Verdict(Role.OTHER if promised else Role.ASK, hands_over=True)


_ROLES: dict[str, Role] = {
    "come": Role.COME,
    "shop": Role.VALID,
    "valid": Role.VALID,
    "hours": Role.HOURS,
}


def _is_condition(tokens: Tokens, at: int) -> bool:
    """ "Если не ответите до пятницы" asks, "не отвечайте до пятницы" does not."""
    return "если" in tokens.words(at - 8, at) or tokens.word(at).endswith("ете")


@lru_cache(16_384)
def _is_others(word: str) -> bool:
    """Whether a word before "нужно" says for whom, and that is not the reader: "подрядчику"."""
    if word[0] < "а" or not ru.READERS.isdisjoint(find_forms(word).lemmas):
        return False
    tag = _morphology().parse(word)[0].tag
    return bool(tag.POS == "NOUN" and tag.case == "datv")


@lru_cache(16_384)
def _tells(word: str) -> bool:
    return _morphology().parse(word)[0].tag.POS in ("VERB", "PRTS", "INFN", "GRND")


def has_verb(words: list[str]) -> bool:
    """Whether anything is told by a verb or a short participle."""
    return any(_tells(word) for word in words if word[0] >= "а")


def has_thing(tokens: Tokens, start: int, end: int) -> bool:
    """Whether what is handed in, or its term, is named between `start` and `end`."""
    return any(
        kind_of(word)[0] in ("thing", "term") for word in tokens.words(start, end) if word[0] >= "а"
    )


def _window(tokens: Tokens, at: int, lemmas: frozenset[str], *, goods: bool) -> Verdict:
    near = tokens.words(at - 2, at + 3)
    waited = lemmas & {"ждать", "ожидать", "дожидаться"}
    if "собирать" in lemmas and {"всех", "вас", "нас", "ребят", "друзей", "гостей"} & set(near):
        return Verdict(Role.COME)
    shut = lemmas & {"закрываться", "закрыться"}
    if shut and any(kind_of(word)[1] & ru.SHUT for word in near if word[0] >= "а"):
        return Verdict(Role.HOURS)
    if waited and {"вас", "тебя", "всех", "нас"} & set(near):
        return Verdict(Role.COME)
    if goods:
        return Verdict(Role.VALID)
    booked = lemmas & {"забронировать", "зарезервировать"}
    return Verdict(Role.ASK if waited else Role.WINDOW, hands_over=not booked)


def _wish(
    tokens: Tokens,
    at: int,
    start: int,
    infinitive: frozenset[str] | None,
    lemmas: frozenset[str],
) -> Verdict:
    """ "Нужно прислать" asks; "мне нужно сдать" and "подрядчик должен закончить" do not."""
    done = infinitive or _infinitive_before(tokens, start, at)
    own = tokens.word(at) in ru.OWN_WISHES and not done & ru.RECEIVING
    if own and (done or lemmas & {"успеть", "успевать"}):
        return Verdict(Role.OTHER)
    impersonal = lemmas & {"нужный", "надо", "необходимо", "необходимый", "следовать", "предстоять"}
    governed = ru.DATIVE_PREPOSITIONS.intersection(tokens.words(max(start, at - 4), at))
    if done and impersonal and at > start and not governed and _is_others(tokens.word(at - 1)):
        return Verdict(Role.OTHER)
    if done & ru.GIVING_BACK and lemmas & {"можно", "мочь", "смочь"}:
        return Verdict(Role.VALID)
    before = tokens.words(max(start, at - 4), at)
    asked_before = tokens.word(at).endswith(("сил", "сила", "сили"))
    if asked_before and {"он", "она", "они", "меня", "нас"} & {*before, tokens.word(at + 1)}:
        return Verdict(Role.OTHER)
    if done and ru.DATIVES & {*before, tokens.word(at + 1)} and not done & ru.LEARNING:
        return Verdict(Role.OTHER)
    binds = lemmas & {"должный", "должен", "обязать", "обязанный", "обязан", "мочь", "смочь"}
    if binds and done & {"поступить", "прийти", "дойти"}:
        return Verdict(Role.ASK, hands_over=True)
    if binds and done and not done & ru.LEGAL_PASSIVE and not _readers_among(before):
        return Verdict(Role.OTHER)
    if done & ru.COMING - ru.LEGAL_PASSIVE:
        return Verdict(Role.COME)
    if done & ru.SHOPPING:
        return Verdict(Role.VALID)
    return Verdict(Role.ASK, hands_over=bool(done & ru.HANDED_OVER if done else "нужный" in lemmas))


def _infinitive_before(tokens: Tokens, start: int, at: int) -> frozenset[str]:
    """The infinitive that a wish after it governs: "сдать работу нужно до пятницы"."""
    for place in range(at - 1, max(start, at - 6) - 1, -1):
        kind, lemmas = kind_of(tokens.word(place)) if tokens.word(place)[0] >= "а" else ("", None)
        if kind == "infinitive" and lemmas is not None:
            return lemmas
        if kind not in ("", "thing", "goods"):
            break
    return frozenset()


def _readers_among(words: list[str]) -> bool:
    """Whether the subject is the reader, or nobody is named."""
    named = [word for word in words if word[0] >= "а" and len(word) > 1]
    if not named or named[-1] in ("не", "также", "еще", "тоже", "и"):
        named = named[:-1]
    return not named or any(not ru.READERS.isdisjoint(find_forms(word).lemmas) for word in named)
