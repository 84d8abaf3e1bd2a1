"""Why a notice came: what happened, the rule, the times, and how to have it otherwise."""

from services.bot.cards import texts as words
from services.bot.cards.repository import Card
from services.bot.history.repository import Seen
from services.bot.notices.telling import read
from shared.people import Person
from shared.texts import Texts


def explain(seen: Seen, card: Card | None, person: Person, texts: Texts) -> str:
    """The answer, as a message."""
    known = read(seen.rule, seen.facts)
    if known is None:
        return words.rule_is_gone(texts)
    rule, event = known
    lines = [
        f"<b>{rule.line(texts, event)}</b>",
        rule.why(texts, event),
        words.written_down(texts, texts.moment(seen.recorded_at, person.zone), rule.event.type),
        what_became(seen, person, texts),
    ]
    if card is not None and card.muted_at is not None:
        lines.append(words.is_muted(texts))
    if card is not None and card.snoozed_until is not None:
        lines.append(words.will_remind(texts, texts.moment(card.snoozed_until, person.zone)))
    lines.append(words.how_to_change(texts, rule.kind))
    lines.append(words.for_the_operator(texts, seen.correlation_id))
    return "\n".join(lines)


def what_became(seen: Seen, person: Person, texts: Texts) -> str:
    """Whether a notice was sent, waits, or was spared its reader, and why."""
    if seen.told_at is not None:
        return words.was_sent(texts, texts.moment(seen.told_at, person.zone))
    if seen.waits_for is not None:
        until = texts.moment(seen.due_at, person.zone) if seen.due_at else None
        return words.waits(texts, seen.waits_for, until)
    if seen.dropped is not None:
        return words.was_dropped(texts, seen.dropped)
    if seen.failed_at is not None:
        return words.has_failed(texts)
    return words.on_its_way(texts)
