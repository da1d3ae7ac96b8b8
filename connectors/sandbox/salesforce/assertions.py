"""JWT bearer assertions: reading them, and checking the signature against a registered key."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_pem_x509_certificate


class BadAssertionError(Exception):
    """An assertion that cannot be read."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an app says about itself and the user it works for."""

    issuer: str
    subject: str
    audience: str
    expires_s: float
    signed: bytes
    signature: bytes

    def is_signed_by(self, pem: str) -> bool:
        """Whether the signature is that of a key, or of a certificate's key."""
        key = _public_key(pem)
        try:
            key.verify(self.signature, self.signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True


def read_assertion(text: str) -> Assertion:
    """Read an assertion of the form RS256 asks for."""
    parts = text.split(".")
    if len(parts) != 3:
        raise BadAssertionError("invalid assertion")
    try:
        header, claims = (_json(part) for part in parts[:2])
        signature = _bytes(parts[2])
        if header.get("alg") != "RS256":
            raise BadAssertionError("algorithm is not supported")
        return Assertion(
            str(claims["iss"]), str(claims["sub"]), str(claims["aud"]), float(claims["exp"]),
            f"{parts[0]}.{parts[1]}".encode(), signature,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as problem:
        raise BadAssertionError("invalid assertion") from problem


def _json(text: str) -> dict[str, Any]:
    found = orjson.loads(_bytes(text))
    if not isinstance(found, dict):
        raise BadAssertionError("invalid assertion")
    return found


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as problem:
        raise BadAssertionError("invalid assertion") from problem


def _public_key(pem: str) -> rsa.RSAPublicKey:
    content = pem.encode()
    is_certificate = b"BEGIN CERTIFICATE" in content
    key: object = (
        load_pem_x509_certificate(content).public_key()
        if is_certificate
        else serialization.load_pem_public_key(content)
    )
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("only RSA keys sign RS256")
    return key
