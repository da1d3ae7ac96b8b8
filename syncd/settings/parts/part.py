"""What every part of the settings is."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Part(BaseModel):
    """A part of the settings: closed, frozen, and absent when it stands there without content."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_absent(cls, given: Any) -> Any:
        if given is None:
            return {}
        return {key: value for key, value in given.items() if value is not None} if isinstance(given, dict) else given
