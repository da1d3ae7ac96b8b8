"""SOQL: a parser, and an evaluator over anything that has rows."""

from __future__ import annotations

from connectors.sandbox.salesforce.soql.errors import SoqlError
from connectors.sandbox.salesforce.soql.nodes import Query
from connectors.sandbox.salesforce.soql.parser import parse
from connectors.sandbox.salesforce.soql.result import Result
from connectors.sandbox.salesforce.soql.run import run
from connectors.sandbox.salesforce.soql.source import Row, Source

__all__ = ["Query", "Result", "Row", "SoqlError", "Source", "parse", "run"]
