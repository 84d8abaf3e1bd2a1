"""The five services, by name. Each is wired when it is wanted: a process that runs one service
does not load the others' apps."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from shared.events import SERVICES
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Part:
    """One service, found by its name: `services.<name>.app` and `services.<name>.settings`."""

    name: str

    @property
    def settings(self) -> type[Settings]:
        """Its settings class, `<Name>Settings`."""
        module = import_module(f"services.{self.name}.settings")
        found: type[Settings] = getattr(module, f"{self.name.capitalize()}Settings")
        return found

    def create_app(self, settings: Any, **wiring: Any) -> Any:
        """Its app, with `app.state.service`."""
        return import_module(f"services.{self.name}.app").create_app(settings, **wiring)

    @property
    def migrations(self) -> Path:
        """The folder of its own migrations."""
        return Path(__file__).parent.parent / "services" / self.name / "migrations"


PARTS: dict[str, Part] = {name: Part(name) for name in SERVICES}
"""In the order in which they start."""
