"""What a roster would change in a stream's teams."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from services.school.errors import CuratorInTeam, LoginOfTwo
from services.school.exchange.roster.document import Entry, Roster
from services.school.exchange.roster.reading import MOST_PROBLEMS
from services.school.exchange.roster.repository import PlaceRow, TeamRow
from services.school.groups.repository import MOST_IN_A_TEAM, Known
from shared.problems import N_, Place, Problem, Problems, quoted


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, and the teams in question."""

    github: str
    name: str
    team: str
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Curated:
    """A team, and the login of its curator: of a new one, or in the place of another."""

    team: str
    curator: str
    was: str = ""


@dataclass(slots=True)
class Plan:
    """What people are told would happen, and what it comes to in rows.

    `leaving` are taken out only if that is asked for; they do not when lines are wrong, for those
    may be theirs. `digest` is of all that people are told.
    """

    new_teams: list[Curated] = field(default_factory=list)
    curators: list[Curated] = field(default_factory=list)
    added: list[Named] = field(default_factory=list)
    moved: list[Named] = field(default_factory=list)
    renamed: list[Named] = field(default_factory=list)
    leaving: list[Named] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    team_rows: list[tuple[UUID, str, UUID]] = field(default_factory=list)
    curator_rows: list[tuple[UUID, UUID]] = field(default_factory=list)
    members: list[tuple[UUID, UUID]] = field(default_factory=list)
    seats: list[tuple[UUID, str, str]] = field(default_factory=list)
    gone_members: list[tuple[UUID, UUID]] = field(default_factory=list)
    gone_seats: list[tuple[UUID, str]] = field(default_factory=list)
    leaving_members: list[tuple[UUID, UUID]] = field(default_factory=list)
    leaving_seats: list[tuple[UUID, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do even if all is agreed to."""
        return not (
            self.new_teams
            or self.curators
            or self.added
            or self.moved
            or self.renamed
            or self.leaving
        )

    @property
    def digest(self) -> str:
        """What a preview is known by. Who signs in meanwhile changes nothing of it."""
        told = [
            [[one.team, one.curator, one.was] for one in (*self.new_teams, *self.curators)],
            *(
                [[one.github, one.team, *one.was] for one in some]
                for some in (self.added, self.moved, self.leaving)
            ),
            [[one.github, one.name] for one in self.renamed],
            [[one.place.line, one.text] for one in self.problems],
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def make_plan(
    roster: Roster, teams: Sequence[TeamRow], places: Sequence[PlaceRow], known: Sequence[Known]
) -> Plan:
    """What has to change for a stream's teams to be as the roster says."""
    return _Planner(roster, teams, places, known).make()


class _Planner:
    def __init__(
        self,
        roster: Roster,
        teams: Sequence[TeamRow],
        places: Sequence[PlaceRow],
        known: Sequence[Known],
    ) -> None:
        self._roster = roster
        self._plan = Plan()
        self._problems = Problems(MOST_PROBLEMS)
        self._teams = {team.name: team for team in teams}
        self._names = {team.group_id: team.name for team in teams}
        self._places: dict[str, list[PlaceRow]] = defaultdict(list)
        self._sizes: dict[str, int] = defaultdict(int)
        for place in places:
            self._places[place.github].append(place)
            self._sizes[self._names[place.group_id]] += 1
        self._known: dict[str, list[Known]] = defaultdict(list)
        for person in known:
            self._known[person.github_login].append(person)

    def make(self) -> Plan:
        entries = [one for one in self._roster.entries if self._are_known(one)]
        curators = self._plan_teams(entries)
        for entry in entries:
            if entry.github and entry.team in curators:
                self._plan_student(entry, curators[entry.team])
        read = self._roster.problems
        problems = sorted([*read, *self._problems], key=lambda one: one.place.line)
        self._plan.problems = problems[:MOST_PROBLEMS]
        more = len(problems) - len(self._plan.problems)
        self._plan.more_problems = self._roster.more_problems + self._problems.more + more
        if not problems:
            self._plan_leaving()
        return self._plan

    def _are_known(self, entry: Entry) -> bool:
        """Whether the logins of a line name one person each, and the curator is one."""
        place = Place(entry.line)
        if any(len(self._known[one]) > 1 for one in (entry.curator, entry.github) if one):
            self._problems.add(place, LoginOfTwo.title)
            return False
        if not entry.curator:
            return True
        curator = next(iter(self._known[entry.curator]), None)
        if curator is None:
            words = N_("nobody has signed in with the curator's login “{login}” yet")
            self._problems.add(place, words, login=entry.curator)
        elif "curator" not in curator.roles:
            words = N_("“{login}” does not have the role of a curator")
            self._problems.add(place, words, login=entry.curator)
        else:
            return True
        return False

    def _plan_teams(self, entries: list[Entry]) -> dict[str, TeamRow]:
        """The teams of the roster as they will be; lines that contradict others are left out."""
        said: dict[str, Entry] = {}
        for entry in entries:
            if entry.curator:
                said.setdefault(entry.team, entry)
        teams: dict[str, TeamRow] = {}
        for entry in list(entries):
            first = said.get(entry.team)
            if first is not None and entry.curator not in ("", first.curator):
                words = N_("the team “{team}” has another curator on line {line}")
                place = Place(entry.line)
                self._problems.add(place, words, team=quoted(entry.team), line=first.line)
                entries.remove(entry)
            elif first is None and entry.team not in self._teams:
                words = N_("the team “{team}” is new and has no curator")
                self._problems.add(Place(entry.line), words, team=quoted(entry.team))
                entries.remove(entry)
            elif first is not None and self._is_learning(first.curator, entry.team, entries):
                teams.setdefault(entry.team, self._teams[entry.team])
                if entry is first:
                    self._problems.add(Place(entry.line), CuratorInTeam.title)
                    entries.remove(entry)
            elif entry.team not in teams:
                teams[entry.team] = self._plan_team(entry.team, first.curator if first else "")
        return teams

    def _is_learning(self, curator: str, team: str, entries: list[Entry]) -> bool:
        """Whether a team's curator to be is in it now, and no line takes them elsewhere."""
        here = any(self._names[one.group_id] == team for one in self._places.get(curator, ()))
        return here and not any(one.github == curator and one.team != team for one in entries)

    def _plan_team(self, name: str, curator: str) -> TeamRow:
        row = self._teams.get(name)
        curator_id = self._known[curator][0].person_id if curator else None
        if row is None:
            assert curator_id is not None  # noqa: S101 - new teams without one were left out
            row = TeamRow(uuid4(), name, curator_id, curator)
            self._plan.new_teams.append(Curated(name, curator))
            self._plan.team_rows.append((row.group_id, name, curator_id))
        elif curator_id is not None and curator_id != row.curator_id:
            self._plan.curators.append(Curated(name, curator, row.curator))
            self._plan.curator_rows.append((row.group_id, curator_id))
            row = TeamRow(row.group_id, name, curator_id, curator)
        return row

    def _plan_student(self, entry: Entry, team: TeamRow) -> None:
        person = next(iter(self._known[entry.github]), None)
        if person is not None and person.person_id == team.curator_id:
            self._problems.add(Place(entry.line), CuratorInTeam.title)
            return
        before = self._places.pop(entry.github, [])
        here = [one for one in before if one.group_id == team.group_id]
        elsewhere = [one for one in before if one.group_id != team.group_id]
        name = person.name if person else entry.name
        if here and not elsewhere:
            self._keep_place(entry, here[0])
            return
        if not here:
            self._sizes[team.name] += 1
            if self._sizes[team.name] > MOST_IN_A_TEAM:
                words = N_("the team “{team}” is full: {most} at most")
                place = Place(entry.line)
                self._problems.add(place, words, team=quoted(team.name), most=MOST_IN_A_TEAM)
                return
            if person is None:
                self._plan.seats.append((team.group_id, entry.github, entry.name))
            else:
                self._plan.members.append((team.group_id, person.person_id))
        was = tuple(sorted(self._names[one.group_id] for one in elsewhere))
        told = Named(entry.github, name, team.name, was)
        (self._plan.moved if elsewhere else self._plan.added).append(told)
        self._leave(elsewhere, self._plan.gone_members, self._plan.gone_seats)

    def _keep_place(self, entry: Entry, place: PlaceRow) -> None:
        """Who has signed in is called as they call themselves."""
        if place.person_id is None and entry.name and entry.name != place.name:
            self._plan.renamed.append(Named(entry.github, entry.name, entry.team, (place.name,)))
            self._plan.seats.append((place.group_id, entry.github, entry.name))
        else:
            self._plan.unchanged += 1

    def _plan_leaving(self) -> None:
        """Whom the roster does not name. Members without a login it cannot name: they stay."""
        for github, places in self._places.items():
            if github:
                for one in places:
                    name = self._names[one.group_id]
                    self._plan.leaving.append(Named(github, one.name, name))
                self._leave(places, self._plan.leaving_members, self._plan.leaving_seats)

    def _leave(
        self,
        places: Sequence[PlaceRow],
        members: list[tuple[UUID, UUID]],
        seats: list[tuple[UUID, str]],
    ) -> None:
        for one in places:
            if one.person_id is None:
                seats.append((one.group_id, one.github))
            else:
                members.append((one.group_id, one.person_id))
