"""Values in a message's properties and headers, read so that none can cost the connection.

The library reads a frame whole or gives the connection up. A text that is no UTF-8 or a moment
after the year 9999, which RabbitMQ carries without a word, would come again and end the next
connection too, for ever (seen with pamqp 4.0.1 on RabbitMQ 3.10 and 4.0). Read as below such a
message is dead or ignored as any other that nobody understands.
"""

from datetime import datetime
from struct import unpack_from

from pamqp import decode
from pamqp.common import FieldTable

UNREADABLE = (ValueError, OverflowError, OSError, RecursionError)


def read_leniently() -> None:
    """Have the library read these kinds of values by the functions below; again does nothing."""
    decode.METHODS.update(shortstr=_text, timestamp=_moment, table=_table)
    decode.TABLE_MAPPING[b"T"] = _moment


def _text(value: bytes) -> tuple[int, str]:
    end = 1 + value[0]
    return end, value[1:end].decode(errors="replace")


def _moment(value: bytes) -> tuple[int, datetime | None]:
    try:
        return decode.timestamp(value)
    except UNREADABLE:
        return 8, None


def _table(value: bytes) -> tuple[int, FieldTable]:
    """A table that cannot be read is empty: nothing that we look for is in it."""
    try:
        return decode.field_table(value)
    except UNREADABLE:
        return 4 + unpack_from(">I", value)[0], {}
