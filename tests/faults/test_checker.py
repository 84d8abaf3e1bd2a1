"""The checker bites: each thing that must not be is seen, and what is allowed is not held against
anybody."""

from pathlib import Path

from tests.faults.checker import Effect, Found, Verdict, check, together
from tests.faults.journal import Journal, Outcome

CONSUMERS = {"book": ("school", "chat")}
ALL = ("a1", "a2", "b1")


def journal(**outcomes: tuple[Outcome, ...]) -> Journal:
    """Each operation was tried; unless told otherwise it was acknowledged."""
    made = Journal()
    for name in (*ALL, *(set(outcomes) - set(ALL))):
        for outcome in ("invoke", *outcomes.get(name, ("ok",))):
            made.note(outcome, {name: name[0]}, book="book", poison=name.startswith("x"))
    return made


def effects(*names: str, consumer: str = "school") -> list[Effect]:
    return [Effect(consumer, name, name[0], int(name[1:])) for name in names]


def everywhere(*names: str) -> list[Effect]:
    return [*effects(*names), *effects(*names, consumer="chat")]


def judge(found: Found, **outcomes: tuple[Outcome, ...]) -> Verdict:
    return check(journal(**outcomes).lines, found, CONSUMERS)


def complaints(found: Found, **outcomes: tuple[Outcome, ...]) -> list[str]:
    return judge(found, **outcomes).complaints()


def test_where_all_happened_once_and_in_order_there_is_nothing_to_say() -> None:
    verdict = judge(Found(everywhere(*ALL), committed=ALL))
    assert verdict.complaints() == []
    assert (verdict.invoked, verdict.ok, verdict.failed, verdict.unknown) == (3, 3, 0, 0)


def test_keys_may_overtake_one_another() -> None:
    assert complaints(Found(everywhere("b1", "a1", "a2"))) == []


def test_what_one_consumer_never_got_is_lost() -> None:
    found = Found([*effects(*ALL), *effects("a1", "a2", consumer="chat")])
    verdict = judge(found)
    assert verdict.lost == 1
    assert verdict.examples == ["lost at chat: b1"]


def test_what_was_acknowledged_but_has_no_row_is_lost() -> None:
    assert complaints(Found(everywhere(*ALL), committed=("a1", "a2"))) == ["1 lost"]


def test_an_effect_nobody_asked_for_is_unexpected() -> None:
    assert complaints(Found(everywhere(*ALL, "c1"))) == ["2 unexpected"]


def test_an_effect_of_what_was_refused_is_unexpected() -> None:
    found = Found(everywhere(*ALL))
    assert complaints(found, b1=("fail",)) == ["2 unexpected"]


def test_what_was_refused_and_did_not_happen_is_fine() -> None:
    verdict = judge(Found(everywhere("a1", "a2")), b1=("fail",))
    assert verdict.complaints() == []
    assert verdict.failed == 1


def test_an_effect_that_happened_twice_is_duplicated() -> None:
    found = Found([*effects(*ALL, "a2"), *effects(*ALL, consumer="chat")])
    assert complaints(found) == ["1 duplicated"]


def test_a_chat_may_be_told_twice_where_that_is_said_but_not_three_times() -> None:
    twice = Found([*effects(*ALL), *effects("a1", "a1", "a2", "b1", consumer="chat")])
    assert complaints(twice) == ["1 told twice"]
    assert judge(twice).complaints(may_tell_twice=True) == []
    thrice = Found([*effects(*ALL), *effects("a1", "a1", "a1", "a2", "b1", consumer="chat")])
    assert judge(thrice).complaints(may_tell_twice=True) == ["1 duplicated"]


def test_a_message_that_was_given_up_where_all_can_see_it_is_not_lost() -> None:
    found = Found(
        [*effects(*ALL), *effects("a1", "a2", consumer="chat")], given_up={("chat", "b1")}
    )
    assert complaints(found) == ["1 given up"]
    assert judge(found).complaints(may_tell_twice=True) == []


def test_a_later_one_before_an_earlier_one_of_its_key_is_reordered() -> None:
    found = Found([*effects("a2", "a1", "b1"), *effects(*ALL, consumer="chat")])
    assert complaints(found) == ["1 reordered"]
    assert judge(found).complaints(keeps_order=False) == []


def test_a_repetition_is_not_called_reordered_as_well() -> None:
    found = Found([*effects("a1", "a2", "a1", "b1"), *effects(*ALL, consumer="chat")])
    assert complaints(found) == ["1 duplicated"]


def test_an_unknown_that_happened_is_recovered_and_has_to_happen_everywhere() -> None:
    verdict = judge(Found(everywhere(*ALL), committed=ALL), b1=("unknown",))
    assert verdict.complaints() == []
    assert (verdict.unknown, verdict.recovered) == (1, 1)
    half = Found([*everywhere("a1", "a2"), *effects("b1")])
    assert complaints(half, b1=("unknown",)) == ["1 lost"]
    ghost = Found(everywhere("a1", "a2"), committed=ALL)
    assert complaints(ghost, b1=("unknown",)) == ["2 lost"]


def test_an_unknown_that_did_not_happen_is_fine() -> None:
    verdict = judge(Found(everywhere("a1", "a2"), committed=("a1", "a2")), b1=("unknown",))
    assert verdict.complaints() == []
    assert (verdict.unknown, verdict.recovered) == (1, 0)


def test_a_try_whose_end_was_never_written_down_is_unknown() -> None:
    verdict = judge(Found(everywhere(*ALL)), b1=())
    assert (verdict.ok, verdict.unknown, verdict.recovered) == (2, 1, 1)


def test_what_was_unknown_at_first_and_then_acknowledged_is_ok() -> None:
    verdict = judge(Found(everywhere("a1", "a2")), b1=("unknown", "fail", "ok"))
    assert verdict.complaints() == ["2 lost"]


def test_poison_is_to_be_dead_at_everyone_and_to_have_no_effect() -> None:
    dead = {("school", "x1"), ("chat", "x1")}
    assert complaints(Found(everywhere(*ALL), dead=dead), x1=("ok",)) == []
    assert complaints(Found(everywhere(*ALL)), x1=("ok",)) == ["0 dead instead of 2"]
    assert complaints(Found(everywhere(*ALL, "x1"), dead=dead), x1=("ok",)) == ["2 unexpected"]


def test_a_good_one_that_is_dead_is_told_by_its_name() -> None:
    found = Found([*effects(*ALL), *effects("a1", "a2", consumer="chat")], dead={("chat", "b1")})
    assert complaints(found) == [
        "1 lost",
        "1 dead instead of 0",
        "stuck: b1 is dead at chat",
    ]


def test_what_does_not_come_to_rest_is_stuck() -> None:
    assert complaints(Found(everywhere(*ALL), stuck=["outbox of sync: 3"])) == [
        "stuck: outbox of sync: 3"
    ]


def test_verdicts_add_up() -> None:
    good = judge(Found(everywhere(*ALL)))
    bad = judge(Found(everywhere("a1", "a2"), stuck=["queue"]))
    whole = together([good, bad])
    assert (whole.invoked, whole.ok, whole.lost, list(whole.stuck)) == (6, 6, 2, ["queue"])


def test_the_journal_is_kept_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    kept = Journal(path)
    kept.note("invoke", {"a1": "a", "a2": "a"}, book="book")
    kept.note("ok", {"a1": "a"}, book="book")
    assert [line.count('"outcome"') for line in path.read_text().splitlines()] == [1, 1, 1]
