"""Requests that two readers may take for different ones, and what hides in them.

Each holds a second request, to where nobody may come, in a forged name. Whatever a gateway makes
of the first, no service may see the second.
"""

from dataclasses import dataclass

from tests.gateway.raw import HOST_LINE, request

HIDDEN = "/internal/keys"
FORGED = b"X-Parta-Identity: forged"


@dataclass(frozen=True)
class Attack:
    """What is said; `refused`: no service may see the whole of even the first request."""

    name: str
    data: bytes
    refused: bool = True

    @property
    def target(self) -> str:
        """Where the first request goes."""
        return _target(self.name)


def _hidden(name: str) -> bytes:
    return request(f"{HIDDEN}?from={name}", FORGED, method=b"GET")


def _target(name: str) -> str:
    return f"/bot/probe/echo?n={name}"


def _ended_early(name: str, *lines: bytes, refused: bool = True) -> Attack:
    """The chunks end at once; the length counts the hidden request as the body."""
    body = b"0\r\n\r\n" + _hidden(name)
    length = str(len(body)).encode()
    told = [line.replace(b"LENGTH", length) for line in lines]
    return Attack(name, request(_target(name), *told, body=body), refused)


def _said_short(name: str, *lines: bytes, refused: bool = True) -> Attack:
    """The length covers the first chunk's size alone; the chunks hold the hidden request."""
    hidden = _hidden(name)
    size = f"{len(hidden):x}\r\n".encode()
    told = [line.replace(b"LENGTH", str(len(size)).encode()) for line in lines]
    return Attack(
        name, request(_target(name), *told, body=size + hidden + b"\r\n0\r\n\r\n"), refused
    )


def _chunks(name: str, chunks: bytes, refused: bool = True) -> Attack:
    """Chunks with something odd in them, and the hidden request where `HIDDEN` stands."""
    body = chunks.replace(b"HIDDEN", _hidden(name))
    return Attack(name, request(_target(name), CHUNKED, body=body), refused)


def _odd(name: str, data: bytes, refused: bool = True) -> Attack:
    """`TARGET` is where it goes, `HOST` the right host line."""
    target = _target(name).encode()
    return Attack(name, data.replace(b"TARGET", target).replace(b"HOST\r\n", HOST_LINE), refused)


LENGTH = b"Content-Length: LENGTH"
CHUNKED = b"Transfer-Encoding: chunked"

SMUGGLING = (
    _ended_early("length-then-chunked", LENGTH, CHUNKED, refused=False),
    _ended_early("chunked-then-length", CHUNKED, LENGTH, refused=False),
    _said_short("short-length-then-chunked", LENGTH, CHUNKED, refused=False),
    _said_short("chunked-then-short-length", CHUNKED, LENGTH, refused=False),
    _ended_early("length-twice", b"Content-Length: 5", LENGTH),
    _ended_early("length-twice-the-other-way", LENGTH, b"Content-Length: 5"),
    _ended_early("length-list", b"Content-Length: 5, LENGTH"),
    _ended_early("length-with-plus", b"Content-Length: +5"),
    _ended_early("length-negative", b"Content-Length: -1"),
    _ended_early("length-in-hex", b"Content-Length: 0x5"),
    _ended_early("length-in-arabic", "Content-Length: \u0665".encode()),
    _ended_early("length-and-a-half", b"Content-Length: 5.0"),
    _ended_early("length-huge", b"Content-Length: 99999999999999999999999"),
    _ended_early("length-empty", b"Content-Length:", refused=False),
    _ended_early("length-space-before-colon", b"Content-Length : LENGTH"),
    _ended_early("length-name-with-nul", b"Content-Length\x00: LENGTH"),
    _ended_early("length-with-underscore", b"Content_Length: LENGTH", refused=False),
    _ended_early("length-folded", b"Content-Length:\r\n LENGTH", refused=False),
    _ended_early("length-hidden-in-a-fold", b"X-Odd: 1\r\n Content-Length: LENGTH", refused=False),
    _ended_early("chunked-space-before-colon", b"Transfer-Encoding : chunked"),
    _ended_early("chunked-folded", b"Transfer-Encoding:\r\n chunked", LENGTH, refused=False),
    _ended_early("chunked-after-vertical-tab", b"Transfer-Encoding: \x0bchunked", LENGTH),
    _ended_early("chunked-with-nul", b"Transfer-Encoding: chunked\x00", LENGTH),
    _ended_early("chunked-quoted", b'Transfer-Encoding: "chunked"', LENGTH),
    _ended_early("chunked-misspelt", b"Transfer-Encoding: xchunked", LENGTH),
    _ended_early("chunked-not-last", b"Transfer-Encoding: chunked, identity", LENGTH),
    _ended_early("chunked-after-identity", b"Transfer-Encoding: identity, chunked", LENGTH),
    _ended_early("chunked-after-gzip", b"Transfer-Encoding: gzip, chunked", LENGTH),
    _ended_early("chunked-twice", CHUNKED, CHUNKED, LENGTH, refused=False),
    _ended_early(
        "chunked-and-identity", CHUNKED, b"Transfer-Encoding: identity", LENGTH, refused=False
    ),
    _ended_early(
        "chunked-after-bare-lf", b"X-Odd: 1\nTransfer-Encoding: chunked", LENGTH, refused=False
    ),
    _ended_early(
        "chunked-after-bare-cr", b"X-Odd: 1\rTransfer-Encoding: chunked", LENGTH, refused=False
    ),
    _chunks("chunk-size-with-0x", b"0x1\r\na\r\n0\r\n\r\nHIDDEN"),
    _chunks("chunk-size-with-plus", b"+1\r\na\r\n0\r\n\r\nHIDDEN"),
    _chunks("chunk-size-negative", b"-1\r\na\r\n0\r\n\r\nHIDDEN"),
    _chunks("chunk-size-too-large", b"ffffffffffffffff1\r\na\r\n0\r\n\r\nHIDDEN"),
    _chunks("chunk-size-empty", b"\r\na\r\n0\r\n\r\nHIDDEN"),
    _chunks("chunk-longer-than-said", b"1\r\nabc\r\n0\r\n\r\nHIDDEN"),
    _chunks("chunk-without-its-end", b"1\r\na0\r\n\r\nHIDDEN"),
    _chunks("chunk-lines-end-in-lf", b"1\na\n0\n\nHIDDEN", refused=False),
    _chunks("chunk-extension-with-lf", b"1;a\nb\r\na\r\n0\r\n\r\nHIDDEN", refused=False),
    _chunks(
        "chunk-extension-long", b"1;" + b"a" * 70_000 + b"\r\na\r\n0\r\n\r\nHIDDEN", refused=False
    ),
    _chunks("chunk-trailer", b"1\r\na\r\n0\r\n" + FORGED + b"\r\n\r\nHIDDEN", refused=False),
    _odd("body-of-a-get", b"GET TARGET HTTP/1.1\r\nHOST\r\n\r\n" + _hidden("body-of-a-get"), False),
    _odd(
        "chunked-in-1.0",
        b"POST TARGET HTTP/1.0\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        + _hidden("chunked-in-1.0"),
        False,
    ),
)

ODD_LINES = (
    _odd("no-host", b"GET TARGET HTTP/1.1\r\n\r\n"),
    _odd("two-hosts", b"GET TARGET HTTP/1.1\r\nHOST\r\nHost: evil.example\r\n\r\n"),
    _odd("two-hosts-the-other-way", b"GET TARGET HTTP/1.1\r\nHost: evil.example\r\nHOST\r\n\r\n"),
    _odd("host-with-user", b"GET TARGET HTTP/1.1\r\nHost: a@localhost:8080\r\n\r\n"),
    _odd("host-with-path", b"GET TARGET HTTP/1.1\r\nHost: localhost:8080/x\r\n\r\n"),
    _odd("host-with-space", b"GET TARGET HTTP/1.1\r\nHost: localhost:8080 evil\r\n\r\n"),
    _odd("host-with-nul", b"GET TARGET HTTP/1.1\r\nHost: localhost:8080\x00\r\n\r\n"),
    _odd("absolute", b"GET http://localhost:8080TARGET HTTP/1.1\r\nHOST\r\n\r\n"),
    _odd("absolute-elsewhere", b"GET http://evil.exampleTARGET HTTP/1.1\r\nHOST\r\n\r\n"),
    _odd("absolute-file", b"GET file:///etc/passwd HTTP/1.1\r\nHOST\r\n\r\n"),
    _odd("asterisk", b"OPTIONS * HTTP/1.1\r\nHOST\r\n\r\n"),
    _odd("connect", b"CONNECT localhost:8080 HTTP/1.1\r\nHOST\r\n\r\n"),
    _odd("without-slash", b"GET internal/keys HTTP/1.1\r\nHOST\r\n\r\n"),
    _odd("http-0.9", b"GET TARGET\r\n\r\n"),
    _odd("http-2", b"GET TARGET HTTP/2.0\r\nHOST\r\n\r\n"),
    _odd("http-2-preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    _odd("http-9", b"GET TARGET HTTP/9.9\r\nHOST\r\n\r\n"),
    _odd("no-http", b"GET TARGET FTP/1.1\r\nHOST\r\n\r\n"),
    _odd("method-in-small-letters", b"get TARGET HTTP/1.1\r\nHOST\r\n\r\n", False),
    _odd("method-with-colon", b"GET: TARGET HTTP/1.1\r\nHOST\r\n\r\n"),
    _odd("target-with-space", b"GET TARGET evil HTTP/1.1\r\nHOST\r\n\r\n"),
    _odd("target-with-tab", b"GET TARGET\tevil HTTP/1.1\r\nHOST\r\n\r\n"),
    _odd("target-with-nul", b"GET TARGET\x00 HTTP/1.1\r\nHOST\r\n\r\n"),
    _odd("target-with-bare-cr", b"GET TARGET\rX HTTP/1.1\r\nHOST\r\n\r\n"),
    _odd("line-of-nothing", b"\x00\x01\x02\x03\r\n\r\n"),
    _odd("tls", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    _odd("header-without-colon", b"GET TARGET HTTP/1.1\r\nHOST\r\nodd\r\n\r\n", False),
    _odd("header-without-name", b"GET TARGET HTTP/1.1\r\nHOST\r\n: odd\r\n\r\n"),
    _odd("header-name-with-space", b"GET TARGET HTTP/1.1\r\nHOST\r\nX Odd: 1\r\n\r\n"),
    _odd("header-before-host-folded", b"GET TARGET HTTP/1.1\r\n X: 1\r\nHOST\r\n\r\n"),
    _odd("header-with-nul", b"GET TARGET HTTP/1.1\r\nHOST\r\nX-Odd: a\x00b\r\n\r\n"),
    _odd(
        "header-with-bare-cr",
        b"GET TARGET HTTP/1.1\r\nHOST\r\nX-Odd: a\rX-Parta-Identity: forged\r\n\r\n",
        False,
    ),
    _odd(
        "header-of-100-kilobytes",
        b"GET TARGET HTTP/1.1\r\nHOST\r\nX-Odd: " + b"a" * 100_000 + b"\r\n\r\n",
    ),
    _odd(
        "headers-of-100-kilobytes",
        b"GET TARGET HTTP/1.1\r\nHOST\r\n" + b"X-Odd: 123456789\r\n" * 6_000 + b"\r\n",
    ),
    _odd("line-of-100-kilobytes", b"GET TARGET" + b"a" * 100_000 + b" HTTP/1.1\r\nHOST\r\n\r\n"),
    _odd(
        "identity-after-a-fold",
        b"GET TARGET HTTP/1.1\r\nHOST\r\nX-Odd: 1\r\n X-Parta-Identity: forged\r\n\r\n",
        False,
    ),
    _odd(
        "identity-space-before-colon",
        b"GET TARGET HTTP/1.1\r\nHOST\r\nX-Parta-Identity : forged\r\n\r\n",
    ),
    _odd(
        "identity-tab-before-colon",
        b"GET TARGET HTTP/1.1\r\nHOST\r\nX-Parta-Identity\t: forged\r\n\r\n",
    ),
    _odd(
        "identity-as-hop-by-hop",
        b"GET TARGET HTTP/1.1\r\nHOST\r\nConnection: close, X-Parta-Identity, Host, Cookie\r\n\r\n",
        False,
    ),
    _odd(
        "identity-with-underscores",
        b"GET TARGET HTTP/1.1\r\nHOST\r\nx_parta_identity: forged\r\n\r\n",
        False,
    ),
    _odd(
        "identity-with-a-dot",
        b"GET TARGET HTTP/1.1\r\nHOST\r\nX.Parta.Identity: forged-dot\r\n\r\n",
        False,
    ),
)
