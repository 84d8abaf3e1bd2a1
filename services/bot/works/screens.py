"""The screens of works: lists, one work, questions. Values in, a screen out."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from services.bot import texts as bot_words
from services.bot.cards.composing import CardPress
from services.bot.dialogs.press import Screen
from services.bot.links import with_link
from services.bot.school import Choice, Work, Works
from services.bot.works import labels
from services.bot.works import sending_texts as sending_words
from services.bot.works import texts as words
from services.bot.works.buttons import (
    Buttons,
    Deed,
    DraftPress,
    Target,
    Which,
    WorkPress,
    WorksPress,
    button,
)
from services.bot.works.repository import Draft
from shared.people import Person
from shared.texts import Texts

A_PAGE = 6

Rows = list[Buttons]


def listed(works: Works, which: Which, page: int, texts: Texts, page_url: str) -> Screen:
    """A page of a list, a button for each work; the last page where there are not so many."""
    all_ = works.own if which == "own" else works.to_review
    total = works.own_total if which == "own" else works.to_review_total
    last = max(0, (len(all_) - 1) // A_PAGE)
    page = min(max(page, 0), last)
    shown = all_[page * A_PAGE : (page + 1) * A_PAGE]
    rows: Rows = [[_open(work, _place(which, page))] for work in shown]
    rows.append(_turns(which, page, last))
    rows.append(_other_list(works, which, texts))
    text, link = with_link(
        _about(works, which, shown, texts, is_cut=total > len(all_)),
        page_url,
        labels.open_page(texts),
    )
    return _screen(text, [*rows, *(link.inline_keyboard if link else [])])


def _about(
    works: Works, which: Which, shown: tuple[Work, ...], texts: Texts, *, is_cut: bool
) -> str:
    if which == "own":
        head = words.own(texts, works.own_total) if shown else words.none_own(texts)
    else:
        head = words.to_review(texts, works.to_review_total) if shown else ""
        head = head or words.none_to_review(texts)
    parts = [head]
    if shown:
        lines = [words.line(texts, work, whose=which == "review") for work in shown]
        parts.append("\n".join(lines))
    if is_cut:
        all_ = works.own if which == "own" else works.to_review
        parts.append(words.first_of(texts, len(all_)))
    if which == "own" and shown:
        parts.append(words.how_to_send(texts))
    return "\n\n".join(parts)


def _open(work: Work, back: str) -> InlineKeyboardButton:
    return button(words.label(work), WorkPress(do="open", at=target(work).pack(), back=back))


def _turns(which: Which, page: int, last: int) -> Buttons:
    turns = []
    if page > 0:
        turns.append(button(labels.earlier(), WorksPress(which=which, page=page - 1)))
    if page < last:
        turns.append(button(labels.later(), WorksPress(which=which, page=page + 1)))
    return turns


def _other_list(works: Works, which: Which, texts: Texts) -> Buttons:
    if which == "own" and works.to_review_total:
        label = labels.all_to_review(texts, works.to_review_total)
        return [button(label, WorksPress(which="review", page=0))]
    if which == "review":
        return [button(labels.all_own(texts), WorksPress(which="own", page=0))]
    return []


# One work


def shown(work: Work, person: Person, texts: Texts, *, back: str = "", above: str = "") -> Screen:
    """A work, and what may be done with it. `above`: what was just done."""
    text = words.work(texts, work, zone=person.zone)
    text = f"{above}\n\n{text}" if above else text
    text, pull = with_link(text, work.pull_url, labels.open_pull(texts))
    text, page = with_link(text, work.page_url, labels.open_page(texts))
    links = [row[0] for one in (pull, page) if one is not None for row in one.inline_keyboard]
    return _screen(text, [*_deeds(work, texts, back), links, _back_to_list(texts, back)])


def _deeds(work: Work, texts: Texts, back: str) -> Rows:
    """What school says that this person may do. Without an assignment it is sent on the page."""

    def deed(label: str, do: Deed) -> InlineKeyboardButton:
        return _deed(label, do, work, back)

    rows: Rows = []
    if not work.may.isdisjoint(("approve", "return")):
        may = {
            "approve": deed(labels.accept(texts), "ok"),
            "return": deed(labels.give_back(texts), "fix"),
        }
        rows.append([one for name, one in may.items() if name in work.may])
    if "send" in work.may and work.assignment_id is not None and work.group_id is not None:
        if work.pull_url is not None:
            rows.append([deed(labels.send_again(texts), "again")])
        rows.append([deed(labels.send(texts), "link")])
    if "take_back" in work.may:
        rows.append([deed(labels.take_back(texts), "take")])
    return rows


def _deed(label: str, do: Deed, work: Work, back: str) -> InlineKeyboardButton:
    at = target(work).pack()
    return button(label, WorkPress(do=do, at=at, seen=work.version, back=back))


def _back_to_list(texts: Texts, back: str) -> Buttons:
    place = read_place(back)
    if place is None:
        return []
    which, page = place
    return [button(bot_words.back(texts), WorksPress(which=which, page=page))]


# Questions


def asked(do: Deed, work: Work, texts: Texts, back: str) -> Screen:
    """The question before a deed; on a card only its buttons are shown."""
    match do:
        case "take":
            text = words.ask_take_back(texts, work.title)
            rows = [[_deed(labels.take_back_yes(texts), "take_yes", work, back)]]
        case "ok":
            text = words.ask_accept(texts, work)
            rows = [
                [_deed(labels.accept_yes(texts), "ok_yes", work, back)],
                [_deed(labels.accept_say(texts), "ok_say", work, back)],
            ]
        case _:
            text = words.ask_return(texts, work)
            rows = [
                [_deed(labels.return_say(texts), "fix_say", work, back)],
                [_deed(labels.return_yes(texts), "fix_yes", work, back)],
            ]
    return _screen(text, [*rows, [_leave(work, texts, back)]])


def _leave(work: Work, texts: Texts, back: str) -> InlineKeyboardButton:
    card_id = read_card(back)
    if card_id is not None:
        return button(bot_words.back(texts), CardPress(do="back", card_id=card_id))
    press = WorkPress(do="open", at=target(work).pack(), back=back)
    return button(bot_words.back(texts), press)


# A link that somebody sends


def drafted(draft: Draft, texts: Texts) -> Screen:
    """What it is for: yes or no to one work, or one of several."""
    choices = [Choice.model_validate(one) for one in draft.choices]
    if len(choices) == 1:
        text = sending_words.ask_send(texts, draft.pull_url, choices[0])
        rows = [[_send(labels.send_yes(texts), draft, 0)]]
    else:
        text = sending_words.ask_which(texts, draft.pull_url)
        rows = [
            [_send(sending_words.choice_label(choice), draft, number)]
            for number, choice in enumerate(choices)
        ]
    leave = button(labels.send_no(texts), DraftPress(do="no", draft_id=draft.draft_id))
    return _screen(text, [*rows, [leave]])


def _send(label: str, draft: Draft, choice: int) -> InlineKeyboardButton:
    return button(label, DraftPress(do="yes", draft_id=draft.draft_id, choice=choice))


# Where a button stands


def target(work: Work) -> Target:
    """How a button names it."""
    return Target(work.submission_id, work.assignment_id, work.group_id)


def read_card(back: str) -> int | None:
    """The card that a button stands on."""
    number = back[1:]
    if back[:1] != "c" or not (number.isascii() and number.isdigit()):
        return None
    return int(number) if 0 < int(number) < 2**63 else None


def read_place(back: str) -> tuple[Which, int] | None:
    """The list, and its page, from which a work was opened."""
    lists: dict[str, Which] = {"o": "own", "r": "review"}
    which, page = lists.get(back[:1]), back[1:]
    if which is None or len(page) != 1 or page not in "0123456789":
        return None
    return which, int(page)


def _place(which: Which, page: int) -> str:
    return f"{which[0]}{page}"


def _screen(text: str, rows: Rows) -> Screen:
    return Screen(text, InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row]))
