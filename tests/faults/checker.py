"""Compares what was asked for with what happened; a pure function of both.

Words as in Jepsen's checks of queues. An operation is *ok* when any of its tries was acknowledged,
*unknown* when none was and one of them may have got through, else it *failed*.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

from tests.faults.journal import Line

CHAT = "chat"
"""The one consumer that may honestly be told twice, where the promise says so: Telegram knows no
repetition, so a message whose sending was cut short is sent once more."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an operation did at one consumer. `place` grows with the order of its key."""

    consumer: str
    id: str
    key: str
    place: int


@dataclass(frozen=True, slots=True)
class Found:
    """What there is after the faults, when all has drained or the time for it was up.

    `committed`: the operations whose business row stands; None where nobody can tell. `effects`:
    each consumer's in the order in which they happened. `dead`: consumer and operation. `given_up`:
    the same, of messages to a chat whose sending was cut short twice; they are shown as failed.
    `stuck`: what has not come to rest, in words.
    """

    effects: Sequence[Effect]
    committed: Collection[str] | None = None
    dead: Collection[tuple[str, str]] = ()
    given_up: Collection[tuple[str, str]] = ()
    stuck: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The counts. `examples` are for who has to find out why."""

    invoked: int = 0
    ok: int = 0
    failed: int = 0
    unknown: int = 0
    lost: int = 0
    unexpected: int = 0
    duplicated: int = 0
    told_twice: int = 0
    given_up: int = 0
    recovered: int = 0
    reordered: int = 0
    dead: int = 0
    dead_expected: int = 0
    stuck: Sequence[str] = ()
    examples: Sequence[str] = ()

    def complaints(self, *, may_tell_twice: bool = False, keeps_order: bool = True) -> list[str]:
        """What is not as promised, in words; nothing when all is well."""
        counts = {
            "lost": self.lost,
            "unexpected": self.unexpected,
            "duplicated": self.duplicated,
            "reordered": self.reordered if keeps_order else 0,
            "told twice": 0 if may_tell_twice else self.told_twice,
            "given up": 0 if may_tell_twice else self.given_up,
        }
        found = [f"{count} {word}" for word, count in counts.items() if count]
        if self.dead != self.dead_expected:
            found.append(f"{self.dead} dead instead of {self.dead_expected}")
        return [*found, *(f"stuck: {what}" for what in self.stuck)]


COUNTS = tuple(one.name for one in fields(Verdict) if one.type is int)


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """The sum of several."""

    def add(name: str) -> int:
        return sum(getattr(one, name) for one in verdicts)

    return Verdict(
        **{name: add(name) for name in COUNTS},
        stuck=[what for one in verdicts for what in one.stuck],
        examples=[what for one in verdicts for what in one.examples],
    )


def check(lines: Sequence[Line], found: Found, consumers: Mapping[str, Collection[str]]) -> Verdict:
    """Judge one run. `consumers` says who has to have the effect of a book's operations."""
    books = {line.id: line.book for line in lines}
    poison = {line.id for line in lines if line.poison}
    ok, failed, unknown = _sorted_by_outcome(lines)

    counts: dict[tuple[str, str], int] = defaultdict(int)
    for effect in found.effects:
        counts[effect.consumer, effect.id] += 1
    happened = {name for _, name in counts}
    if found.committed is not None:
        happened |= set(found.committed)
    due = (ok | (unknown & happened)) - poison
    lost = [
        (consumer, name)
        for name in sorted(due)
        for consumer in consumers[books[name]]
        if not counts[consumer, name] and (consumer, name) not in found.given_up
    ]
    # Acknowledged but without its business row is lost as well, whoever heard of it.
    if found.committed is not None:
        lost += [("nobody", name) for name in sorted(ok - set(found.committed))]
    unexpected = [
        (consumer, name)
        for consumer, name in counts
        if name not in books or name in failed or name in poison
    ]
    repeated = [(place, count) for place, count in counts.items() if count > 1]
    told_twice = [place for place, count in repeated if place[0].startswith(CHAT) and count == 2]
    duplicated = [
        place for place, count in repeated if not (place[0].startswith(CHAT) and count == 2)
    ]
    reordered = _reordered(found.effects)
    dead_expected = {
        (consumer, name) for name in poison & (ok | happened) for consumer in consumers[books[name]]
    }
    dead = set(found.dead)
    return Verdict(
        invoked=len(books),
        ok=len(ok),
        failed=len(failed),
        unknown=len(unknown),
        lost=len(lost),
        unexpected=len(unexpected),
        duplicated=len(duplicated),
        told_twice=len(told_twice),
        given_up=len(found.given_up),
        recovered=len(unknown & happened),
        reordered=len(reordered),
        dead=len(dead),
        dead_expected=len(dead_expected),
        stuck=[
            *found.stuck,
            *(f"{name} is dead at {consumer}" for consumer, name in sorted(dead - dead_expected)),
        ][:10],
        examples=[
            *(f"lost at {consumer}: {name}" for consumer, name in lost[:5]),
            *(f"unexpected at {consumer}: {name}" for consumer, name in unexpected[:5]),
            *(f"duplicated at {consumer}: {name}" for consumer, name in duplicated[:5]),
            *(f"told twice at {consumer}: {name}" for consumer, name in told_twice[:5]),
            *(f"reordered at {one.consumer}: {one.id} of {one.key}" for one in reordered[:5]),
        ],
    )


def _sorted_by_outcome(lines: Sequence[Line]) -> tuple[set[str], set[str], set[str]]:
    """The operations that were acknowledged, those that surely failed, and those nobody knows."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        counts[line.id][line.outcome] += 1
    ok = {name for name, seen in counts.items() if seen["ok"]}
    # A try of which no end is written may have got through, like one without an answer.
    failed = {name for name, seen in counts.items() if seen["invoke"] == seen["fail"]}
    return ok, failed - ok, set(counts) - ok - failed


def _reordered(effects: Sequence[Effect]) -> list[Effect]:
    """Effects that came after a later one of their key; repetitions are counted elsewhere."""
    latest: dict[tuple[str, str], int] = {}
    seen: set[tuple[str, str]] = set()
    late = []
    for effect in effects:
        if (effect.consumer, effect.id) in seen:
            continue
        seen.add((effect.consumer, effect.id))
        place = (effect.consumer, effect.key)
        if effect.place < latest.get(place, effect.place):
            late.append(effect)
        latest[place] = max(effect.place, latest.get(place, effect.place))
    return late
