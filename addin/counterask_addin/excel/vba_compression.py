"""The compression that VBA projects use for source text: runs of bytes seen before become two-byte tokens.

Data is cut into chunks of 4,096 bytes, each compressed for itself. A token says how far back and how long;
the further into the chunk, the more of its 16 bits go to the distance and the fewer to the length.

Source: [MS-OVBA] Office VBA File Format Structure, 2.4.1 Compression and Decompression.
"""

from __future__ import annotations

import struct

CHUNK = 4096
_SHORTEST_RUN = 3


class VbaCompressionError(ValueError):
    """Compressed data that cannot be read, or data that the format cannot hold."""


def compress(data: bytes) -> bytes:
    """The data as one compressed container; deterministic.

    Raises VbaCompressionError for a last chunk that is both incompressible and not full: the format would
    have to pad it with zeros, and then it would not come back as it went in. Source text never is.

    >>> decompress(compress(b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa")) # doctest: +ELLIPSIS
    b'#aaabcdef...'
    """
    out = bytearray(b"\x01")
    for start in range(0, len(data), CHUNK):
        chunk = data[start : start + CHUNK]
        body = _compress_chunk(chunk)
        if len(body) <= CHUNK:
            out += struct.pack("<H", 0xB000 | (len(body) - 1)) + body
        elif len(chunk) == CHUNK:
            out += struct.pack("<H", 0x3000 | (CHUNK - 1)) + chunk
        else:
            raise VbaCompressionError(
                f"The last {len(chunk)} bytes are too irregular to be compressed: they are no source text."
            )
    return bytes(out)


def decompress(container: bytes) -> bytes:
    """What went into `compress`, or into Office's own. Raises VbaCompressionError for a damaged container."""
    if container[:1] != b"\x01":
        raise VbaCompressionError("This is not a compressed VBA stream: it does not begin with the byte 1.")
    out = bytearray()
    at = 1
    while at < len(container):
        (header,) = struct.unpack_from("<H", container, at)
        end = min(at + (header & 0x0FFF) + 3, len(container))
        body = container[at + 2 : end]
        out += _decompress_chunk(body) if header & 0x8000 else body
        at = end
    return bytes(out)


def _distance_bits(position: int) -> int:
    """How many bits of a token say the distance, at this position in the chunk (the others say the
    length)."""
    return max((position - 1).bit_length(), 4)


def _compress_chunk(chunk: bytes) -> bytes:
    body = bytearray()
    position = 0
    seen: dict[bytes, list[int]] = {}  # where each three bytes stood
    while position < len(chunk):
        flags_at, flags = len(body), 0
        body.append(0)
        for bit in range(8):
            if position >= len(chunk):
                break
            length, distance = _longest_run(chunk, position, seen)
            if length >= _SHORTEST_RUN:
                shift = 16 - _distance_bits(position)
                body += struct.pack("<H", ((distance - 1) << shift) | (length - _SHORTEST_RUN))
                flags |= 1 << bit
            else:
                length = 1
                body.append(chunk[position])
            for passed in range(position, min(position + length, len(chunk) - _SHORTEST_RUN + 1)):
                seen.setdefault(chunk[passed : passed + _SHORTEST_RUN], []).append(passed)
            position += length
        body[flags_at] = flags
    return bytes(body)


def _longest_run(chunk: bytes, position: int, seen: dict[bytes, list[int]]) -> tuple[int, int]:
    """Length and distance of the longest earlier run that goes on here; the nearest one where several are
    equal."""
    longest = min((0xFFFF >> _distance_bits(position)) + _SHORTEST_RUN, len(chunk) - position)
    best_length, best_distance = 0, 0
    for start in reversed(seen.get(chunk[position : position + _SHORTEST_RUN], ())):
        length = _SHORTEST_RUN
        while length < longest and chunk[start + length] == chunk[position + length]:
            length += 1
        if length > best_length:
            best_length, best_distance = length, position - start
            if length == longest:
                break
    return best_length, best_distance


def _decompress_chunk(body: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(body):
        flags = body[at]
        at += 1
        for bit in range(8):
            if at >= len(body):
                break
            if not flags >> bit & 1:
                out.append(body[at])
                at += 1
                continue
            (token,) = struct.unpack_from("<H", body, at)
            at += 2
            shift = 16 - _distance_bits(len(out))
            distance, length = (token >> shift) + 1, (token & ((1 << shift) - 1)) + _SHORTEST_RUN
            if distance > len(out):
                raise VbaCompressionError(
                    "The compressed VBA stream is damaged: a token points before its chunk."
                )
            for _ in range(length):
                out.append(out[-distance])
    return bytes(out)
