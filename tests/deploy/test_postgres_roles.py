"""A Postgres role a service: its own schema is all that it can see, and a share of the connections
all that it can take."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import pytest

from shared.db import Connection
from shared.events import SERVICES
from tests.deploy.deployed_postgres import INIT, DeployedPostgres, run_init
from tests.deploy.deployed_rabbitmq import DEPLOY, new_passwords

COMPOSE = DEPLOY.parent / "docker-compose.yaml"
KEPT_FOR_OPERATORS = 20


@asynccontextmanager
async def logged_in(url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
async def school(roles: DeployedPostgres) -> AsyncIterator[Connection]:
    """What school may do, in the hands of somebody who wants more."""
    async with logged_in(roles.url("school")) as connection:
        yield connection


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_finds_its_own_schema_under_its_own_login(
    roles: DeployedPostgres, service: str
) -> None:
    async with logged_in(roles.url(service)) as connection:
        assert await connection.fetchval("SELECT session_user") == f"parta_{service}"
        await connection.execute(f"SELECT FROM {service}.outbox")


@pytest.mark.parametrize("password", ["", "school's", "odd"])
async def test_a_login_without_its_password_is_refused(
    roles: DeployedPostgres, password: str
) -> None:
    tried = {"": " ", "school's": roles.passwords["school"]}.get(password, password)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(roles.url("auth", password=tried), timeout=10)


@pytest.mark.parametrize("service", SERVICES)
async def test_no_table_of_a_neighbour_can_be_read_or_written(
    roles: DeployedPostgres, service: str
) -> None:
    async with logged_in(roles.url(service)) as connection:
        tables = await connection.fetch(
            "SELECT schemaname, tablename FROM pg_tables "
            "WHERE schemaname = ANY($1) AND schemaname <> $2",
            SERVICES,
            service,
        )
        assert {table["schemaname"] for table in tables} == set(SERVICES) - {service}
        for schema, name in tables:
            for statement in (
                f"SELECT FROM {schema}.{name}",
                f"INSERT INTO {schema}.{name} DEFAULT VALUES",
                f"DELETE FROM {schema}.{name}",
                f"TRUNCATE {schema}.{name}",
                f"DROP TABLE {schema}.{name}",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)


REFUSED = {
    "become auth": "SET ROLE parta_auth",
    "be auth's heir": "GRANT parta_auth TO parta_school",
    "call a function of auth's": "SELECT auth.whisper()",
    "move a counter of auth's": "SELECT nextval('auth.outbox_id_seq')",
    "put a table where all can see it": "CREATE TABLE public.notes (note text)",
    "put a table among auth's": "CREATE TABLE auth.notes (note text)",
    "put a table nowhere": "CREATE TEMP TABLE notes (note text)",
    "make a schema": "CREATE SCHEMA notes",
    "make a database": "CREATE DATABASE notes",
    "make a role": "CREATE ROLE notes",
    "take more connections": "ALTER ROLE parta_school CONNECTION LIMIT -1",
    "read the passwords": "SELECT * FROM pg_authid",
    "read a file of the server": "SELECT pg_read_file('postgresql.conf')",
    "run a program on the server": "COPY school.outbox TO PROGRAM 'true'",
    "change the server": "ALTER SYSTEM SET max_connections = 1",
    "end a neighbour's session": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE usename = 'parta_auth'",
}


@pytest.fixture
async def auth(roles: DeployedPostgres) -> AsyncIterator[Connection]:
    """The neighbour: a session, and a function of its own."""
    async with logged_in(roles.url("auth")) as connection:
        await connection.execute(
            "CREATE OR REPLACE FUNCTION auth.whisper() RETURNS int LANGUAGE sql AS 'SELECT 1'"
        )
        yield connection


@pytest.mark.usefixtures("auth")
@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
async def test_a_service_is_refused_to(school: Connection, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await school.execute(statement)


async def test_a_service_does_not_see_what_its_neighbour_is_doing(
    school: Connection, auth: Connection
) -> None:
    await auth.execute("SELECT 'a secret'")
    seen = await school.fetch("SELECT query FROM pg_stat_activity WHERE usename = 'parta_auth'")
    assert {row["query"] for row in seen} == {"<insufficient privilege>"}


@pytest.mark.parametrize("database", ["postgres", "template1"])
async def test_a_service_is_let_into_no_other_database(
    roles: DeployedPostgres, database: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(roles.url("school", database=database), timeout=10)


async def test_a_service_that_takes_all_its_connections_leaves_its_neighbours_theirs(
    roles: DeployedPostgres,
) -> None:
    async with AsyncExitStack() as held:
        for _ in range(most_connections()):
            await held.enter_async_context(logged_in(roles.url("school")))
        with pytest.raises(asyncpg.TooManyConnectionsError):
            await asyncpg.connect(roles.url("school"), timeout=10)
        await held.enter_async_context(logged_in(roles.url("bot")))


def test_the_server_has_room_for_all_services_and_their_operators() -> None:
    (room,) = re.findall(r"max_connections=(\d+)", COMPOSE.read_text())
    assert len(SERVICES) * most_connections() + KEPT_FOR_OPERATORS <= int(room)


def most_connections() -> int:
    """A service's share."""
    (most,) = re.findall(r"^most_connections=(\d+)$", INIT.read_text(), re.MULTILINE)
    return int(most)


@pytest.mark.parametrize("service", SERVICES)
def test_a_password_that_is_missing_stops_the_first_start_before_any_role_is_made(
    roles: DeployedPostgres, service: str
) -> None:
    done = run_init(roles.server, {**new_passwords(), service: ""})
    assert done.returncode == 1
    assert done.stderr == f"init: POSTGRES_PASSWORD_{service.upper()} is not set in .env\n"
