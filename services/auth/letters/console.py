"""Where there is no mail server letters are read where the process was started."""

import sys
from collections.abc import Awaitable, Callable
from email import message_from_bytes, policy

HEAD = "──── a letter (set SMTP_URL and it is sent) ────"
FOOT = "──── end of the letter ────"


class Console:
    """The postman of a school without a mail server, or of somebody who tries Parta out."""

    async def carry(
        self, message: bytes, *, recipient: str, begin: Callable[[], Awaitable[None]]
    ) -> None:
        """Show the letter, its link included: whoever reads this console may come in by it."""
        await begin()
        read = message_from_bytes(message, policy=policy.default)
        text = read.get_content().replace("\r\n", "\n")
        lines = (HEAD, f"To: {recipient}", f"Subject: {read['Subject']}", "", text)
        sys.stderr.write("\n".join(lines) + f"{FOOT}\n")
        sys.stderr.flush()
