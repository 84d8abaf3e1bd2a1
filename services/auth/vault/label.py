"""What an account is called where others may see it."""

from services.auth.links.service import mask
from services.auth.persons.repository import Account
from services.auth.persons.service import clean_name


def masked_account(account: Account) -> str:
    """Enough for its owner to know it by: `s•••t@example.org`."""
    known_as = clean_name(account.login or account.name, "")
    name, at, host = known_as.rpartition("@")
    return f"{mask(name)}@{host}" if at and name else mask(known_as)
