"""What may be odd about a delivery: each change by its name, and which answers are right then."""

import base64
import gzip
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlencode

from services.sync.github.endpoint import MAX_BODY
from tests.gateway.delivery import (
    EITHER,
    NOT_READABLE,
    TAKEN,
    UNKNOWN_SHAPE,
    UNSIGNED,
    Delivery,
)
from tests.sync.hook import SECRET, signature

Change = Callable[[Delivery], Delivery]


def every_change() -> Iterator[tuple[str, Change]]:
    """Every change that has a name."""
    for kind in (_signatures, _bodies_after_signing, _signed_bodies, _headers, _forms, _ways):
        yield from kind().items()


# Who signed


def _signature_is(*values: bytes, statuses: frozenset[int] = UNSIGNED) -> Change:
    """`RIGHT` is the right one."""

    def change(sound: Delivery) -> Delivery:
        right = sound.signature()
        told = [value.replace(b"RIGHT", right) for value in values]
        return replace(sound, headers={b"X-Hub-Signature-256": told}, statuses=statuses)

    return change


def _signature_by(make: Callable[[bytes], bytes]) -> Change:
    def change(sound: Delivery) -> Delivery:
        headers = {b"X-Hub-Signature-256": [make(sound.body)]}
        return replace(sound, headers=headers, statuses=UNSIGNED)

    return change


def _mac(body: bytes, how: str = "sha256", key: str = SECRET) -> bytes:
    return hmac.new(key.encode(), body, how).hexdigest().encode()


def _signatures() -> dict[str, Change]:
    refused_or_once = UNSIGNED | TAKEN
    return {
        "no signature": _signature_is(),
        "empty signature": _signature_is(b""),
        "signature twice": _signature_is(b"RIGHT", b"RIGHT", statuses=refused_or_once),
        "right signature, then a wrong one": _signature_is(
            b"RIGHT", b"sha256=00", statuses=refused_or_once
        ),
        "wrong signature, then the right one": _signature_is(b"sha256=00", b"RIGHT"),
        "signatures in one line": _signature_is(b"RIGHT, RIGHT"),
        "capital letters": _signature_by(lambda body: b"sha256=" + _mac(body).upper()),
        "prefix in capitals": _signature_by(lambda body: b"SHA256=" + _mac(body)),
        "prefix of sha1": _signature_by(lambda body: b"sha1=" + _mac(body)),
        "sha1": _signature_by(lambda body: b"sha1=" + _mac(body, "sha1")),
        "sha512": _signature_by(lambda body: b"sha512=" + _mac(body, "sha512")),
        "no prefix": _signature_by(_mac),
        "prefix alone": _signature_is(b"sha256="),
        "prefix twice": _signature_is(b"sha256=RIGHT"),
        "one digit short": _signature_by(lambda body: b"sha256=" + _mac(body)[:-1]),
        "one digit more": _signature_is(b"RIGHT0"),
        "nothing but zeros": _signature_is(b"sha256=" + b"0" * 64),
        "base64": _signature_by(
            lambda body: b"sha256=" + base64.b64encode(bytes.fromhex(_mac(body).decode()))
        ),
        "quoted": _signature_is(b'"RIGHT"'),
        "space inside": _signature_by(lambda body: b"sha256= " + _mac(body)),
        "no-break space after": _signature_is(b"RIGHT\xa0"),
        "letters of another alphabet": _signature_is("sha256=еее".encode()),
        "bytes of no alphabet": _signature_is(b"sha256=\xff\xfe"),
        "ten kilobytes": _signature_is(b"sha256=" + b"a" * 10_000),
        "spaces around": _signature_is(b"  RIGHT  ", statuses=TAKEN),
        "another secret": _signature_by(lambda body: signature(body, "another secret").encode()),
        "empty secret": _signature_by(lambda body: signature(body, "").encode()),
        "of the body without its last byte": _signature_by(
            lambda body: signature(body[:-1]).encode()
        ),
        "of nothing": _signature_by(lambda _: signature(b"").encode()),
        "of the body encoded anew": _signature_by(
            lambda body: signature(json.dumps(json.loads(body), indent=1).encode()).encode()
        ),
        "in a header of the old kind": lambda sound: replace(
            sound,
            headers={b"X-Hub-Signature-256": [], b"X-Hub-Signature": [sound.signature()]},
            statuses=UNSIGNED,
        ),
        "in a header with underscores": lambda sound: replace(
            sound,
            headers={b"X-Hub-Signature-256": [], b"X_Hub_Signature_256": [sound.signature()]},
            statuses=UNSIGNED,
        ),
        "in the address": lambda sound: replace(
            sound,
            headers={b"X-Hub-Signature-256": []},
            target=f"/hooks/github?X-Hub-Signature-256={sound.signature().decode()}",
            statuses=UNSIGNED,
        ),
    }


# What was signed and what came


def _came(change: Callable[[bytes], bytes], **headers: list[bytes]) -> Change:
    """The body is changed on its way, after it was signed."""
    told = {name.replace("_", "-").encode(): values for name, values in headers.items()}

    def changed(sound: Delivery) -> Delivery:
        body = change(sound.body)
        return replace(sound, body=body, signed=sound.body, headers=told, statuses=UNSIGNED)

    return changed


def _bodies_after_signing() -> dict[str, Change]:
    return {
        "body cut by a byte": _came(lambda body: body[:-1]),
        "body cut in half": _came(lambda body: body[: len(body) // 2]),
        "body gone": _came(lambda _: b""),
        "a line break after": _came(lambda body: body + b"\n"),
        "a space before": _came(lambda body: b" " + body),
        "a byte-order mark before": _came(lambda body: b"\xef\xbb\xbf" + body),
        "NUL after": _came(lambda body: body + b"\x00"),
        "twice": _came(lambda body: body + body),
        "backwards": _came(lambda body: body[::-1]),
        "encoded anew": _came(lambda body: json.dumps(json.loads(body), indent=1).encode()),
        "in another order": _came(
            lambda body: json.dumps(json.loads(body), sort_keys=True).encode()
        ),
        "in another encoding": _came(lambda body: body.decode().encode("utf-16")),
        "packed": _came(gzip.compress, Content_Encoding=[b"gzip"]),
        "another action": _came(lambda body: body.replace(b'"action"', b'"actiom"', 1)),
        "another body": _came(lambda _: b"{}"),
    }


# What is signed, and odd all the same


def _says(body: bytes | Callable[[bytes], bytes], statuses: frozenset[int]) -> Change:
    def change(sound: Delivery) -> Delivery:
        said = body if isinstance(body, bytes) else body(sound.body)
        return replace(sound, body=said, statuses=statuses)

    return change


def _with_more(more: bytes) -> Callable[[bytes], bytes]:
    return lambda body: body[:-1] + b', "more": ' + more + b"}"


def _signed_bodies() -> dict[str, Change]:
    deep = b"[" * 10_000 + b"]" * 10_000
    return {
        "nothing": _says(b"", NOT_READABLE),
        "half of it": _says(lambda body: body[: len(body) // 2], NOT_READABLE),
        "a list": _says(b"[]", NOT_READABLE),
        "null": _says(b"null", NOT_READABLE),
        "a number": _says(b"1", NOT_READABLE),
        "a text": _says(b'"text"', NOT_READABLE),
        "not a number": _says(b"NaN", NOT_READABLE),
        "an empty object": _says(b"{}", UNKNOWN_SHAPE),
        "something after it": _says(lambda body: body + b"x", NOT_READABLE),
        "two of it": _says(lambda body: body + body, NOT_READABLE),
        "bytes of no alphabet": _says(b"\xff\xfe\xfd", NOT_READABLE),
        "a byte-order mark": _says(lambda body: b"\xef\xbb\xbf" + body, NOT_READABLE),
        "utf-16": _says(lambda body: body.decode().encode("utf-16"), NOT_READABLE),
        "gzip": _says(gzip.compress, NOT_READABLE),
        "xml": _says(b"<review><id>1</id></review>", NOT_READABLE),
        "ten thousand lists in one another": _says(deep, NOT_READABLE),
        "ten thousand objects in one another": _says(b'{"a":' * 10_000, NOT_READABLE),
        "depth in a field that is not read": _says(_with_more(deep), NOT_READABLE),
        "NaN in a field that is not read": _says(_with_more(b"NaN"), TAKEN),
        "infinity in a field that is not read": _says(_with_more(b"-Infinity"), TAKEN),
        "1e400 in a field that is not read": _says(_with_more(b"1e400"), TAKEN),
        "half a character in a field that is not read": _says(_with_more(b'"\\ud800"'), TAKEN),
        "a number of 5000 digits": _says(_with_more(b"9" * 5000), EITHER),
        "__proto__": _says(_with_more(b'{"__proto__": {"admin": true}}'), TAKEN),
        "a name twice": _says(lambda body: b'{"action": "first", ' + body[1:], TAKEN),
        "spaces around it": _says(lambda body: b" \r\n\t" + body + b"\n\n", TAKEN),
        "25 megabytes": _says(lambda body: body.ljust(MAX_BODY), TAKEN),
        "a byte more than 25 megabytes": _says(
            lambda body: body.ljust(MAX_BODY + 1), frozenset({413})
        ),
    }


# What is said beside the body


def _told(name: str, *values: bytes, statuses: frozenset[int]) -> Change:
    headers = {name.encode(): list(values)}
    return lambda sound: replace(sound, headers=headers, statuses=statuses)


def _headers() -> dict[str, Change]:
    event, delivery, kind = "X-GitHub-Event", "X-GitHub-Delivery", "Content-Type"
    return {
        "no event": _told(event, statuses=NOT_READABLE),
        "empty event": _told(event, b"", statuses=NOT_READABLE),
        "event of 101 characters": _told(event, b"a" * 101, statuses=NOT_READABLE),
        "unknown event": _told(event, b"unheard_of", statuses=TAKEN),
        "ping": _told(event, b"ping", statuses=TAKEN),
        "event in capitals": _told(event, b"PULL_REQUEST_REVIEW", statuses=TAKEN),
        "event in another alphabet": _told(event, "пуш".encode(), statuses=NOT_READABLE | TAKEN),
        "event of a tab": _told(event, b"pull\trequest", statuses=NOT_READABLE),
        "the event of a pull request": _told(event, b"pull_request", statuses=TAKEN),
        "two events": _told(event, b"ping", b"push", statuses=NOT_READABLE | TAKEN),
        "no delivery id": _told(delivery, statuses=NOT_READABLE),
        "empty delivery id": _told(delivery, b"", statuses=NOT_READABLE),
        "blank delivery id": _told(delivery, b"   ", statuses=NOT_READABLE),
        "delivery id of 101 characters": _told(delivery, b"a" * 101, statuses=NOT_READABLE),
        "delivery id of bytes": _told(delivery, b"\x80\x81", statuses=NOT_READABLE),
        "no content type": _told(kind, statuses=TAKEN),
        "content type of a text": _told(kind, b"text/plain", statuses=TAKEN),
        "content type of xml": _told(kind, b"application/xml", statuses=TAKEN),
        "content type of json in utf-16": _told(
            kind, b"application/json; charset=utf-16", statuses=TAKEN
        ),
        "content type of a form": _told(
            kind, b"application/x-www-form-urlencoded", statuses=NOT_READABLE
        ),
        "content type of files": _told(kind, b"multipart/form-data; boundary=x", statuses=TAKEN),
        "a language": _told("Accept-Language", b"ru", statuses=TAKEN),
        "another user agent": _told("User-Agent", b"() { :; }; echo", statuses=TAKEN),
        "forged identity": _told("X-Parta-Identity", b"forged", statuses=TAKEN),
        "another method in a header": _told("X-HTTP-Method-Override", b"DELETE", statuses=TAKEN),
        "no host of ours": _told("Host", b"evil.example", statuses=frozenset({421})),
        "origin without cookie": _told("Origin", b"http://evil.example", statuses=TAKEN),
        "a cookie": _told("Cookie", b"parta=x", statuses=frozenset({403})),
    }


def _form(make: Callable[[bytes], bytes], statuses: frozenset[int] = TAKEN) -> Change:
    headers = {b"Content-Type": [b"application/x-www-form-urlencoded; charset=utf-8"]}
    return lambda sound: replace(sound, body=make(sound.body), headers=headers, statuses=statuses)


def _forms() -> dict[str, Change]:
    return {
        "form": _form(lambda body: urlencode({"payload": body}).encode()),
        "form with something after": _form(
            lambda body: urlencode({"payload": body, "more": "1"}).encode()
        ),
        "form with two payloads": _form(
            lambda body: urlencode([("payload", body), ("payload", "{}")]).encode()
        ),
        "form without payload": _form(lambda body: b"other=1", NOT_READABLE),
        "form of a thousand fields": _form(lambda body: b"a=1&" * 1000 + b"payload=", NOT_READABLE),
        "form that is json": _form(lambda body: body, NOT_READABLE),
        "form cut in half": _form(
            lambda body: urlencode({"payload": body}).encode()[: len(body) // 2], NOT_READABLE
        ),
        "form of broken percents": _form(lambda _: b"payload=%zz%", NOT_READABLE),
    }


# How it comes


def _ways() -> dict[str, Change]:
    missing, not_this_way = frozenset({404}), frozenset({405})
    return {
        "get": lambda sound: replace(sound, method="GET", statuses=not_this_way),
        "put": lambda sound: replace(sound, method="PUT", statuses=not_this_way),
        "delete": lambda sound: replace(sound, method="DELETE", statuses=not_this_way),
        "a slash after": lambda sound: replace(sound, target="/hooks/github/", statuses=missing),
        "capitals": lambda sound: replace(sound, target="/hooks/GitHub", statuses=missing),
        "below it": lambda sound: replace(sound, target="/hooks/github/x", statuses=missing),
        "two slashes": lambda sound: replace(sound, target="/hooks//github", statuses=NOT_READABLE),
        "a question": lambda sound: replace(sound, target="/hooks/github?a=1"),
        "hidden letters": lambda sound: replace(sound, target="/hooks/%67ithub"),
        "in pieces": lambda sound: replace(sound, in_pieces=True),
        "in pieces and cut": lambda sound: replace(
            _came(lambda body: body[:-1])(sound), in_pieces=True
        ),
    }
