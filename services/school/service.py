"""school as a service: the spine's, with its way to ask sync about GitHub."""

from pathlib import Path

from fastapi import Request

from services.school.settings import SchoolSettings
from services.school.submissions.github import GitHub
from services.school.worker import due, subscriptions
from shared.clock import Clock
from shared.service import Service, Transports

FOLDER = Path(__file__).parent


class SchoolService(Service):
    """Without a SERVICE_SECRET nobody can be asked: links are taken as they are, and say so."""

    def __init__(
        self,
        settings: SchoolSettings,
        *,
        clock: Clock | None = None,
        transports: Transports | None = None,
    ) -> None:
        super().__init__(
            settings,
            folder=FOLDER,
            subscriptions=subscriptions(settings.public_url),
            due=due(settings.public_url),
            clock=clock,
            transports=transports,
        )
        self.github: GitHub | None = None
        if settings.service_secret is not None:
            self.github = GitHub(self.client_of("sync"))


def school_of(request: Request) -> SchoolService:
    """The service whose app answers, with what only school has."""
    service: SchoolService = request.app.state.service
    return service
