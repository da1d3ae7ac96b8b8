"""What a person has to know of a CRM's ways in before the first configuration is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WayIn:
    """What `syncd init` asks for, and why."""

    #: What a token of this CRM is, and how long it lasts.
    a_token_is: str
    #: Whether an app's id and secret serve a daemon better, because tokens end by themselves.
    is_app_better: bool = False
    #: What the address of an account looks like; empty where all have the same.
    address: str = ""
