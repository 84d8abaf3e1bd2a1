"""Which matter a piece of news is of: one card of a person, and versions that follow each other."""

from shared.events import AccessClosed, AccessOpened, Event


def matter_of(event: Event) -> str:
    """The event's subject, except that each video is a matter of its own: news of another one
    neither settles what waits to be told of this one nor is muted with it."""
    match event:
        case AccessOpened(opened=1, resources=(only,)):
            return f"{event.key()}:{only.resource_id}"
        case AccessOpened():
            return f"{event.key()}:{event.version}"
        case AccessClosed():
            return f"{event.key()}:{event.resource_id}"
        case _:
            return event.key()
