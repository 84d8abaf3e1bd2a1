"""Words of meetings, lessons, examinations and appointments, and of what only looks like them."""

from functools import lru_cache
from typing import Literal

from services.mail.reading.dates.tables import listed
from services.mail.reading.words import find_forms

Cue = Literal[
    "", "event", "verb", "start", "cancelled", "travel", "moved", "choice", "past", "hours"
]

_EVENTS = frozenset(
    listed(
        "встреча собрание созвон лекция занятие экзамен зачет пересдача вебинар семинар "
        "консультация конференция вечеринка праздник собеседование защита тренировка "
        "экскурсия заседание урок мастер-класс планерка стендап митап звонок дейли ретро "
        "ретроспектива обед ужин завтрак свадьба субботник рождение юбилей корпоратив "
        "утренник олимпиада контрольная коллоквиум репетиция совещание летучка интервью демо "
        "церемония отработка хакатон форум симпозиум осмотр прививка линейка день-рождения "
        "новоселье тестирование аттестация турнир пикник шашлык посиделки дебаты воркшоп "
        "тренинг практикум брифинг педсовет слет выпускной лабораторная разбор стрим "
        "трансляция эфир meeting call lesson class lecture exam examination webinar workshop "
        "seminar conference party appointment interview session standup training dinner lunch "
        "breakfast brunch ceremony wedding defence defense viva rehearsal agm meetup catchup "
        "catch-up demo kickoff hackathon tutorial drinks bbq barbecue picnic birthday "
        "symposium retreat offsite checkup induction orientation hearing practical midterm "
        "resit paper supper reception assembly evening quiz check-up gathering reunion tea "
        "coffee talk visit inspection town-hall retrospective retro sync 1:1 sprint clinic "
        "mot service fitting viewing panel"
    )
)
_WEAK_EVENTS = frozenset(
    listed("paper evening tea coffee talk visit service panel review quiz reception")
)
_VERBS = frozenset(
    listed(
        "встречаться встретиться собираться собраться созвониться созваниваться состояться "
        "приглашать пригласить отмечать праздновать увидеться видеться посидеть собирать "
        "разбирать отрабатывать записать записаны выступать выступить докладывать прийти "
        "приходить приезжать приехать подойти подходить подключаться подключиться заходить "
        "зайти пообедать поужинать rehearse meet join speak gather celebrate meets"
    )
)
_PHRASES = (
    ("takes", "place"), ("take", "place"), ("taking", "place"), ("is", "on"), ("see", "you"),
    ("catch", "up"), ("get", "together"), ("invited", "to"), ("will", "be", "held"),
    ("scheduled", "for"), ("booked", "for"), ("is", "scheduled"), ("записаны", "на"),
    ("'", "evening"), ("’", "evening"), ("мастер", "-"), ("open", "evening"),
    ("прием", "у"), ("прием", "к"), ("прием", "врача"), ("на", "прием"),
    ("приема", "у"), ("приему", "у"),
    ("ждем", "вас"), ("жду", "вас"), ("ждем", "тебя"), ("come", "to"), ("come", "over"),
    ("come", "along"), ("come", "round"),
)  # fmt: skip
_STARTS = frozenset(
    listed(
        "начало начинать начинаться начаться старт время сбор пройти проходить проводить "
        "провести делать сдавать start starts begin begins time when held run runs"
    )
)
_CANCELLED = frozenset(
    listed("отмена отменить отменять отменяться отменен cancelled canceled cancel postponed off")
)
_TRAVEL = frozenset(
    listed(
        "рейс поезд вылет вылетать прилет отправление прибытие отель гостиница заезд выезд "
        "курьер доставка доставить посылка билет сеанс спектакль концерт фильм самолет "
        "автобус доставляться привезти отключение отключать плановый вывоз flight train "
        "departure departs depart arrival hotel check-in check-out checkout courier delivery "
        "delivered deliver parcel film movie concert screening performance coach ferry "
        "boarding shuttle outage maintenance downtime"
    )
)
_MOVED = frozenset(
    listed("перенести переносить переноситься перенесен перенос move moved rescheduled moves")
)
_CHOICE = frozenset(
    listed(
        "удобно удобный удобнее вариант подойти устроить suit suits which options option "
        "prefer slots slot either предпочитать poll doodle whichever manage"
    )
)
_HOURS = frozenset(
    listed("ежедневно перерыв график режим работать вестись круглосуточно hours daily open")
)
_PAST = frozenset(listed("прошлый прошедший состоявшийся last previous yesterday вчерашний вчера"))


@lru_cache(16_384)
def cue_of(word: str) -> Cue:
    """What a folded word says of the day beside it."""
    lemmas = find_forms(word).lemmas if word[0].isalpha() else frozenset((word,))
    for words, cue in _TABLE:
        if words & lemmas:
            return cue
    return ""


_TABLE: tuple[tuple[frozenset[str], Cue], ...] = (
    (_CANCELLED, "cancelled"),
    (_TRAVEL, "travel"),
    (_EVENTS - _WEAK_EVENTS, "event"),
    (_VERBS, "verb"),
    (_MOVED, "moved"),
    (_STARTS, "start"),
    (_CHOICE, "choice"),
    (_PAST, "past"),
    (_HOURS, "hours"),
)


def cues_of(words: list[str]) -> set[Cue]:
    """What all these words say; a "call for papers" is no call."""
    return {
        cue_of(word)
        for at, word in enumerate(words)
        if word[0].isalpha() and not (word == "call" and words[at + 1 : at + 2] == ["for"])
    }


def has_phrase(words: list[str]) -> bool:
    """Whether two or three words together say that people meet."""
    return any(
        words[at : at + len(phrase)] == [*phrase]
        for phrase in _PHRASES
        for at in range(len(words) - len(phrase) + 1)
        if words[at] == phrase[0]
    )
