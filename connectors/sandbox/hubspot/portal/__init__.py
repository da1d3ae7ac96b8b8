"""What a fresh portal knows: object types with their properties, pipelines, and which links exist between what."""

from __future__ import annotations

from connectors.sandbox.hubspot.portal.types import fresh_types

__all__ = ["fresh_types"]
