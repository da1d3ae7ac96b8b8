"""Passwords are hashed cheaply here; one test looks at how it is done in earnest."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from syncd.web import passwords


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
