"""The demonstration: a dirty simulated CRM goes in, a clean one comes out, and the sandbox's truth keeps the score."""

from __future__ import annotations

from syncd.cli.demonstration.play import DemoChoice, play

__all__ = ["DemoChoice", "play"]
