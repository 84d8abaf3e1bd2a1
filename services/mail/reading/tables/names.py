"""Names with a capital letter: those that are no places, and those that are countries."""

from typing import Final

from services.mail.reading.words import word_set

NO_NAMES: Final = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat
    sun january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec spring summer autumn winter easter
    christmas english french german russian spanish italian latin chinese japanese python java
    javascript excel word powerpoint outlook teams zoom slack google moodle canvas blackboard
    github gitlab jira confluence figma notion discord whatsapp telegram skype meet webex
    dropbox sharepoint drive trello asana miro linux windows mac android paypal venmo facebook
    instagram twitter linkedin youtube netflix amazon microsoft apple section chapter figure
    table part page appendix annex question task week group year term module level stage phase
    version release paper i you he she we they it the this that these those my your our his her
    their best kind dear hi hello thanks thank regards yours god mr mrs ms dr prof sir madam pdf
    gdpr api utc gmt cet bst est pst all everyone both each please not no yes if when where what
    who how and but or so as for with from to in on at by of a an practice theory person full
    general particular advance fact order case time touch addition detail total principle public
    private progress response reply internet web wi-fi wifi earth christ mum dad mom grandma
    grandad hr finance legal sales marketing accounts engineering support management noon
    midnight
    """
)
"""English words that stand with a capital after in, at, from or to, and name no place."""

COUNTRIES: Final = word_set(
    """
    uk england scotland wales ireland germany france spain italy portugal austria switzerland
    netherlands belgium poland czechia hungary greece turkey finland sweden norway denmark
    iceland estonia latvia lithuania usa us canada australia japan china india russia georgia
    armenia serbia croatia slovenia slovakia romania bulgaria ukraine belarus kazakhstan ca ny
    tx wa ma россия беларусь казахстан украина грузия армения сербия турция германия франция
    италия испания узбекистан латвия литва эстония финляндия польша чехия китай япония индия
    израиль рф
    """
)
"""Countries in English and, in their dictionary form, Russian; and states behind a town."""
