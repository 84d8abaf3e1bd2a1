"""Rules of the house that no type checker knows; each message says what to do."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import transport as transports
from shared.events import EVENTS, SERVICES, document, heard_by
from shared.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
OURS = ("parta", "services", "shared", "sandbox")
EXISTING = [name for name in SERVICES if (ROOT / "services" / name / "worker.py").exists()]

STATEMENT = re.compile(
    r"\s*(--.*\n\s*)*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|WITH\s+\w+.*\sAS\s"
    r"|CREATE\s+TABLE\s|ALTER\s+TABLE\s|DROP\s+TABLE\s|LOCK\s+TABLE\s|TRUNCATE\s)",
    re.IGNORECASE | re.DOTALL,
)
# Columns that say when something was done here, and leases.
BOOKKEEPING = re.compile(
    r"\b(created|recorded|received|learned|begun|handled|sent|asked|told|parked|dead|used|seen)_at\b"
    r"|\blease_until\b"
)
# What lives by the real clock alone: auth's sessions, tokens and keys, and how long to keep quiet
# towards an outside system.
REAL_CLOCK = re.compile(r"^services/auth/|\bpauses\b")
MARK = re.compile(r"--\s*(bookkeeping|real clock)")


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every text in the code that is no docstring."""
    said = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


@pytest.mark.parametrize("service", EXISTING)
def test_a_service_handles_exactly_what_the_contracts_say_it_hears(service: str) -> None:
    subscriptions = importlib.import_module(f"services.{service}.worker").SUBSCRIPTIONS
    handled = {event.type for event, _ in subscriptions}
    told = {event.type for event in heard_by(service)}
    assert not handled - told, (
        f"services/{service}/worker.py handles {sorted(handled - told)}: add {service!r} to the "
        "event's `listeners` in shared/events/, or take the handler away"
    )
    assert not told - handled, (
        f"{sorted(told - handled)} name {service!r} as a listener: write a handler into "
        f"SUBSCRIPTIONS of services/{service}/worker.py, or move the name to `retired`"
    )


def test_every_contract_stands_in_the_list_of_all() -> None:
    defined = {
        node.name
        for path, tree in sources("shared/events")
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Event" for base in node.bases)
    }
    missing = defined - {event.__name__ for event in EVENTS}
    assert not missing, f"add {sorted(missing)} to EVENTS in shared/events/__init__.py"


def test_every_contract_says_what_it_means_and_what_its_key_is() -> None:
    for event in EVENTS:
        assert event.__doc__, f"{event.__name__}: give it a docstring, docs/events.md shows it"
        assert event.keyed_by, f"{event.__name__}: say in `keyed_by` whose order it keeps"


def test_the_page_of_events_is_the_one_made_from_the_contracts() -> None:
    written = document.PLACE.read_text(encoding="utf-8") if document.PLACE.exists() else ""
    assert written == document.render(), (
        "docs/events.md is not what the contracts say: run `python -m shared.events.document`"
    )


def test_rabbitmq_is_known_to_one_package() -> None:
    for path, tree in sources(*OURS):
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            known = [
                name for name in names if name.split(".")[0] in ("aio_pika", "aiormq", "pamqp")
            ]
            assert not known or str(path.parent) == "shared/rabbitmq", (
                f"{path}:{node.lineno} imports {known[0]}: put what it needs into "  # type: ignore[attr-defined]
                "shared/rabbitmq/, behind the Transport protocol"
            )


def test_sql_of_a_service_stands_in_its_repositories() -> None:
    for path, tree in sources("services"):
        if path.name == "repository.py":
            continue
        for line, text in strings(tree):
            assert not STATEMENT.match(text), (
                f"{path}:{line} holds SQL: move it to repository.py of its noun and give it a name"
            )


def test_naive_time_is_asked_of_nobody() -> None:
    for path, tree in sources(*OURS):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            naive = (node.func.attr == "now" and not node.args and not node.keywords) and (
                isinstance(node.func.value, ast.Name) and node.func.value.id == "datetime"
            )
            naive = naive or node.func.attr in ("utcnow", "utcfromtimestamp")
            assert not naive, (
                f"{path}:{node.lineno} makes a moment without a zone: take clock.now() for what "
                "the business lives by, datetime.now(UTC) for leases and tokens"
            )


def test_domain_sql_is_told_the_time_and_does_not_ask_for_it() -> None:
    for path, tree in sources("services"):
        for first, text in strings(tree):
            if not STATEMENT.match(text):
                continue
            for number, line in enumerate(text.splitlines()):
                asks = re.search(r"\b(now\(\)|current_timestamp|clock_timestamp\(\))", line, re.I)
                fine = (
                    MARK.search(line)
                    or BOOKKEEPING.search(line)
                    or REAL_CLOCK.search(str(path))
                    or REAL_CLOCK.search(text)
                )
                assert not asks or fine, (
                    f"{path}:{first + number} asks Postgres for the time: pass clock.now() as a "
                    "parameter, so that the sandbox can move it. If it is bookkeeping or a lease, "
                    "end the line with `-- bookkeeping` or `-- real clock`"
                )


def test_each_way_to_carry_events_keeps_the_whole_protocol() -> None:
    from shared.rabbitmq import RabbitTransport

    promised = {name for name in vars(transports.Transport) if not name.startswith("_")}
    for way in (transports.InProcessTransport, RabbitTransport):
        missing = {name for name in promised if not callable(getattr(way, name, None))}
        assert not missing, f"{way.__name__} lacks {sorted(missing)} of Transport"


@pytest.mark.parametrize("service", EXISTING)
def test_every_setting_has_its_line_in_the_example(service: str) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    module = importlib.import_module(f"services.{service}.settings")
    known = {
        name.upper()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Settings)
        for name in value.model_fields
        if name != "service"
    }
    missing = sorted(
        name for name in known if not re.search(rf"^#?\s?{name}=", example, re.MULTILINE)
    )
    assert not missing, (
        f".env.example lacks {missing}, which services/{service}/settings.py reads: write "
        "`# NAME=` there with a sentence above it"
    )


def test_every_folder_of_a_vendor_has_the_same_files() -> None:
    for client in sorted(ROOT.glob("services/**/client.py")):
        assert (client.parent / "README.md").exists(), (
            f"{client.parent.relative_to(ROOT)} speaks to the outside: say in a README.md beside "
            "client.py what it asks, which limits it keeps and what it does when they are reached"
        )
