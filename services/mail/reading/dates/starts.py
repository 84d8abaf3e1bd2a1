"""The words that a moment may begin with, and those that may stand between its parts."""

from services.mail.reading.dates.leads import LEAD_WORDS
from services.mail.reading.dates.tables import listed
from services.mail.reading.dates.words import (
    CARDINALS,
    COMING,
    DASHES,
    MIDNIGHT,
    MONTHS,
    NEXT,
    NOON,
    ORDINALS,
    RELATIVE_DAYS,
    THIS,
    UNITS,
    WEEKDAYS,
)

STARTS = (
    frozenset(MONTHS)
    | frozenset(WEEKDAYS)
    | frozenset(RELATIVE_DAYS)
    | frozenset(CARDINALS)
    | frozenset(ORDINALS)
    | frozenset(UNITS)
    | THIS
    | NEXT
    | COMING
    | NOON
    | MIDNIGHT
    | frozenset(
        listed(
            "the a an day end close eod cob eob cop eow eom eoy eoq half quarter week's month's "
            "year's weekend выходных выходным « последний последнего последнему последнем last "
            "середины середине начала началу начале middle start beginning month year week конца "
            "концу конце окончания окончанию самого нового половине половины половина без полчаса "
            "получаса полтора полутора полвторого полтретьего"
        )
    )
    | frozenset("пол" + hour for hour in ORDINALS if hour.endswith("ого"))
)
FIRST_PARTS = frozenset(
    listed("утру утра вечеру вечера обеда обеду утром вечером ночи morning evening afternoon")
)
STARTS |= FIRST_PARTS
FIRST_WORDS = STARTS | LEAD_WORDS
PARTS_OF_DAY = frozenset(
    listed("утром днем вечером ночью утра вечера morning afternoon evening night lunchtime")
)
SOFT_GLUE = frozenset(("of", "the", "@", "ровно", "примерно", "около", "around", "about", "sharp"))
HARD_GLUE = frozenset((",", "(", "|", "@", ":", "/")) | DASHES
KEPT = frozenset(listed("keep kept hold held store stored keeping holding storing"))
GIVEN = frozenset(
    listed(
        "осталось остался остается остались хранится храним хранения хранить дается даем "
        "отводится оплаты подачи вас left have got give given within remaining"
    )
)
