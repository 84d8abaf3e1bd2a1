"""What every event has in common."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

SERVICES = ("auth", "sync", "mail", "school", "bot")


class UnknownEvent(Exception):
    """No contract of that type: an older reader met a newer teller."""


class Event(BaseModel, ABC):
    """A fact one service tells others.

    `type` is `<service>.<noun>.<verb>.v<n>`; `listeners` are the services whose queues get it, and
    `retired` those that once listened and are unbound; `keyed_by` says in words what `key()` gives:
    the subject whose events keep their order. Unrelated matters never share a key.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    listeners: ClassVar[tuple[str, ...]]
    retired: ClassVar[tuple[str, ...]] = ()
    keyed_by: ClassVar[str]

    @abstractmethod
    def key(self) -> str:
        """The subject whose events keep their order."""

    @classmethod
    def publisher(cls) -> str:
        """The only service that may tell this."""
        return cls.type.split(".", 1)[0]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a contract whose name or listeners are not ours, at import."""
        parts = cls.type.split(".")
        if len(parts) != 4 or parts[0] not in SERVICES or not parts[3].startswith("v"):
            raise TypeError(f"{cls.__name__}: {cls.type} is not <service>.<noun>.<verb>.v<n>")
        if strangers := set(cls.listeners + cls.retired) - set(SERVICES):
            raise TypeError(f"{cls.__name__}: no such listeners: {sorted(strangers)}")
