"""A text that does not show itself."""

from __future__ import annotations

import hmac
from typing import Any, NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from syncd.settings.values.references import Resolved

_SHOWN = "<secret>"


class Secret:
    """A password or token. It shows itself only to `reveal`: never in repr, str, JSON, a pickle or an error.

    In the settings it is always a reference, `${NAME}` or `file:/path`; a literal one is a mistake.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text, for the one call that needs it."""
        return self._text

    def __repr__(self) -> str:
        return _SHOWN

    __str__ = __repr__

    def __format__(self, format_spec: str) -> str:
        return format(_SHOWN, format_spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(("Secret", self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not stored")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.plain_serializer_function_ser_schema(lambda _: _SHOWN)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^(\$\{[A-Za-z_][A-Za-z0-9_]*\}|file:.+)$"}

    @classmethod
    def _validate(cls, given: object) -> Secret:
        if isinstance(given, Secret):
            return given
        if not isinstance(given, Resolved):
            raise ValueError("a secret does not stand in this file: refer to it with ${NAME} or file:/path")  # noqa: TRY004
        if given.has_default:
            raise ValueError("a secret has no default in this file: write ${NAME}")
        if not given:
            raise ValueError("the secret it refers to is empty")
        if not given.isascii() or not given.isprintable() or " " in given:
            raise ValueError("the secret it refers to holds blanks or other characters that no token has")
        return cls(str(given))
