"""What a script door refuses."""


class Refused(Exception):
    """Becomes `{"error": …}` with this status; the sentence is for the person at the keyboard."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
