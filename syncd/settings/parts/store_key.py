"""The key a store is encrypted with: how it looks in the settings, which never hold it themselves."""

from __future__ import annotations

import base64
from typing import Annotated

from pydantic import AfterValidator

from syncd.settings.values.secret import Secret

_BYTES = 32


def _key(given: Secret) -> Secret:
    plain = given.reveal().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        size = len(base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True))
    except ValueError:
        size = 0
    if size != _BYTES:
        raise ValueError("the key it refers to should be 32 random bytes in base64: openssl rand -base64 32")
    return given


StoreKey = Annotated[Secret, AfterValidator(_key)]
