"""What puts a record on a list: branches of filters, as the lists API writes them."""

from __future__ import annotations

from connectors.sandbox.hubspot.rules.branches import Keeps, filled
from connectors.sandbox.hubspot.rules.membership import find_list, is_on, lists_about, members_of, rule_of, take_stock

__all__ = ["Keeps", "filled", "find_list", "is_on", "lists_about", "members_of", "rule_of", "take_stock"]
