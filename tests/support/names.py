"""Names of services, answered as the network of containers answers them: an address a replica."""

import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_A, _IN, _TTL = 1, 1, 600
_FOUND, _UNKNOWN = 0x8180, 0x8183
_POINTER_TO_QUESTION = 0xC00C


class Names:
    """A DNS server on loopback. `addresses` may change while it runs."""

    def __init__(self, addresses: Mapping[str, list[str]]) -> None:
        self.addresses = dict(addresses)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._socket.getsockname()[1]}"

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Answer for the length of the block."""
        thread = threading.Thread(target=self._answer, name="names", daemon=True)
        thread.start()
        try:
            yield
        finally:
            # An empty question ends it.
            self._socket.sendto(b"", self._socket.getsockname())
            thread.join(5)
            self._socket.close()

    def _answer(self) -> None:
        while True:
            question, asker = self._socket.recvfrom(512)
            if not question:
                return
            self._socket.sendto(self._reply(question), asker)

    def _reply(self, question: bytes) -> bytes:
        # Names of services have one part: a length, the name, the root, type and class.
        length = question[12]
        name = question[13 : 13 + length].decode()
        asked = question[12 : 12 + 1 + length + 1 + 4]
        found = self.addresses.get(name, [])
        head = struct.pack(
            ">2sHHHHH", question[:2], _FOUND if found else _UNKNOWN, 1, len(found), 0, 0
        )
        records = (
            struct.pack(">HHHIH4s", _POINTER_TO_QUESTION, _A, _IN, _TTL, 4, socket.inet_aton(one))
            for one in found
        )
        return head + asked + b"".join(records)
