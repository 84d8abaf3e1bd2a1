"""What is looked at of a letter, whoever wrote it. What lies beyond is not read."""

LETTER_BYTES = 25 * 1024 * 1024
HEADERS = 500
HEADER_BYTES = 8 * 1024
HEAD_BYTES = 256 * 1024
"""How far headers are looked for; of each the first `HEADER_BYTES` are kept, of all below."""
KEPT_HEAD_BYTES = 64 * 1024
DEPTH = 20
PARTS = 200
ADDRESSES = 100
PARAMETERS = 40
BOUNDARY_HITS = 10_000
"""Places that look like a boundary; a letter has few more of them than parts."""

TEXT_BYTES = 1024 * 1024
"""Of one text part, before decoding."""
TEXT_CHARACTERS = 100_000
"""Of a letter's whole text."""
OWN_CHARACTERS = 30_000
LINE_CHARACTERS = 10_000

CALENDARS = 3
CALENDAR_BYTES = 64 * 1024
EVENTS = 10

SUBJECT_CHARACTERS = 1_000
NAME_CHARACTERS = 200
ADDRESS_CHARACTERS = 320
FORWARDS = 5
"""Forwarded within forwarded: how deep a letter's own words are looked for."""
