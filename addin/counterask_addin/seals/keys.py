"""Key files: the private key as PEM under a passphrase, the public one as PEM beside it. A first line says whose they are."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterask.seals.signatures import ALGORITHM

from ..errors import CannotRun
from ..printing import echo

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PASSPHRASE = "COUNTERASK_PASSPHRASE"
"""The environment variable that scripts give the passphrase in."""
SHORTEST = 8
"""Letters of a passphrase."""


@dataclass(frozen=True)
class SigningKey:
    """A private key that has been opened. name : whose, as the key file says. public_key : hex."""

    private: Ed25519PrivateKey
    public_key: str
    name: str

    def sign(self, text: str) -> str:
        """The signature of a text, in hex."""
        return self.private.sign(text.encode()).hex()


@dataclass(frozen=True)
class PublicKey:
    """A public key as its file says it."""

    public_key: str
    name: str


def make_keys(path: Path, name: str, passphrase: str) -> tuple[Path, str]:
    """Write a new private key to `path` and the public one beside it as NAME.pub. Returns the latter and the public key in hex.

    Raises CannotRun where either file exists: an existing key is never overwritten.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        PublicFormat,
    )

    public = path.with_suffix(".pub")
    if public == path:
        raise CannotRun(f"{path}: ends in .pub, the ending of the public key. Name it {path.stem}.key.")
    for one in (path, public):
        if one.exists():
            raise CannotRun(f"{one}: exists already, and a key is never overwritten. Choose another name.")
    private = Ed25519PrivateKey.generate()
    head = f"counterask {ALGORITHM} key of: {' '.join(name.split())}\n".encode()
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode()))
    shown = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write(path, head + secret, 0o600)
    _write(public, head + shown, 0o644)
    return public, _hex(private)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file that must not be there yet; its rights are right from the first byte on."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise CannotRun(f"{path}: exists already, and a key is never overwritten. Choose another name.") from error
    except OSError as error:
        raise CannotRun(f"{path}: cannot be written ({error.strerror}). Choose another place.") from error


def open_key(path: Path, passphrase_file: Path | None) -> SigningKey:
    """The private key in a file. Asks for its passphrase, or takes it from a file or the environment. Raises CannotRun."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    pem, name = _pem(path, "PRIVATE KEY")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        echo(f"{path.name}: others on this machine can read the key. Keep it to yourself: chmod 600 {path.name}", err=True)
    if b"ENCRYPTED" not in pem:
        raise CannotRun(f"{path.name}: the private key is not encrypted. Make a new one: counterask limits keygen")
    try:
        private = load_pem_private_key(pem, passphrase_of(passphrase_file, f"Passphrase of {path.name}").encode())
    except (ValueError, TypeError) as error:
        words = "the passphrase is wrong, or the file is damaged. Try again, or take the key from its backup."
        raise CannotRun(f"{path.name}: cannot be opened: {words}") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise CannotRun(f"{path.name}: found a key of another kind, expected {ALGORITHM}. Make one: counterask limits keygen")
    return SigningKey(private, _hex(private), name)


def read_public_key(path: Path) -> PublicKey:
    """The public key in a file. Raises CannotRun."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    pem, name = _pem(path, "PUBLIC KEY")
    try:
        public = load_pem_public_key(pem)
    except ValueError as error:
        raise CannotRun(f"{path.name}: found a damaged public key. Ask for the file again.") from error
    if not isinstance(public, Ed25519PublicKey):
        raise CannotRun(f"{path.name}: found a key of another kind, expected {ALGORITHM}.")
    return PublicKey(public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex(), name)


def passphrase_of(file: Path | None, question: str, *, is_new: bool = False) -> str:
    """A passphrase from a file (its first line), the environment, or a person. Raises CannotRun where there is none."""
    if file is not None:
        try:
            found = file.read_text(encoding="utf-8-sig").splitlines()[:1]
        except (OSError, UnicodeDecodeError) as error:
            raise CannotRun(f"{file}: the passphrase cannot be read. Check the file.") from error
        given = found[0] if found else ""
    elif PASSPHRASE in os.environ:
        given = os.environ[PASSPHRASE]
    elif sys.stdin is not None and sys.stdin.isatty():
        given = click.prompt(question, hide_input=True, confirmation_prompt=is_new, err=True)
    else:
        raise CannotRun(f"Found no passphrase and nobody to ask. Give it with --passphrase-file, or in {PASSPHRASE}.")
    if is_new and len(given) < SHORTEST:
        raise CannotRun(f"The passphrase has {len(given)} letters; a key needs at least {SHORTEST}.")
    if not given:
        raise CannotRun("The passphrase is empty.")
    return given


def _pem(path: Path, kind: str) -> tuple[bytes, str]:
    """The PEM block of a key file, and the name that stands before it."""
    try:
        content = path.read_bytes()[:20_000]
    except FileNotFoundError as error:
        raise CannotRun(f"{path}: there is no such file.") from error
    except OSError as error:
        raise CannotRun(f"{path}: cannot be read ({error.strerror}).") from error
    found = re.search(rb"-----BEGIN [A-Z ]*" + kind.encode() + rb"-----.*?-----END [A-Z ]*-----", content, re.DOTALL)
    if found is None:
        raise CannotRun(f"{path.name}: found no {kind.lower()}, expected the file that counterask limits keygen wrote.")
    said = re.match(rb"counterask \w+ key of: ([^\r\n]*)", content)
    name = "".join(letter for letter in said[1].decode(errors="replace") if letter.isprintable()) if said else path.stem
    return found[0] + b"\n", name.strip()[:80] or path.stem


def _hex(private: Ed25519PrivateKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
