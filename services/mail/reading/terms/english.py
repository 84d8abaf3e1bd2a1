"""Whose term an English sentence speaks of: read from the nearest verb and its subject."""

from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.terms import english_words as en
from services.mail.reading.terms.role import NEAR, Role, Verdict


def verdict_at(tokens: Tokens, start: int, at: int) -> Verdict | None:
    """What is said of the moment at `at` by the words of `start`..`at`, the nearest first."""
    if tokens.word(at - 1) in ("have", "given", "got") or (
        tokens.word(at - 1) in ("us", "you") and tokens.word(at - 2) in ("given", "give", "gives")
    ):
        return Verdict(Role.ASK)
    if tokens.word(at - 1) == "has":
        theirs = en.READERS.isdisjoint(tokens.words(start, at))
        return Verdict(Role.OTHER if theirs else Role.ASK)
    thing = goods = False
    for place in range(at - 1, start - 1, -1):
        word = tokens.word(place)
        if not word[0].isalpha() or word[0] > "z":
            continue
        found = _predicate(tokens, start, place, word, thing=thing)
        if found is not None:
            if at - place > NEAR:
                found = Verdict(found.role)
            if found.role is Role.VALID or (goods and found.role in (Role.WINDOW, Role.COME)):
                return Verdict(Role.VALID)
            return found
        thing = thing or word in en.THINGS
        goods = goods or word in en.GOODS
    if goods and not thing:
        return Verdict(Role.VALID)
    return Verdict(Role.TERM) if thing else None


def _predicate(tokens: Tokens, start: int, at: int, word: str, *, thing: bool) -> Verdict | None:
    if word in en.TERMS:
        return None if tokens.word(at + 1) == "to" and word == "due" else _term(tokens, start, at)
    if word in ("last", "final", "closing", "cut") and tokens.word(at + 1) in en.DAYS_CALLED:
        return Verdict(Role.TERM, hands_over=True)
    if word in en.VALID or (word == "off" and tokens.word(at - 1) in ("%", "cent", "half")):
        return Verdict(Role.VALID)
    if word in ("goes", "go", "going") and not en.OUT.isdisjoint(tokens.words(at + 1, at + 5)):
        return Verdict(Role.WINDOW, hands_over=True)
    if word in en.SWITCHED_OFF and "will" in tokens.words(at - 3, at):
        gone = thing or not en.THINGS.isdisjoint(tokens.words(start, at))
        return Verdict(Role.WINDOW if gone else Role.OTHER, hands_over=gone)
    if word in en.FIXING and tokens.word(at - 1) in en.WRITERS | {"am", "are", "be"}:
        return Verdict(Role.WINDOW, hands_over=True)
    if word in en.ORDERS:
        return Verdict(Role.ASK)
    if word in en.LASTING and _is_said_first(tokens, start, at):
        return Verdict(Role.OTHER)
    if word in en.SUBMITTED and tokens.word(at - 1) not in ("the", "a", "an", "and"):
        return _passive(tokens, start, at, word)
    if word in en.KEPT:
        return _window(tokens, start, at, thing=thing)
    if word == "cancel" and tokens.word(at - 1) in ("or", "and", "/"):
        return None
    if word in ("check", "checkout") and (word != "check" or tokens.word(at + 1) == "-"):
        return Verdict(Role.HOURS)
    if word in en.ACTS:
        return _act(tokens, start, at, word)
    if word in en.WISHES:
        return _wish(tokens, start, at, word)
    if word in en.HOURS and (
        word != "hours" or tokens.word(at - 1) in ("opening", "office", "our")
    ):
        return Verdict(Role.HOURS)
    if word in en.FUTURES or word in en.WRITERS - {"i", "we"} or word in en.SOMEBODY:
        return _told(tokens, start, at, word)
    if word.endswith("ing") and tokens.word(at - 1) in en.BE | en.WRITERS:
        return Verdict(Role.OTHER)
    return None


def _term(tokens: Tokens, start: int, at: int) -> Verdict:
    late = (
        {"was", "were"} & set(tokens.words(at + 1, at + 3))
        or "nothing" in tokens.words(max(start, at - 3), at)
        or en.LATER.intersection(tokens.words(max(start, at - 5), at))
    )
    return Verdict(Role.OTHER if late else Role.TERM, hands_over=not late)


def _passive(tokens: Tokens, start: int, at: int, word: str) -> Verdict | None:
    """must be submitted, to be returned, received by; "was sent" and "will be delivered" not."""
    before = tokens.words(max(start, at - 5), at)
    if word in ("in", "with") and tokens.word(at + 1) in ("you", "your"):
        return Verdict(Role.OTHER)
    if word == "in" and "should" in before:
        return Verdict(Role.OTHER)
    if word in ("in", "with") and {"isn't", "aren't", "is", "are"} & {*before[-2:]}:
        return Verdict(Role.ASK)
    if "be" in before or "been" in before or "being" in before:
        if {"must", "should", "need", "needs", "to", "has", "have", "please", "can", "may"} & set(
            before
        ):
            planned = "should" in before and word in ("done", "made", "delivered", "completed")
            told = any(said.endswith("'ll") for said in before)
            if planned or told or "will" in before:
                return Verdict(Role.OTHER)
            return Verdict(Role.ASK, hands_over=True)
        return Verdict(Role.OTHER) if word not in ("in", "with") else None
    if word in ("in", "with"):
        return None
    if en.PAST.intersection(before) or {"has", "have"} & set(before):
        return Verdict(Role.OTHER)
    if "if" in before or not before or before[-1] in en.THINGS:
        return Verdict(Role.ASK, hands_over=True)
    subject = before[-1] if before else ""
    return Verdict(Role.OTHER) if subject in en.WRITERS | en.SOMEBODY else None


def _window(tokens: Tokens, start: int, at: int, *, thing: bool) -> Verdict | None:
    word = tokens.word(at)
    left = tokens.words(start, at)
    if word in ("open", "opens", "run", "runs", "ends", "end", "closed", "close", "closes",
                "closing", "takes", "shuts", "available", "collect"):  # fmt: skip
        named = thing or not en.THINGS.isdisjoint(left) or not en.TERMS.isdisjoint(left)
        writer = bool(en.WRITERS.intersection(tokens.words(max(start, at - 3), at)))
        if word == "collect":
            return _act(tokens, start, at, word)
        if word == "takes":
            return Verdict(Role.WINDOW) if named else None
        if at == start and word.startswith("close"):
            return Verdict(Role.WINDOW, hands_over=True)
        if word in ("open", "opens", "available"):
            return Verdict(Role.WINDOW if named else Role.HOURS)
        if word == "closed" and not en.BE.intersection(left[-3:]):
            return None
        closed = tokens.word(at + 1) in ("the", "it", "this", "submissions", "our", "nominations")
        shut = not en.SHUT.isdisjoint(left[-5:])
        ends = word in ("closes", "close", "locks", "shuts") and left and not writer and not shut
        if ends or named or (writer and closed and word in ("close", "closing")):
            return Verdict(Role.WINDOW, hands_over=True)
        return Verdict(Role.HOURS) if word != "end" else None
    if word in ("moved", "extended", "extend") and en.TERMS.isdisjoint(left) and not thing:
        return None
    if word in ("taking", "collecting", "accepting", "receiving", "waiting", "wait"):
        subject = en.WRITERS.intersection(tokens.words(max(start, at - 3), at))
        return Verdict(Role.WINDOW) if subject else None
    if word in en.STORED and not (
        thing or (en.THINGS | {"it", "them", "they"}).intersection(left) or _for_you(tokens, at)
    ):
        return None
    if word in ("moved", "extended") and not en.TERMS.isdisjoint(left):
        return Verdict(Role.TERM, hands_over=True)
    return Verdict(Role.WINDOW, hands_over=word in ("lock", "locks", "freeze", "freezes"))


def _opens_sentence(tokens: Tokens, at: int) -> bool:
    """Whether a capital may be a sentence's and not a name's."""
    return at == 0 or bool(tokens[at].breaks) or not tokens.word(at - 1)[0].isalnum()


def _is_said_first(tokens: Tokens, start: int, at: int) -> bool:
    """Whether a base form opens its clause or follows "please"."""
    return at == start or tokens.word(at - 1) in en.BOUNDARIES


def _is_adverb(word: str) -> bool:
    return word not in ("please", "kindly") and (word in en.SKIPPED or word.endswith("ly"))


def _for_you(tokens: Tokens, at: int) -> bool:
    return any(tokens.says(place, "for", "you") for place in range(at, at + 6))


def _act(tokens: Tokens, start: int, at: int, word: str) -> Verdict | None:
    """A verb in its base form: an order, the reader's own, or somebody else's."""
    if tokens[at].title and not _opens_sentence(tokens, at):
        return None
    if word == "order" and tokens.word(at + 1) in ("form", "forms", "number", "no"):
        return None
    before = at - 1
    while before >= start and _is_adverb(tokens.word(before)):
        before -= 1
    left = tokens.word(before) if before >= start else ""
    if left in ("please", "kindly", "and", "or", "to", "then"):
        return _chained(tokens, start, before, word, left)
    if (
        before < start
        or left in en.BOUNDARIES
        or (tokens[before + 1].breaks and not left.isalpha())
    ):
        return (
            _ordered(word)
            if word not in ("be", "have", "know", "take", "see")
            else (Verdict(Role.COME) if word in ("be", "see") else None)
        )
    if left in ("you", "could", "can", "would", "will", "might", "not", "don't", "didn't", "must",
                "should", "may", "cannot", "can't", "shall", "i'll", "we'll", "he'll", "she'll",
                "they'll", "'ll", "won't", "to", "wouldn't"):  # fmt: skip
        return _by_subject(tokens, start, before, word)
    if left in en.READERS:
        return _ordered(word, readers=True)
    if left in ("i", "we") and tokens.word(before - 1) in ("could", "can", "may"):
        return Verdict(Role.ASK if word in ("have", "get", "see") else Role.OTHER, hands_over=True)
    wanted = word in ("have", "get", "receive") and left in ("i", "we")
    if wanted and {"your", "from"} & set(tokens.words(at + 1, at + 5)):
        return Verdict(Role.ASK, hands_over=True)
    if left in en.WRITERS | en.SOMEBODY:
        return Verdict(Role.ASK if word in ("need", "want") else Role.OTHER)
    return None


def _chained(tokens: Tokens, start: int, before: int, word: str, left: str) -> Verdict | None:
    """After "please", "to" or "and": what stands before decides."""
    if left in ("please", "kindly"):
        return _ordered(word)
    if left == "to":
        return _to(tokens, start, before, word)
    further = verdict_at(tokens, start, before)
    if further is None:
        return _ordered(word)
    if further.role is Role.ASK:
        return Verdict(Role.ASK, hands_over=word not in en.COMING)
    return further if further.role is Role.OTHER else _ordered(word)


def _to(tokens: Tokens, start: int, at: int, word: str) -> Verdict | None:
    """need to send, asked to confirm, would like to receive, the place to reply."""
    for place in range(at - 1, max(start, at - 5) - 1, -1):
        left = tokens.word(place)
        if left == "your":
            return None
        if left in en.WELCOME:
            return Verdict(Role.ASK, hands_over=True)
        if left in en.WISHES or left in en.FUTURES or left in ("have", "has", "had", "able"):
            return _by_subject(tokens, start, place, word)
        if left in ("days", "hours", "until", "till", "weeks", "chance", "time", "remember",
                    "forget", "sure", "day", "free", "date"):  # fmt: skip
            return _ordered(word)
        if left in (",", ".", ";", ":"):
            break
    return None


def _by_subject(tokens: Tokens, start: int, at: int, word: str) -> Verdict:
    """Who is to do `word`: the subject of the modal at `at`."""
    modal = tokens.word(at)
    if tokens.word(at - 1) in ("no", "not", "don't", "doesn't", "needn't"):
        return Verdict(Role.OTHER)
    if modal in en.FUTURES:
        return Verdict(Role.OTHER)
    if word == "reach" and "you" in tokens.words(at, at + 7):
        return Verdict(Role.OTHER)
    for place in range(at, max(start, at - 7) - 1, -1):
        left = tokens.word(place)
        if left in en.READERS or left == "please":
            permits = modal in ("can", "may") and word in en.SHOPPING | {"return", "get"}
            return Verdict(Role.VALID) if permits else _ordered(word, readers=True)
        if left in en.WRITERS or left in en.SOMEBODY:
            wanted = left in en.WRITERS and (word in en.NOT_A_TERM or word in ("reach", "get"))
            asks = wanted and modal not in ("will", "i'll", "we'll", "'ll", "can", "could")
            refused = modal in ("not", "don't", "didn't") and word in ("hear", "receive", "get")
            return Verdict(Role.ASK if asks or refused else Role.OTHER, hands_over=asks)
        if left in (".", ";", ":"):
            break
    if modal in ("not", "don't") and "forget" not in tokens.words(at, at + 3):
        return Verdict(Role.OTHER)
    if modal in ("could", "can", "would", "will") and at <= start + 1:
        return _ordered(word, readers=True)
    homing = word not in ("come", "get", "go") or not en.HOME.isdisjoint(
        tokens.words(at + 1, at + 7)
    )
    if homing and word in en.ARRIVING and modal in en.BINDING:
        return Verdict(Role.ASK, hands_over=True)
    if modal in ("asked", "required", "requested", "expected", "need", "must", "invited"):
        passive = word == "be"
        return Verdict(Role.ASK if passive or modal != "must" else Role.OTHER, hands_over=True)
    return Verdict(Role.OTHER)


def _ordered(word: str, *, readers: bool = False) -> Verdict:
    if word in en.COMING:
        return Verdict(Role.COME)
    if word in en.SHOPPING:
        return Verdict(Role.VALID)
    if word in ("bring", "take"):
        return Verdict(Role.ASK)
    if readers and word in ("receive", "see", "hear", "know", "find"):
        return Verdict(Role.OTHER)
    return Verdict(Role.ASK, hands_over=True)


def _wish(tokens: Tokens, start: int, at: int, word: str) -> Verdict | None:
    """ "I need it by", "we expect your reply by"; "Marta needs" is somebody else's."""
    if word in ("like", "love", "ask", "request", "wish", "invite") and not (
        {"would", "i'd", "we'd", "'d", "i", "we"} & set(tokens.words(max(start, at - 3), at))
    ):
        return None
    left = tokens.words(max(start, at - 4), at)
    if {"not", "no", "don't", "needn't", "doesn't", "nothing"} & {*left[-2:]}:
        return Verdict(Role.OTHER)
    if word in ("asked", "requested", "invited") and left and left[-1] in en.READERS | en.WRITERS:
        return Verdict(Role.OTHER)
    if word in ("must", "should"):
        subject = next((said for said in reversed(left) if said not in en.SKIPPED), "")
        return None if subject not in en.READERS else Verdict(Role.ASK, hands_over=True)
    if word in ("expect", "expects", "hoping", "hope") and (
        tokens.word(at + 1) == "to" or not left or left[-1] in ("so", ",", "and", "you")
    ):
        return Verdict(Role.OTHER)
    if tokens.word(at + 1) == "to" and not en.WRITERS.isdisjoint(left[-2:]):
        return Verdict(Role.OTHER)
    if word == "expected" and not en.COMING_IN.isdisjoint(left):
        return Verdict(Role.OTHER)
    if word == "invited" or (word == "expected" and "you" in left[-3:]):
        return Verdict(Role.COME)
    return Verdict(Role.ASK, hands_over=bool((en.WRITERS | {"is", "are"}).intersection(left)))


def _told(tokens: Tokens, start: int, at: int, word: str) -> Verdict | None:
    if word in ("will", "shall") and tokens.word(at - 1) in en.READERS:
        return None
    if word in ("i'd", "we'd", "you'd", "you'll"):
        return None
    if word in ("they", "he", "she", "it") and tokens.word(at + 1) in ("will", "is", "was"):
        return Verdict(Role.OTHER)
    if word in ("i'm", "we're") and tokens.word(at + 1) in ("after", "hoping"):
        return Verdict(Role.ASK)
    return Verdict(Role.OTHER) if word not in ("it", "they", "he", "she", "going") else None


def tells(words: list[str]) -> bool:
    """Whether a verb in the third person tells something: "the bank transfers it"."""
    return any(
        _is_third_person(words[at]) and words[at + 1] in en.OBJECTS and words[at - 1].isalpha()
        for at in range(1, len(words) - 1)
    )


def _is_third_person(word: str) -> bool:
    return word.endswith("s") and (word[:-1] in en.ACTS or word[:-2] in en.ACTS)


def has_thing(tokens: Tokens, start: int, end: int) -> bool:
    """Whether what is handed in, or its term, is named between `start` and `end`."""
    return any(word in en.THINGS or word in en.TERMS for word in tokens.words(start, end))
