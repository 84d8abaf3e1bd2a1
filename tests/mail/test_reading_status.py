"""Who writes: a person, a system, or somebody to many."""

from typing import Any

import pytest

from services.mail.parsing.letter import Invitation
from tests.mail.made_letters import read_letter

LETTERS: list[tuple[str, dict[str, Any], str]] = [
    ("Hi, here is the draft. I am around until five.", {}, "person"),
    ("Документы готовы, заберите в каб. 14.", {"address": "dekanat@univ.example"}, "person"),
    ("Your order 12 has shipped.", {"address": "noreply@shop.example"}, "automatic"),
    (
        "Your order 12 has shipped.",
        {"auto_submitted": "auto-generated", "list_unsubscribe": True},
        "automatic",
    ),
    (
        "Your login code is 4411. It expires in ten minutes.",
        {"address": "login@docket.example"},
        "automatic",
    ),
    (
        "Summer sale: 40% discount, promo code inside. Unsubscribe",
        {"address": "news@shop.example", "list_unsubscribe": True},
        "bulk",
    ),
    (
        "В этом выпуске: подборка статей за неделю. Отписаться от рассылки.",
        {"address": "noreply@digest.example", "list_unsubscribe": True, "precedence": "bulk"},
        "bulk",
    ),
    (
        "Second call for papers. Submission of abstracts is open.",
        {"subject": "CFP: Forum 2027", "precedence": "bulk", "list_id": "announce.example"},
        "bulk",
    ),
    (
        "I can reproduce this on 2.8, the fix is in my branch.",
        {
            "subject": "[dev] crash on start",
            "list_id": "dev.lists.example",
            "list_unsubscribe": True,
            "precedence": "list",
        },
        "person",
    ),
    (
        "tomasz left a comment: could you look at it?",
        {
            "address": "notifications@forge.example",
            "subject": "Re: [tiles] Cache grows",
            "list_id": "tiles.forge.example",
            "list_unsubscribe": True,
            "precedence": "list",
            "is_reply": True,
        },
        "automatic",
    ),
    ("Пересылаю, посмотри.", {"is_forward": True, "whole_text": "Отписаться"}, "person"),
    (
        "Thanks, I read it.",
        {"is_reply": True, "whole_text": "Thanks, I read it.\n> Unsubscribe from our newsletter"},
        "person",
    ),
]


@pytest.mark.parametrize(("text", "fields", "status"), LETTERS, ids=range(len(LETTERS)))
def test_the_sender_is_told_by_headers_and_words(
    text: str, fields: dict[str, Any], status: str
) -> None:
    assert read_letter(text, **fields).status == status


def test_an_invitation_in_a_persons_name_is_a_persons() -> None:
    invitation = Invitation(
        method="REQUEST",
        status="CONFIRMED",
        summary="Planning",
        location="",
        start_at=None,
        end_at=None,
        organizer="anna@firma.example",
    )

    assert read_letter("", invitations=(invitation,), precedence="bulk").status == "person"


def test_a_header_that_decided_is_the_proof() -> None:
    reading = read_letter("Build 8 failed.", auto_submitted="auto-generated")

    assert reading.proof["sender"].source == "header"
    assert reading.proof["sender"].quote == "Auto-Submitted: auto-generated"
