"""Data that comes in by forms and files: checked by the same rules, and kept, before the CRM holds it.

Nothing here calls a CRM, and nothing here decides whose record something is: that is for the engine (`arrivals`), in
the pass of the daemon that holds the account.
"""

from __future__ import annotations

from syncd.inbound.doors import Door, FolderDoor, FormDoor, doors_of
from syncd.inbound.gate import Checked, Gate, Problem
from syncd.inbound.signing import SIGNATURE, STAMP, UNIQUE, signature

__all__ = [
    "SIGNATURE",
    "STAMP",
    "UNIQUE",
    "Checked",
    "Door",
    "FolderDoor",
    "FormDoor",
    "Gate",
    "Problem",
    "doors_of",
    "signature",
]
