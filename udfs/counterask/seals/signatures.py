"""Signatures: Ed25519, so that limits and approvals cannot be forged on a rep's machine.

A signature covers a text. The text is stored beside it, cut into pieces that fit into cells, so that what was signed can always
be read and compared. Keys and signatures are written in hex. Which keys count is in `trust`.

The package `cryptography` is loaded only when there is a signature to check; where it is missing nothing counts as signed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

ALGORITHM = "Ed25519"
PIECE = 7000
"""Letters of signed text in one cell; a cell holds 32,767, but some programs wrap or cut beyond 8,192."""


def key_name(public_key: str) -> str:
    """A key as people compare it: the first letters of its hash, "3f2a-91bc"."""
    digest = hashlib.sha256(public_key.lower().encode()).hexdigest()
    return f"{digest[:4]}-{digest[4:8]}"


def is_signed(public_key: str, signature: str, text: str) -> bool | None:
    """Whether a signature (hex) over a text is that of a key (hex); None where this Python cannot check it."""
    try:
        key, signed = bytes.fromhex(public_key), bytes.fromhex(signature)
    except ValueError:
        return False
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signed, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical_text(document: Mapping[str, object]) -> str:
    """A document as the one text that is signed: JSON with sorted names and no letters outside ASCII."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def pieces(text: str) -> list[str]:
    """A text cut for cells. No piece begins or ends with a space or a sign that a program might take for something else.

    >>> [len(piece) for piece in pieces("a" * 15_000)]
    [7000, 7000, 1000]
    """
    found, start = [], 0
    while start < len(text):
        end = min(start + PIECE, len(text))
        cut = end
        while end < len(text) and cut > start + PIECE // 2 and not (text[cut - 1].isalnum() and text[cut].isalnum()):
            cut -= 1
        found.append(text[start:cut])
        start = cut
    return found


def joined(found: Sequence[str]) -> str:
    """The text of its pieces."""
    return "".join(found)


def digest_of(signature: str) -> str:
    """A short name for one signature."""
    return hashlib.sha256(signature.lower().encode()).hexdigest()[:16]
