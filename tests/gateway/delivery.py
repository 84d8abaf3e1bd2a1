"""One request to GitHub's hook, sound or changed."""

from dataclasses import dataclass, field

from tests.gateway.stand import HOST
from tests.sync.hook import signature

TAKEN = frozenset({202})
UNSIGNED = frozenset({401})
NOT_READABLE = frozenset({400})
UNKNOWN_SHAPE = frozenset({422})
EITHER = frozenset({202, 400, 422})


@dataclass(frozen=True)
class Delivery:
    """One request to the hook, and which statuses would be right."""

    name: str
    body: bytes
    delivery_id: str
    event: str = "pull_request_review"
    signed: bytes | None = None
    """What is signed, where it is not the body."""
    headers: dict[bytes, list[bytes]] = field(default_factory=dict)
    """In the place of GitHub's own; an empty list leaves one out."""
    method: str = "POST"
    target: str = "/hooks/github"
    in_pieces: bool = False
    statuses: frozenset[int] = TAKEN

    def request(self) -> bytes:
        """As it goes over the wire."""
        body, length = self.body, {b"Content-Length": [str(len(self.body)).encode()]}
        if self.in_pieces:
            length = {b"Transfer-Encoding": [b"chunked"]}
            pieces = [body[start : start + 1000] for start in range(0, len(body), 1000)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])
        told = {
            b"Host": [HOST.encode()],
            b"Connection": [b"close"],
            b"Content-Type": [b"application/json"],
            b"X-GitHub-Event": [self.event.encode()],
            b"X-GitHub-Delivery": [self.delivery_id.encode()],
            b"X-Hub-Signature-256": [self.signature()],
            **length,
            **self.headers,
        }
        lines = [b"%s: %s" % (name, value) for name, values in told.items() for value in values]
        first = f"{self.method} {self.target} HTTP/1.1".encode()
        return b"\r\n".join([first, *lines, b"", body])

    def signature(self) -> bytes:
        """The right one, of what is signed."""
        return signature(self.body if self.signed is None else self.signed).encode()
