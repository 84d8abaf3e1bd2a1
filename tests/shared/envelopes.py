"""Messages as a stranger might send them: one that is well, with one thing about it changed.

Each says what must become of it. Properties are bytes of AMQP, so that they can also be what no
library would send.
"""

import gzip
import json
import random
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any
from uuid import UUID

from shared.events import PullChanged
from shared.message import MAX_BODY
from tests.shared.raw_properties import moment, short, shorts, sized, table
from tests.support.house import pull


class Fate(Enum):
    """What becomes of a message."""

    EFFECT = "has its effect"
    REPEATED = "was there before"
    DEAD = "is dead at once"
    FAILED = "is dead when its tries are over"
    IGNORED = "is ignored and counted"


@dataclass(frozen=True)
class Envelope:
    """A body and its properties; `expects` is the key of its effect, or words of its cause."""

    kind: str
    body: bytes
    properties: dict[str, bytes]
    fate: Fate
    expects: str = ""

    def text(self, name: str) -> str:
        """A short text among its properties, as it is read."""
        return self.properties.get(name, b"\0")[1:].decode(errors="replace")


@dataclass
class Maker:
    """Makes envelopes, each with a body, an id and a key of its own."""

    chance: random.Random
    made: int = 0
    kind: str = ""
    fields: dict[str, Any] = field(default_factory=dict)

    def begin(self, kind: str) -> None:
        self.made += 1
        self.kind = kind
        self.fields = json.loads(pull(self.made).model_dump_json())

    def envelope(
        self, fate: Fate, expects: str, body: bytes | str | None, changed: dict[str, bytes | None]
    ) -> Envelope:
        properties = {
            "content_type": short("application/json"),
            "correlation_id": short(f"cause-{self.made}"),
            "message_id": short(str(UUID(int=self.chance.getrandbits(128)))),
            "type": short(PullChanged.type),
            **changed,
        }
        if body is None:
            body = json.dumps(self.fields)
        return Envelope(
            kind=self.kind,
            body=body.encode() if isinstance(body, str) else body,
            properties={name: value for name, value in properties.items() if value is not None},
            fate=fate,
            expects=expects,
        )

    def good(self, body: bytes | str | None = None, **changed: bytes | None) -> Envelope:
        key = f"github:{self.fields['repository_id']}#{self.fields['number']}"
        return self.envelope(Fate.EFFECT, key, body, changed)

    def dead(
        self, cause: str, body: bytes | str | None = None, **changed: bytes | None
    ) -> Envelope:
        return self.envelope(Fate.DEAD, cause, body, changed)

    def failed(self, cause: str) -> Envelope:
        return self.envelope(Fate.FAILED, cause, None, {})

    def ignored(self, type_: str | bytes | None) -> Envelope:
        changed = None if type_ is None else short(type_)
        return self.envelope(Fate.IGNORED, "", None, {"type": changed})


Kind = Callable[[Maker], Envelope | Sequence[Envelope]]


def _changed_field(name: str, *values: Any, cause: str = "") -> Kind:
    """A field that has one of these values, each of which is refused."""

    def make(maker: Maker) -> Envelope:
        maker.fields[name] = maker.chance.choice(values)
        return maker.dead(cause or name)

    return make


def _missing_field(maker: Maker) -> Envelope:
    name = maker.chance.choice([one for one in maker.fields if one != "draft"])
    del maker.fields[name]
    return maker.dead(f"{name}: Field required")


def _harmless_field(name: str, *values: Any) -> Kind:
    def make(maker: Maker) -> Envelope:
        maker.fields[name] = maker.chance.choice(values)
        return maker.good()

    return make


def _failing_title(*titles: str, cause: str) -> Kind:
    """What the contract takes and the handler cannot use."""

    def make(maker: Maker) -> Envelope:
        maker.fields["title"] = maker.chance.choice(titles)
        return maker.failed(cause)

    return make


def _spoilt(*how: Callable[[bytes], bytes]) -> Kind:
    """A body that is no JSON of ours any more."""

    def make(maker: Maker) -> Envelope:
        body = maker.chance.choice(how)(json.dumps(maker.fields).encode())
        return maker.dead(f"not a {PullChanged.type}", body)

    return make


def _other_body(*bodies: bytes) -> Kind:
    def make(maker: Maker) -> Envelope:
        return maker.dead(f"not a {PullChanged.type}", maker.chance.choice(bodies))

    return make


def _of_size(size: int) -> Kind:
    def make(maker: Maker) -> Envelope:
        maker.fields["more"] = ""
        maker.fields["more"] = "x" * (size - len(json.dumps(maker.fields)))
        return maker.good() if size <= MAX_BODY else maker.dead(f"the body has {size} bytes")

    return make


def _key_told_twice(maker: Maker) -> Envelope:
    first = json.dumps({"number": 10**9})[:-1]
    return maker.good(f"{first}, {json.dumps(maker.fields)[1:]}")


def _id(*ids: str | bytes | None) -> Kind:
    def make(maker: Maker) -> Envelope:
        chosen = maker.chance.choice(ids)
        return maker.dead(
            "message_id is not a UUID", message_id=None if chosen is None else short(chosen)
        )

    return make


def _id_spelt_otherwise(maker: Maker) -> Sequence[Envelope]:
    first = maker.good()
    spelling = maker.chance.choice(["{{{}}}", "urn:uuid:{}", "uuid:{}"])
    again = short(spelling.format(first.text("message_id").upper()))
    return first, replace(
        first, properties={**first.properties, "message_id": again}, fate=Fate.REPEATED
    )


def _twice(maker: Maker) -> Sequence[Envelope]:
    first = maker.good()
    return first, replace(first, fate=Fate.REPEATED)


def _id_reused(maker: Maker) -> Sequence[Envelope]:
    first = maker.good()
    maker.fields["title"] = "2"
    forged = maker.dead("another body", message_id=first.properties["message_id"])
    return first, forged


def _type(*types: str | bytes | None) -> Kind:
    return lambda maker: maker.ignored(maker.chance.choice(types))


def _harmless(**choices: Sequence[bytes | None]) -> Kind:
    """Properties that nobody looks at, or that must not count."""

    def make(maker: Maker) -> Envelope:
        return maker.good(**{name: maker.chance.choice(choices[name]) for name in choices})

    return make


def _nested(depth: int) -> bytes:
    value = b"V"
    for _ in range(depth):
        value = b"F" + table({b"x": value})
    return value


HEADERS = {
    "a count of deliveries as text": {b"x-delivery-count": b"S" + sized(b"many")},
    "a forged count of deliveries": {b"x-delivery-count": b"I" + struct.pack(">i", 7)},
    "a huge count of deliveries": {b"x-delivery-count": b"l" + struct.pack(">q", 2**62)},
    "a negative count of deliveries": {b"x-delivery-count": b"b\xff"},
    "a count of deliveries that is a table": {b"x-delivery-count": b"F" + table({})},
    "text that is no UTF-8": {b"note": b"S" + sized(b"\xff\xfe")},
    "a name that is no UTF-8": {b"\xff\xfe": b"V"},
    "a name without a letter": {b"": b"t\1"},
    "a moment beyond all years": {b"note": b"T" + b"\xff" * 8},
    "a table in a table": {b"note": _nested(30)},
    "a table too deep to read": {b"note": _nested(3000)},
    "a list": {b"note": b"A" + sized(b"t\1" + b"V" + b"I\0\0\0\1")},
    "a number of each kind": {b"b": b"b\x80", b"s": b"s\x80\0", b"D": b"D\x08\xff\xff\xff\xff"},
    "bytes": {b"note": b"x" + sized(bytes(range(256)))},
    "forty of them": {b"%d" % number: b"V" for number in range(40)},
    "an old death": {b"x-death": b"A" + sized(b"F" + table({b"count": b"l" + b"\x7f" * 8}))},
}

KINDS: dict[str, Kind] = {
    "no id": _id(None, ""),
    "an odd id": _id("n\0t a uuid", "1", "x" * 255, "ю" * 16, "0" * 31, "00000000-", " "),
    "an id that is no UTF-8": _id(b"\xff\xfe", b"\xc3\x28", b"\x80" * 32),
    "an id spelt otherwise": _id_spelt_otherwise,
    "an id used with another body": _id_reused,
    "the same again": _twice,
    "version 0": _type("sync.pull.changed.v0"),
    "version 99": _type("sync.pull.changed.v99"),
    "an unknown type": _type("", "x", "bot.any.thing.v1", "x" * 255, "sync.pull", "sync\0", None),
    "a type that is no UTF-8": _type(b"\xff", b"sync.pull.changed.v\xff"),
    "70 KB": _of_size(70_000),
    "a byte too many": _of_size(MAX_BODY + 1),
    "as large as may be": _of_size(MAX_BODY),
    "no JSON": _spoilt(lambda body: body[:-1], lambda body: body + b"}", lambda body: body[1:]),
    "not UTF-8": _spoilt(lambda body: body.replace(b"open", b"\xff"), lambda b: b + b"\xfe"),
    "another encoding": _spoilt(
        lambda body: body.decode().encode("utf-16"), lambda body: b"\xef\xbb\xbf" + body
    ),
    "compressed": _spoilt(lambda body: gzip.compress(body, mtime=0)),
    "no object": _other_body(b"null", b"[]", b"1", b'""', b"true", b"NaN", b"{}"),
    "nothing": _other_body(b"", b" ", b"\0"),
    "nested deep": _other_body(b"[" * 60_000, b'{"a":' * 10_000, b"[" * 30_000 + b"]" * 30_000),
    "a field is missing": _missing_field,
    "a wrong number": _changed_field("number", "one", 1.5, None, [], {}, [1], "1e3"),
    "no number at all": _changed_field("number", float("nan"), float("inf"), float("-inf")),
    "a number without end": _spoilt(
        lambda body: body.replace(b'"number": ', b'"number": ' + b"9" * 5000)
    ),
    "a wrong text": _changed_field("title", 1, None, True, [], {"a": 1}),
    "half a pair of surrogates": _changed_field("title", "\ud800", "\udfff", cause="not a sync"),
    "a wrong choice": _changed_field("state", "OPEN", "", "deleted", 1, None),
    "a wrong moment": _changed_field("updated_at", "soon", "10000-01-01T00:00:00Z", "", 1e30),
    "a wrong yes or no": _changed_field("draft", "perhaps", 2, None, []),
    "a title that no handler reads": _failing_title("one", "", "1\0", cause="ValueError"),
    "a number that no column holds": _failing_title("9" * 30, cause="DataError"),
    "fields of a newer version": _harmless_field("since_v2", 1, None, {"a": [1]}, "\0", 10**30),
    "NUL in a text": _harmless_field("repository", "a\0b"),
    "a huge id": _harmless_field("repository_id", 2**63, 10**30, -1),
    "a moment in the future": _harmless_field("updated_at", "9999-12-31T23:59:59Z"),
    "a key told twice": _key_told_twice,
    "no cause": _harmless(correlation_id=[None, short("")]),
    "an odd cause": _harmless(correlation_id=shorts("a b", "\0", "x" * 255, "ы", b"\xff", "a\nb")),
    "sent in the future": _harmless(
        timestamp=[moment(4_000_000_000), moment(2**40), moment(2**63), moment(2**64 - 1)]
    ),
    "named another encoding": _harmless(
        content_encoding=shorts("gzip", "utf-16", b"\xff"),
        content_type=shorts("", "text/html", "application/json; charset=cp1251", b"\xff"),
    ),
    "an answer wanted": _harmless(reply_to=shorts("bot", b"\xff")),
    "for an hour": _harmless(expiration=[short("3600000")]),
    "with a priority": _harmless(priority=[b"\0", b"\x09", b"\xff"]),
    "from another app": _harmless(app_id=shorts("", "x" * 255, b"\xff", "a\0b")),
    "not to be kept": _harmless(delivery_mode=[b"\1"]),
    **{f"a header: {name}": _harmless(headers=[table(items)]) for name, items in HEADERS.items()},
}


def make_envelopes(seed: int, count: int) -> Iterator[list[Envelope]]:
    """As many mutated ones, of every kind in turn, among good ones; a group keeps its order."""
    maker = Maker(random.Random(seed))  # noqa: S311 - to be had again
    groups: list[list[Envelope]] = []
    names = list(KINDS)
    for number in range(count):
        maker.begin(names[number % len(names)])
        made = KINDS[maker.kind](maker)
        groups.append([made] if isinstance(made, Envelope) else list(made))
        maker.begin("as it should be")
        groups.append([maker.good()])
    maker.chance.shuffle(groups)
    yield from groups
