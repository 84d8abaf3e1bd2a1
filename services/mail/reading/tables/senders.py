"""What a sender's address and mailer tell: words of the name before the @, and of the domain."""

from collections.abc import Mapping
from typing import Final

from services.mail.reading.reading import Category
from services.mail.reading.words import word_set

SILENT_NAMES: Final = word_set(
    """
    noreply no-reply no_reply donotreply do-not-reply do_not_reply dontreply notreply
    mailer-daemon postmaster neotvechat
    """
)
"""Parts of a name that nobody reads what is sent to."""

SYSTEM_NAMES: Final = word_set(
    """
    notification notifications notify notifier robot bot alert alerts orders order booking
    bookings reservations tickets ticket billing invoice invoices receipt receipts security
    inform zabbix jenkins jira gitlab github ci build builds verify verification automat auto
    automatic system monitoring monitor nagios grafana sentry tracking shipment delivery zakaz
    zakazy uvedomlenie uvedomleniya zapis payments payment statements cron root daemon account
    accounts appointments reminders reminder confirm confirmation lms moodle updates tracker
    login auth
    """
)
"""Names that systems write under."""

CAMPAIGN_NAMES: Final = word_set(
    """
    news newsletter newsletters digest promo promotions marketing offers offer deals sale
    mailing rassylka subscribe subscription weekly daily campaign novosti events editorial
    mailer
    """
)
"""Names that newsletters and campaigns come from."""

PEOPLES_MAILERS: Final = (
    "outlook",
    "thunderbird",
    "apple mail",
    "iphone",
    "ipad",
    "the bat",
    "mutt",
    "k-9",
    "evolution",
    "mailbird",
    "spark",
)
SENDING_MACHINES: Final = (
    "phpmailer",
    "mailchimp",
    "sendgrid",
    "unisender",
    "mailjet",
    "sendpulse",
)

FREE_MAIL: Final = word_set(
    """
    gmail googlemail yandex ya mail inbox bk list hotmail outlook live yahoo icloud me proton
    protonmail rambler pochta post email aol gmx web fastmail home
    """
)
"""Domains where anybody has a mailbox: their first part."""

CATEGORIES: Final[Mapping[Category, frozenset[str]]] = {
    "notification": word_set(
        """
        support helpdesk help jira tracker forum monitor monitoring zabbix ci build builds social
        council library lib
        """
    ),
    "study": word_set(
        """
        edu ac uni univ univer university college school lms moodle academy institute campus student
        students kurs kursy course courses learn learning mooc stepik coursera edx dekanat lyceum
        gymnasium vuz fakultet exams exam registrar registry teacher tutor shkola primary secondary
        openlearn canvas blackboard deanery kafedra math phys
        """
    ),
    "money": word_set(
        """
        bank banking pay payments payment billing invoice invoices invoicing nalog tax finance
        accounts accounting buh buhgalteria zhkh schet kassa paypal stripe payroll receipts energy
        gas water vodokanal insurance
        """
    ),
    "security": word_set(
        """
        security account-security id accounts-security verify auth login sso abuse antifraud
        """
    ),
    "delivery": word_set(
        """
        delivery parcel parcels courier tracking track shipping shipment dhl ups fedex cdek dpd
        hermes post-office royalmail boxberry orders order booking bookings reservations tickets
        hotel avia rail railway trains airline airlines clinic klinika dental hospital polyclinic
        appointments zapis ozon wildberries market shop
        """
    ),
    "meeting": word_set(
        """
        calendar calendly invite invites meetup
        """
    ),
    "work": word_set(
        """
        sales legal office firm corp agency studio press editor hr project
        """
    ),
}
"""Words of an address that speak for a category."""
