"""What Boomstream answers, read from JSON and from XML into the same shapes.

Moments are Moscow's, `YYYY-MM-DD HH:MM:SS`, and all zeros is never.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.parsers import expat
from zoneinfo import ZoneInfo

from services.sync.boomstream.errors import AnswerUnreadable, failure_of
from services.sync.boomstream.recovery import is_own_form

MOSCOW = ZoneInfo("Europe/Moscow")
FORMAT = "%Y-%m-%d %H:%M:%S"
NEVER = "0000-00-00 00:00:00"
EARLIEST_YEAR = 1970
FOREVER = datetime(2200, 1, 1, tzinfo=MOSCOW)
"""Later is never: 9999 is how many write it, and has no end by every clock."""
DEEPEST = 20
"""Elements within one another; an answer has four."""

Tree = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Buyer:
    """What addbuyer and listbuyers say of one. `expires_at`: None is never.

    `is_active`: whether the code was activated; listbuyers does not say it.
    """

    hash: str = field(repr=False)
    media: str | None
    expires_at: datetime | None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Subscription:
    """What info says: what activates a buyer, and how long access may last.

    `expires_at`: its own end; `period_days`: for so many days it is sold; `is_endless`: it says
    that it has no end.
    """

    activation: str | None = None
    expires_at: datetime | None = None
    period_days: int | None = None
    is_endless: bool = False


@dataclass(frozen=True, slots=True)
class BuyerPage:
    """A page of listbuyers, and how many there are."""

    buyers: tuple[Buyer, ...]
    pages: int


def read_answer(content: bytes, *, is_xml: bool) -> Tree:
    """An answer as a tree.

    Raises:
        AnswerUnreadable: it is none.
        BoomstreamError: `Status` is not `Success`; which one, `Message` says.
    """
    tree = _read_xml(content) if is_xml else _read_json(content)
    status = _text(tree, "Status")
    if status == "Success":
        return tree
    if status != "Failed":
        raise AnswerUnreadable("an answer without Status")
    raise failure_of(_text(tree, "Message") or "")


def read_added(tree: Tree) -> Buyer:
    """The answer to addbuyer. `Recovery` 0: not activated.

    Raises:
        AnswerUnreadable: there is no hash, or a date is none.
    """
    return _buyer(tree, is_active=_text(tree, "Recovery") not in (None, "", "0"))


def read_subscription(tree: Tree) -> Subscription:
    """The answer to info.

    Raises:
        AnswerUnreadable: a date is none.
    """
    item = next(iter(_items(tree)), tree)
    period = _text(item, "Period") or ""
    end = _text(item, "AccessExpirationDate")
    expires_at = _moment(end)
    return Subscription(
        activation=_text(item, "Activation") or None,
        expires_at=expires_at,
        period_days=(int(period) or None) if _is_number(period, digits=4) else None,
        is_endless=bool(end) and expires_at is None,
    )


def read_buyers(tree: Tree) -> BuyerPage:
    """The answer to listbuyers. Of who is not ours the code alone is read, if there is one.

    Raises:
        AnswerUnreadable: a buyer of ours with a date that is none, or nobody with a hash.
    """
    pages = _text(tree, "PageCount") or "1"
    if not _is_number(pages, digits=9):
        raise AnswerUnreadable("PageCount is no number")
    buyers = tuple(_listed(item) for item in _items(tree))
    if buyers and not any(buyer.hash for buyer in buyers):
        raise AnswerUnreadable("buyers without Hash")
    return BuyerPage(buyers, int(pages))


def moscow_time(moment: datetime | None) -> str:
    """A moment as Boomstream is told it; None is never."""
    return moment.astimezone(MOSCOW).strftime(FORMAT) if moment else NEVER


def _listed(item: Tree) -> Buyer:
    code = _text(item, "Hash") or ""
    return _buyer(item, is_active=True) if is_own_form(code) else Buyer(code, None, None)


def _buyer(item: Tree, *, is_active: bool) -> Buyer:
    code = _text(item, "Hash")
    if not code:
        raise AnswerUnreadable("a buyer without Hash")
    return Buyer(
        hash=code,
        media=_text(item, "Media") or None,
        expires_at=_moment(_text(item, "AccessExpirationDate")),
        is_active=is_active,
    )


def _moment(text: str | None) -> datetime | None:
    """All zeros, with a time or without, is never; a day alone ends with it."""
    if not text or not text.strip("0-: "):
        return None
    told = f"{text} 23:59:59" if len(text) == len("YYYY-MM-DD") else text
    try:
        moment = datetime.strptime(told, FORMAT).replace(tzinfo=MOSCOW)
    except ValueError:
        raise AnswerUnreadable("a date that is none") from None
    if moment.year < EARLIEST_YEAR:
        raise AnswerUnreadable("a date before there was any")
    return moment if moment < FOREVER else None


def _is_number(text: str, *, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits


def _items(tree: Tree) -> Sequence[Tree]:
    """`Items` is a list, or an object whose `Item` is a list or, where there is one, that one."""
    items = tree.get("Items")
    if isinstance(items, Mapping):
        items = items.get("Item", [])
    if isinstance(items, Mapping):
        items = [items]
    if items in (None, ""):
        return []
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise AnswerUnreadable("Items of no known shape")
    return items


def _text(tree: Tree, name: str) -> str | None:
    value = tree.get(name)
    if isinstance(value, bool) or value is None:
        return None if value is None else str(int(value))
    return str(value).strip() if isinstance(value, str | int) else None


def _read_json(content: bytes) -> Tree:
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError):
        raise AnswerUnreadable("not JSON") from None
    if not isinstance(tree, dict):
        raise AnswerUnreadable("JSON of no known shape")
    return tree


def _read_xml(content: bytes) -> Tree:
    reader = _XmlReader()
    try:
        return reader.read(content)
    except (expat.ExpatError, ValueError, LookupError):
        raise AnswerUnreadable("not XML") from None


class _XmlReader:
    """XML as the same tree that JSON gives: elements of one name within one element are a list.

    What could be made to cost us is refused at its first sign: a document type, with which all
    entities come, and elements without end within one another. expat itself opens no file and no
    address.
    """

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.ExternalEntityRefHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._words
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._root: Any = None

    def read(self, content: bytes) -> Tree:
        """The root's content.

        Raises:
            AnswerUnreadable: refused, or a root without elements.
            ExpatError, ValueError, LookupError: it is no XML, or in no known encoding.
        """
        self._parser.Parse(content, True)
        if not isinstance(self._root, dict):
            raise AnswerUnreadable("XML of no known shape")
        return self._root

    def _refuse(self, *_: object) -> int:
        raise AnswerUnreadable("XML with a document type")

    def _start(self, name: str, _: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise AnswerUnreadable("XML that is too deep")
        self._open.append((name, {}, []))

    def _words(self, words: str) -> None:
        if self._open:
            self._open[-1][2].append(words)

    def _end(self, name: str) -> None:
        _, children, words = self._open.pop()
        value: Any = children or "".join(words).strip()
        if not self._open:
            self._root = value
            return
        siblings = self._open[-1][1]
        if name not in siblings:
            siblings[name] = value
        elif isinstance(siblings[name], list):
            siblings[name].append(value)
        else:
            siblings[name] = [siblings[name], value]
