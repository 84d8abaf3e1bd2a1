"""What was asked for and what came of it, written down as it happens and never changed."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

Outcome = Literal["invoke", "ok", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Line:
    """One operation was tried (`invoke`), or one try of it ended.

    ok: it was acknowledged. fail: it was refused, and surely nothing came of it. unknown: there was
    no answer, or one that leaves it open. `poison`: nobody is able to handle it.
    """

    at: float
    outcome: Outcome
    id: str
    book: str
    key: str
    poison: bool = False


@dataclass(slots=True, repr=False)
class Journal:
    """Lines in the order of happening, kept in a file as well, for whoever asks later."""

    path: Path | None = None
    lines: list[Line] = field(default_factory=list)

    def note(
        self,
        outcome: Outcome,
        operations: Mapping[str, str],
        *,
        book: str,
        poison: bool = False,
    ) -> None:
        """One line for each operation, given with its key."""
        now = time.time()
        made = [Line(now, outcome, name, book, key, poison) for name, key in operations.items()]
        self.lines += made
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(asdict(line)) + "\n" for line in made)
