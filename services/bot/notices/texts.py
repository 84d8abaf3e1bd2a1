"""What notices say, in English; Russian is in `locale/ru.po`."""

from services.bot.texts import LONGEST_COMMENT, LONGEST_NAME, LONGEST_TITLE, name_of, shown
from shared.events import RightEnded, SubmissionChanged
from shared.texts import Texts


def work_needs_correction(texts: Texts, event: SubmissionChanged) -> str:
    """For the student."""
    return texts(
        "✏️ <b>{title}</b>\nYour work came back with remarks.", title=_title(event)
    ) + _comment(event)


def work_approved(texts: Texts, event: SubmissionChanged) -> str:
    """For the student."""
    return texts("✅ <b>{title}</b>\nYour work is accepted!", title=_title(event)) + _comment(event)


def verdict_withdrawn(texts: Texts, event: SubmissionChanged) -> str:
    """For the student."""
    return texts(
        "↩️ <b>{title}</b>\nThe curator has withdrawn the review: your work is on review again.",
        title=_title(event),
    )


def own_work_on_review(texts: Texts, event: SubmissionChanged) -> str:
    """For the student, who sent it."""
    return texts("🔍 <b>{title}</b>\nYour work is on review.", title=_title(event))


def own_work_taken_back(texts: Texts, event: SubmissionChanged) -> str:
    """For the student, who did it."""
    return texts("🛠 <b>{title}</b>\nYou have taken the work back.", title=_title(event))


def own_pull_lost(texts: Texts, event: SubmissionChanged) -> str:
    """For the student."""
    if event.trouble == "blocked":
        return texts(
            "⚠️ <b>{title}</b>\nGitHub has blocked the pull request of your work: nobody can see "
            "it there. Ask GitHub why, or send another pull request.",
            title=_title(event),
        )
    return texts(
        "⚠️ <b>{title}</b>\nThe pull request of your work cannot be seen any more: it was deleted, "
        "or its repository was deleted or made private. Bring it back, or send another one.",
        title=_title(event),
    )


def pull_found(texts: Texts, event: SubmissionChanged) -> str:
    """For both."""
    return texts("👌 <b>{title}</b>\nThe pull request can be seen again.", title=_title(event))


def pull_lost(texts: Texts, event: SubmissionChanged) -> str:
    """For the curator."""
    name = name_of(event.student_name, texts)
    if event.trouble == "blocked":
        return texts(
            "⚠️ <b>{title}</b>\nGitHub has blocked the pull request: nobody can see it there. "
            "Student: {name}, who is told as well.",
            title=_title(event),
            name=name,
        )
    return texts(
        "⚠️ <b>{title}</b>\nThe pull request cannot be seen any more: it was deleted, or its "
        "repository was deleted or made private. Student: {name}, who is told as well.",
        title=_title(event),
        name=name,
    )


def withdrawal_recorded(texts: Texts, event: SubmissionChanged) -> str:
    """For the curator."""
    return texts(
        "📝 <b>{title}</b>\nRecorded: the review was withdrawn, the work waits for one again. "
        "Student: {name}.",
        title=_title(event),
        name=name_of(event.student_name, texts),
    )


def work_taken_back(texts: Texts, event: SubmissionChanged) -> str:
    """For the curator."""
    return texts(
        "↩️ <b>{title}</b>\n{name} has taken the work back: it does not wait for a review.",
        title=_title(event),
        name=name_of(event.student_name, texts),
    )


def work_to_review(texts: Texts, event: SubmissionChanged) -> str:
    """For the curator."""
    return texts(
        "📥 <b>{title}</b>\n{name} sends a work for review.",
        title=_title(event),
        name=name_of(event.student_name, texts),
    )


def correction_recorded(texts: Texts, event: SubmissionChanged) -> str:
    """For the curator."""
    return texts(
        "📝 <b>{title}</b>\nRecorded: needs correction. Student: {name}.",
        title=_title(event),
        name=name_of(event.student_name, texts),
    )


def approval_recorded(texts: Texts, event: SubmissionChanged) -> str:
    """For the curator."""
    return texts(
        "📝 <b>{title}</b>\nRecorded: accepted. Student: {name}.",
        title=_title(event),
        name=name_of(event.student_name, texts),
    )


def right_refused(texts: Texts, event: RightEnded) -> str:
    """For whoever granted it: what stopped, why that may be, what to do."""
    account = shown(event.label, LONGEST_NAME) or "…"
    match event.right:
        case "mail.read" | "mail.box":
            return texts(
                "🔌 <b>{account}</b>\nI can no longer read this mailbox, so news of letters in it "
                "has stopped.\n\n"
                "The permission may have been taken back in the mailbox's settings, the password "
                "may have changed, or it was not used for long. Nothing else has changed: connect "
                "the mailbox again on your page, and it goes on.",
                account=account,
            )
        case _:
            return texts(
                "🔌 <b>{account}</b>\nThe permission that you gave for this account no longer "
                "works.\n\n"
                "It may have been taken back there. Give it again on your page, and all goes on.",
                account=account,
            )


# In a summary: one line each


def work_needs_correction_line(texts: Texts, event: SubmissionChanged) -> str:
    """For the student."""
    return texts("✏️ {title}: came back with remarks", title=_title(event))


def work_approved_line(texts: Texts, event: SubmissionChanged) -> str:
    """For the student."""
    return texts("✅ {title}: accepted", title=_title(event))


def verdict_withdrawn_line(texts: Texts, event: SubmissionChanged) -> str:
    """For the student."""
    return texts("↩️ {title}: on review again", title=_title(event))


def own_work_on_review_line(texts: Texts, event: SubmissionChanged) -> str:
    """For the student."""
    return texts("🔍 {title}: on review", title=_title(event))


def own_work_taken_back_line(texts: Texts, event: SubmissionChanged) -> str:
    """For the student."""
    return texts("🛠 {title}: taken back", title=_title(event))


def pull_lost_line(texts: Texts, event: SubmissionChanged) -> str:
    """For both."""
    if event.trouble == "blocked":
        return texts("⚠️ {title}: GitHub has blocked the pull request", title=_title(event))
    return texts("⚠️ {title}: the pull request cannot be seen", title=_title(event))


def pull_found_line(texts: Texts, event: SubmissionChanged) -> str:
    """For both."""
    return texts("👌 {title}: the pull request can be seen again", title=_title(event))


def withdrawal_recorded_line(texts: Texts, event: SubmissionChanged) -> str:
    """For the curator."""
    return texts("📝 {title}: the review was withdrawn, recorded", title=_title(event))


def work_taken_back_line(texts: Texts, event: SubmissionChanged) -> str:
    """For the curator."""
    return texts(
        "↩️ {title}: {name} has taken it back",
        title=_title(event),
        name=name_of(event.student_name, texts),
    )


def work_to_review_line(texts: Texts, event: SubmissionChanged) -> str:
    """For the curator."""
    return texts(
        "📥 {title}: {name} sends it for review",
        title=_title(event),
        name=name_of(event.student_name, texts),
    )


def correction_recorded_line(texts: Texts, event: SubmissionChanged) -> str:
    """For the curator."""
    return texts("📝 {title}: needs correction, recorded", title=_title(event))


def approval_recorded_line(texts: Texts, event: SubmissionChanged) -> str:
    """For the curator."""
    return texts("📝 {title}: accepted, recorded", title=_title(event))


def right_refused_line(texts: Texts, event: RightEnded) -> str:
    """For whoever granted it."""
    return texts(
        "🔌 {account}: the permission no longer works",
        account=shown(event.label, LONGEST_NAME) or "…",
    )


# Buttons and reasons


def grant_anew(texts: Texts, event: RightEnded) -> str:
    """A button's label."""
    return texts("Connect again")


def open_review(texts: Texts, event: SubmissionChanged) -> str:
    """A button's label; what was decided by hand has no review to open."""
    return texts("Open the review") if event.review_url else open_work(texts, event)


def open_work(texts: Texts, event: SubmissionChanged) -> str:
    """A button's label."""
    return texts("Open the work")


def because_sent(texts: Texts, event: SubmissionChanged) -> str:
    """Why a student is told."""
    return texts("This is a work that you sent for review.")


def because_curator(texts: Texts, event: SubmissionChanged) -> str:
    """Why a curator is told."""
    return texts("You are the curator of this work.")


def because_granted(texts: Texts, event: RightEnded) -> str:
    """Why somebody is told that a right has ended."""
    return texts("You had given the permission that ended.")


def _title(event: SubmissionChanged) -> str:
    return shown(event.title, LONGEST_TITLE) or "…"


def _comment(event: SubmissionChanged) -> str:
    comment = shown(event.comment or "", LONGEST_COMMENT)
    return f"\n\n<blockquote>{comment}</blockquote>" if comment else ""


# Summaries


def summary(texts: Texts, count: int) -> str:
    """The first line of several news in one message."""
    return texts.plural("🗞 <b>{count} piece of news</b>", "🗞 <b>{count} pieces of news</b>", count)


def and_more(texts: Texts, count: int) -> str:
    """What did not fit."""
    return texts.plural("…and {count} more.", "…and {count} more.", count)


def summary_end(texts: Texts) -> str:
    """How to have it otherwise."""
    return texts("When and how news comes: /settings")
