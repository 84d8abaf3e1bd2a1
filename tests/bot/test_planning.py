"""When a notice comes: by the person's wall clock, in every zone, however clocks jump."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from services.bot.preferences.kinds import FEEDBACK, KINDS, MODES, RIGHTS, WORKS, Kind, Mode
from services.bot.preferences.planning import TIMES, Plan, Preferences, plan, quiet_end
from shared.zones import zone_of

MOSCOW = "Europe/Moscow"
NIGHT = Preferences(quiet_from=time(22), quiet_until=time(8))
ZONES = (
    MOSCOW,
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Africa/Casablanca",
    "nowhere",
)
# St John's goes back to yesterday, Samoa leaves out a day, Berlin jumps forth and back, Lord Howe
# by half an hour.
TURNS = [
    datetime(2010, 11, 7, 2, 31, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 3, 8, 5, 30, tzinfo=UTC),
]
MOMENTS = st.builds(
    lambda turn, minutes: turn + timedelta(minutes=minutes),
    st.sampled_from(TURNS),
    st.integers(-30 * 60, 30 * 60) | st.integers(0, 200 * 24 * 60),
)
PREFERENCES = st.builds(
    Preferences,
    quiet_from=st.sampled_from(TIMES),
    quiet_until=st.sampled_from(TIMES),
    digest_at=st.sampled_from(TIMES),
    modes=st.dictionaries(st.sampled_from([kind.name for kind in KINDS]), st.sampled_from(MODES)),
)
UNHURRIED = settings(deadline=None)
"""The first look at a zone reads its file."""
LONGEST_JUMP = timedelta(days=1)


def at(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def planned(preferences: Preferences, now: datetime, kind: Kind = WORKS) -> Plan:
    return plan(preferences, str(now.tzinfo), kind, now)


def held(because: str, due_at: datetime) -> Plan:
    return Plan(because, due_at.astimezone(UTC))  # type: ignore[arg-type]


def test_who_chose_nothing_is_told_at_once() -> None:
    assert planned(Preferences(), at(MOSCOW, "2026-05-01 03:00")) == Plan("now", None)


def test_what_is_switched_off_never_comes() -> None:
    preferences = Preferences(modes={"works": "never"})
    assert planned(preferences, at(MOSCOW, "2026-05-01 12:00")) == Plan("never", None)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-05-01 22:00", "2026-05-02 08:00"),
        ("2026-05-01 23:59:59", "2026-05-02 08:00"),
        ("2026-05-02 00:00", "2026-05-02 08:00"),
        ("2026-05-02 07:59:59", "2026-05-02 08:00"),
    ],
)
def test_a_notice_of_the_night_waits_for_the_morning(now: str, due: str) -> None:
    assert planned(NIGHT, at(MOSCOW, now)) == held("quiet", at(MOSCOW, due))


@pytest.mark.parametrize("now", ["2026-05-02 08:00", "2026-05-02 21:59:59"])
def test_a_notice_of_the_day_does_not(now: str) -> None:
    assert planned(NIGHT, at(MOSCOW, now)) == Plan("now", None)


def test_quiet_hours_may_lie_within_a_day() -> None:
    lunch = Preferences(quiet_from=time(13), quiet_until=time(14, 30))
    noon, one, end = (at(MOSCOW, f"2026-05-01 {hour}") for hour in ("12:00", "13:00", "14:30"))
    assert planned(lunch, noon) == planned(lunch, end) == Plan("now", None)
    assert planned(lunch, one) == held("quiet", end)


def test_what_is_critical_passes_quiet_hours_and_cannot_be_switched() -> None:
    preferences = Preferences(time(22), time(8), modes={"rights": "never"})
    assert planned(preferences, at(MOSCOW, "2026-05-01 23:00"), RIGHTS) == Plan("now", None)


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Asia/Kolkata", "Asia/Kathmandu"])
def test_once_an_hour_is_at_the_next_full_hour_there(zone: str) -> None:
    preferences = Preferences(modes={"works": "hourly"})
    for now in ("2026-05-01 11:00", "2026-05-01 11:59:59"):
        assert planned(preferences, at(zone, now)) == held("hourly", at(zone, "2026-05-01 12:00"))


def test_once_a_day_is_at_the_hour_of_the_summary_today_or_tomorrow() -> None:
    preferences = Preferences(digest_at=time(18, 30), modes={"works": "daily"})
    today, tomorrow = at(MOSCOW, "2026-05-01 18:30"), at(MOSCOW, "2026-05-02 18:30")
    assert planned(preferences, at(MOSCOW, "2026-05-01 18:29")) == held("daily", today)
    assert planned(preferences, today) == held("daily", tomorrow)


def test_a_summary_that_falls_into_quiet_hours_comes_at_their_end() -> None:
    now = at(MOSCOW, "2026-05-01 21:30")
    for mode, digest_at in (("hourly", time(9)), ("daily", time(7))):
        modes: dict[str, Mode] = {"works": mode}  # type: ignore[dict-item]
        preferences = Preferences(time(22), time(8), digest_at, modes)
        assert planned(preferences, now) == held("quiet", at(MOSCOW, "2026-05-02 08:00"))


def test_an_end_that_the_clocks_jump_over_is_the_moment_of_the_jump() -> None:
    # On 29 March 2026 Berlin's clocks go from 2:00 to 3:00.
    preferences = Preferences(time(22), time(2, 30))
    due_at = planned(preferences, at("Europe/Berlin", "2026-03-29 01:00")).due_at
    assert due_at == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert due_at.astimezone(ZoneInfo("Europe/Berlin")).time() == time(3)


def test_an_end_that_comes_twice_ends_at_its_first_time_and_in_the_repeated_hour_again() -> None:
    # On 25 October 2026 Berlin's clocks go from 3:00 back to 2:00.
    preferences = Preferences(time(22), time(2, 30))
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    evening = at("Europe/Berlin", "2026-10-24 23:00")
    assert planned(preferences, evening) == held("quiet", first)
    repeated = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert plan(preferences, "Europe/Berlin", WORKS, repeated) == held("quiet", second)


def test_quiet_hours_whose_end_leaps_back_into_them_end_a_day_later() -> None:
    # The jump to 3:00 lands within quiet hours that begin at 3:00.
    preferences = Preferences(time(3), time(2, 30))
    due_at = planned(preferences, at("Europe/Berlin", "2026-03-29 01:00")).due_at
    assert due_at == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


def test_a_summary_of_a_day_that_was_left_out_comes_as_the_next_day_begins() -> None:
    # Samoa went from 29 to 31 December 2011.
    preferences = Preferences(digest_at=time(9), modes={"works": "daily"})
    due_at = planned(preferences, at("Pacific/Apia", "2011-12-29 10:00")).due_at
    assert due_at == at("Pacific/Apia", "2011-12-31 00:00")


def test_a_summary_comes_again_when_the_clocks_bring_yesterdays_last_hour_again() -> None:
    # St John's went from a minute past midnight of 7 November 2010 back to 23:01.
    preferences = Preferences(digest_at=time(23, 30), modes={"works": "daily"})
    midnight = datetime(2010, 11, 7, 2, 30, 30, tzinfo=UTC)
    due_at = plan(preferences, "America/St_Johns", WORKS, midnight).due_at
    assert due_at == datetime(2010, 11, 7, 3, tzinfo=UTC)


@pytest.mark.parametrize("name", ["", "nowhere", "Europe", "../etc/passwd", "x\0y", "Я" * 9000])
def test_a_zone_that_nobody_knows_is_moscow(name: str) -> None:
    assert zone_of(name).key == MOSCOW


def test_equal_ends_are_no_quiet_hours() -> None:
    assert planned(Preferences(time(8), time(8)), at(MOSCOW, "2026-05-01 08:00")).because == "now"


@UNHURRIED
@given(PREFERENCES, st.sampled_from(ZONES), st.sampled_from(KINDS), MOMENTS)
@example(
    Preferences(time(3), time(2, 30)), "Europe/Berlin", WORKS, datetime(2026, 3, 29, tzinfo=UTC)
)
def test_a_plan_is_never_in_quiet_hours_nor_in_the_past_nor_too_far(
    preferences: Preferences, zone: str, kind: Kind, now: datetime
) -> None:
    made = plan(preferences, zone, kind, now)
    if made.due_at is None:
        assert made.because in ("now", "never")
        assert made.because == "now" or preferences.modes[kind.name] == "never"
        if made.because == "now":
            assert kind.is_critical or quiet_end(preferences, zone, now) is None
        return
    assert not kind.is_critical
    assert made.because in ("quiet", "hourly", "daily")
    assert now < made.due_at
    assert quiet_end(preferences, zone, made.due_at) is None
    assert made.due_at - now <= 2 * timedelta(hours=25) + LONGEST_JUMP


@UNHURRIED
@given(PREFERENCES, st.sampled_from(ZONES), MOMENTS)
def test_quiet_hours_end_at_their_end_by_the_wall_clock_unless_it_jumps(
    preferences: Preferences, zone: str, now: datetime
) -> None:
    end = quiet_end(preferences, zone, now)
    assume(end is not None)
    assert end is not None
    place = zone_of(zone)
    before, shown = ((end - back).astimezone(place) for back in (timedelta(seconds=1), timedelta()))
    jumped = before.utcoffset() != shown.utcoffset()
    assert jumped or shown.time() == preferences.quiet_until
    assert preferences.is_quiet(now.astimezone(place).time())


@UNHURRIED
@given(PREFERENCES, st.sampled_from(ZONES), MOMENTS)
def test_every_moment_before_the_end_has_the_same_end(
    preferences: Preferences, zone: str, now: datetime
) -> None:
    end = quiet_end(preferences, zone, now)
    assume(end is not None)
    assert end is not None
    place = zone_of(zone)
    between = [now + (end - now) * part / 7 for part in range(7)]
    # A day on which the clocks are moved may have an hour twice.
    assume(len({moment.astimezone(place).utcoffset() for moment in [*between, end]}) == 1)
    assert {quiet_end(preferences, zone, moment) for moment in between} == {end}


@UNHURRIED
@given(st.sampled_from(TIMES), st.sampled_from(ZONES), MOMENTS)
def test_a_daily_summary_comes_each_day_at_its_hour(
    digest_at: time, zone: str, now: datetime
) -> None:
    preferences = Preferences(digest_at=digest_at, modes={"feedback": "daily"})
    days = [now]
    for _ in range(4):
        due_at = plan(preferences, zone, FEEDBACK, days[-1]).due_at
        assert due_at is not None
        days.append(due_at)
    for before, after in pairwise(days):
        assert timedelta() < after - before <= timedelta(hours=25) + LONGEST_JUMP
