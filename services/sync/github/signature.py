"""GitHub's signature: HMAC-SHA-256 of the raw body."""

import hmac

PREFIX = b"sha256="


def is_signed(body: bytes, header: str | None, secret: str) -> bool:
    """Whether `X-Hub-Signature-256` is the body's, compared in constant time on bytes."""
    if not header:
        return False
    right = PREFIX + hmac.new(secret.encode(), body, "sha256").hexdigest().encode()
    return hmac.compare_digest(header.encode("utf-8", "replace"), right)
