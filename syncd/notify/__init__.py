"""Tells people by webhook and e-mail what they would otherwise have to look for."""

from __future__ import annotations

from syncd.notify.failures import DeliveryError
from syncd.notify.notifier import Notifier, test

__all__ = ["DeliveryError", "Notifier", "test"]
