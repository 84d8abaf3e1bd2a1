"""What becomes of a notice: shown, held or dropped. Values in, values out; no database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.bot.cards.repository import Touched
from services.bot.notices.repository import Reach
from services.bot.notices.rule import Rule, Urgency
from services.bot.preferences.planning import plan

Waiting = Literal["chat", "quiet", "hourly", "daily"]


@dataclass(frozen=True, slots=True)
class Show:
    """It goes to the chat now: as an edit of the card where `is_edit`, else as a message."""

    is_edit: bool = False
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """It waits: until `due_at`, or, where that is None, for a chat."""

    waits_for: Waiting
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """It is written down and not told; `why` is never, muted, settled or own."""

    why: Literal["never", "muted", "settled", "own"]


Decision = Show | Hold | Drop


def decide(rule: Rule[Any], card: Touched, reach: Reach, now: datetime) -> Decision:
    """For news that has just come.

    An edit of a message that is there calls nobody, so neither quiet hours nor a summary hold it.
    """
    is_shown = reach.chat_id is not None and card.is_shown_in(reach.chat_id)
    if rule.urgency is Urgency.KEEP and not is_shown:
        return Drop("own")
    if reach.chat_id is None:
        return Hold("chat")
    if is_shown and (rule.urgency is not Urgency.LOOK or card.muted_at is not None):
        return Show(is_edit=True)
    if card.muted_at is not None:
        return Drop("muted")
    if rule.urgency is Urgency.STEP and card.outdated and not rule.is_promised:
        # What was held asked for something that is done by now.
        return Drop("settled")
    when = plan(reach.preferences, reach.person.zone, rule.kind, now)
    match when.because:
        case "never":
            # Nobody is called, but what stands in the chat must not become untrue.
            return Show(is_edit=True) if is_shown else Drop("never")
        case "now":
            return Show(is_silent=rule.urgency is Urgency.STEP)
        case _:
            return Hold(when.because, when.due_at)
