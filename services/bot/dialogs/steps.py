"""The steps of dialogues: where a person can stand, and what is said of it.

A state is named with its dialogue's version (`feedback.1:text`). Whoever changes what a step means
or knows gives the dialogue a new number: what stands in the old one ends with a word to the person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from pydantic import BaseModel, ValidationError

from services.bot.errors import DialogUnreadable
from shared.texts import Texts

D = TypeVar("D", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Step:
    """`awaited`: what the person is to send. `left`: what became of what they began."""

    state: State
    awaited: Callable[[Texts], str]
    left: Callable[[Texts], str]


Steps = Mapping[str | None, Step]
"""Steps by the names of their states."""


def dialogue_of(state: str | None) -> str:
    """The dialogue, with its version, that a state belongs to."""
    return (state or "").split(":", 1)[0]


def states_of(router: Router) -> frozenset[str]:
    """Every state that some handler waits in."""
    return frozenset(
        state.state or ""
        for one in router.chain_tail
        for observer in one.observers.values()
        for handler in observer.handlers
        for known in handler.filters or ()
        if isinstance(known.callback, StateFilter)
        for state in known.callback.states
        if isinstance(state, State)
    )


async def read_data(state: FSMContext, model: type[D]) -> D:
    """What the dialogue knows so far.

    Raises:
        DialogUnreadable: it is not what this version of the dialogue needs.
    """
    try:
        return model.model_validate(await state.get_data())
    except ValidationError as error:
        # Its words would quote what the person wrote.
        raise DialogUnreadable(f"{model.__name__}: {error.error_count()} errors") from None
