"""From the readable source of a labelled letter to the bytes that a mail server would hand over.

What a source may say, besides `from`, `to`, `subject` and `date`:

* `text`, `html`, `calendar`: the bodies; two of them make a multipart letter;
* `charset` and `transfer`: how they are written down, `utf-8` and as they are unless said;
* `flow: yes`: each paragraph is one long line, as web mail sends it;
* `headers`: further ones, or other ones in the place of those made here;
* `attachments`: names of files; `calendar_file`: the calendar comes as such a file.
"""

import base64
import quopri
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Any

Source = Mapping[str, Any]
ADDRESS = re.compile(r"(?P<name>.*?)\s*<(?P<address>[^<>]+)>")
INSIDE_A_PARAGRAPH = re.compile(r"(?<=\S)\n(?=\S)")


def raw_letter(source: Source) -> bytes:
    """The letter as a server keeps it; `UnicodeEncodeError` where its charset has no such sign."""
    charset = source.get("charset", "utf-8")
    headers = {**_usual_headers(source), **source.get("headers", {})}
    lines = [f"{name}: {_header(name, value, charset)}" for name, value in headers.items()]
    head = "\n".join(["Received: from mx.sender.example by mx.reader.example; id 4Zq7", *lines, ""])
    return (head.encode("ascii") + _content(source, charset)).replace(b"\n", b"\r\n")


def _usual_headers(source: Source) -> dict[str, str]:
    domain = source["from"].rpartition("@")[2].rstrip(">")
    usual = {
        "From": source["from"],
        "To": source["to"],
        "Subject": source["subject"],
        "Message-ID": f"<{source['id']}@{domain}>",
        "MIME-Version": "1.0",
    }
    if "date" in source:
        usual["Date"] = format_datetime(datetime.fromisoformat(source["date"]))
    return usual


def _header(name: str, value: str, charset: str) -> str:
    person = ADDRESS.fullmatch(value)
    if person and person["name"] and (name in {"From", "To", "Sender"} or not value.isascii()):
        return formataddr((person["name"], person["address"]), charset)
    return value if value.isascii() else Header(value, charset, header_name=name).encode()


def _content(source: Source, charset: str) -> bytes:
    transfer = source.get("transfer", "8bit")
    shown: list[bytes] = []
    files = [_file(name, "application/octet-stream") for name in source.get("attachments", ())]
    if "text" in source:
        text = source["text"]
        shown.append(
            _part("text/plain", _flowed(text) if "flow" in source else text, charset, transfer)
        )
    if "html" in source:
        shown.append(_part("text/html", source["html"], charset, transfer))
    if "calendar_file" in source:
        files.append(_file(source["calendar_file"], "application/ics", source["calendar"].encode()))
    elif "calendar" in source:
        shown.append(_calendar(source["calendar"]))
    body = _multipart("alternative", shown)
    return _multipart("mixed", [body, *files])


def _flowed(text: str) -> str:
    return INSIDE_A_PARAGRAPH.sub(" ", text)


def _part(kind: str, text: str, charset: str, transfer: str) -> bytes:
    data = text.encode(charset)
    if transfer == "base64":
        data = base64.encodebytes(data)
    elif transfer == "quoted-printable":
        data = quopri.encodestring(data)
    return _with_headers(
        data, f"{kind}; charset={charset}", f"Content-Transfer-Encoding: {transfer}"
    )


def _calendar(calendar: str) -> bytes:
    method = re.findall(r"^METHOD:(\w+)$", calendar, re.MULTILINE)[0]
    return _part(f"text/calendar; method={method}", calendar, "utf-8", "base64")


def _file(name: str, kind: str, data: bytes = b"%PDF-1.4 a file of a letter") -> bytes:
    return _with_headers(
        base64.encodebytes(data),
        kind,
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{name}"',
    )


def _multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    if len(parts) == 1:
        return parts[0]
    boundary = f"=_{kind}_=".encode()
    body = b"".join(b"--%b\n%b\n" % (boundary, part) for part in parts) + b"--%b--\n" % boundary
    return _with_headers(body, f'multipart/{kind}; boundary="{boundary.decode()}"')


def _with_headers(data: bytes, kind: str, *further: str) -> bytes:
    return _lines([f"Content-Type: {kind}", *further, ""]).encode("ascii") + data


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
