"""A person's settings as a program reads them."""

from fastapi.encoders import jsonable_encoder

from services.bot.preferences.seen import SettingsSeen
from services.bot.preferences.texts import hour
from shared.texts import Texts


def as_json(seen: SettingsSeen, texts: Texts) -> dict[str, object]:
    """All that the page shows; times of day are those of `zone`."""
    stands = seen.preferences
    told: dict[str, object] = jsonable_encoder(
        {
            "zone": seen.person.zone,
            "quiet_from": hour(stands.quiet_from) if stands.quiet_from is not None else None,
            "quiet_until": hour(stands.quiet_until) if stands.quiet_until is not None else None,
            "digest_at": hour(stands.digest_at),
            "kinds": [
                {
                    "name": kind.name,
                    "title": kind.title(texts),
                    "mode": stands.mode_of(kind),
                    "is_critical": kind.is_critical,
                }
                for kind in seen.kinds
            ],
            "muted": seen.muted,
            "recent": [
                {
                    "rule": one.notice.rule,
                    "kind": one.kind.name if one.kind else None,
                    "about": one.about,
                    "recorded_at": one.notice.recorded_at,
                    "waits_for": one.notice.waits_for,
                    "due_at": one.notice.due_at,
                    "dropped": one.notice.dropped,
                    "sent_at": one.notice.told_at,
                    "failed_at": one.notice.failed_at,
                }
                for one in seen.recent
            ],
        }
    )
    return told
