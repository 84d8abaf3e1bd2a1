"""What mail is told."""

from shared.settings import Settings


class MailSettings(Settings):
    """Nothing beyond what every service is told."""

    service: str = "mail"
