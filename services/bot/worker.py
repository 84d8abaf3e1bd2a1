"""The bot's tables of contents: what it listens to, and what it does when time has come."""

from services.bot.cards.service import wake_snoozed
from services.bot.feedback.service import prune as prune_feedback
from services.bot.group_chats.service import post_week
from services.bot.notices.holding import drop_stale, release_held, take_up_missed
from services.bot.notices.service import notify
from services.bot.notices.service import prune as prune_notices
from services.bot.people.service import project_person
from services.bot.states.storage import prune as prune_dialogs
from services.bot.updates import repository as updates
from services.bot.works.service import prune as prune_drafts
from shared.clock import Clock
from shared.db import Database
from shared.due import PRUNED_AT_ONCE, Due
from shared.events import (
    AccessClosed,
    AccessOpened,
    FeedbackGiven,
    PersonChanged,
    RightEnded,
    SubmissionChanged,
    WeekOpened,
)
from shared.handling import Subscriptions

SUBSCRIPTIONS: Subscriptions = (
    (PersonChanged, project_person),
    (SubmissionChanged, notify),
    (RightEnded, notify),
    (FeedbackGiven, notify),
    (AccessOpened, notify),
    (AccessClosed, notify),
    (WeekOpened, post_week),
)


async def prune_updates(database: Database, clock: Clock) -> int:
    """Forget updates that Telegram can no longer repeat."""
    async with database.transaction() as connection:
        return await updates.prune(connection, PRUNED_AT_ONCE)


DUE = (
    Due(name="release_held", run=release_held, every=1),
    Due(name="take_up_missed", run=take_up_missed, every=30),
    Due(name="wake_snoozed", run=wake_snoozed, every=1),
    Due(name="drop_stale", run=drop_stale, every=60),
    Due(name="prune_updates", run=prune_updates, every=600),
    Due(name="prune_notices", run=prune_notices, every=600),
    Due(name="prune_dialogs", run=prune_dialogs, every=600),
    Due(name="prune_feedback", run=prune_feedback, every=3600),
    Due(name="prune_drafts", run=prune_drafts, every=3600),
)
