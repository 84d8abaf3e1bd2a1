"""What school is told."""

from shared.settings import Settings


class SchoolSettings(Settings):
    """Nothing beyond what every service is told."""

    service: str = "school"
