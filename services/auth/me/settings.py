"""What people may say of themselves, and what of it cannot be taken."""

from dataclasses import dataclass

from services.auth.persons.service import LONGEST_NAME
from shared.texts import LOCALES
from shared.zones import zone_names


def N_(text: str) -> str:  # noqa: N802 - gettext's own name: a text that is translated later
    """The text itself."""
    return text


@dataclass(frozen=True, slots=True)
class Settings:
    """A person's own settings, as they stand or as somebody wrote them."""

    name: str
    locale: str
    zone: str

    def tidy(self) -> "Settings":
        """Without spaces that mean nothing."""
        words = self.name.replace("\u00a0", " ").split(" ")
        return Settings(" ".join(filter(None, words)), self.locale.strip(), self.zone.strip())

    def wrong_fields(self) -> dict[str, str]:
        """What cannot be taken: a field and an English source text each; empty when all can."""
        wrong = {}
        if not self.name:
            wrong["name"] = N_("Write your name.")
        elif len(self.name) > LONGEST_NAME:
            wrong["name"] = N_("A name has 200 characters at most.")
        elif not self.name.isprintable():
            wrong["name"] = N_("There is something invisible in the name. Type it anew.")
        if self.locale not in LOCALES:
            wrong["locale"] = N_("Choose one of the languages.")
        if self.zone not in zone_names():
            wrong["zone"] = N_("There is no such time zone. Choose one of the list.")
        return wrong
