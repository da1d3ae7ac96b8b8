"""The one place where concrete parts meet: settings in, a store, connectors and a setup for each stream out."""

from syncd.wiring.accounts import accounts_of, open_connectors
from syncd.wiring.parts import Parts, build, lay_out, open_store, open_telemetry
from syncd.wiring.streams import set_up, set_up_account

__all__ = [
    "Parts",
    "accounts_of",
    "build",
    "lay_out",
    "open_connectors",
    "open_store",
    "open_telemetry",
    "set_up",
    "set_up_account",
]
