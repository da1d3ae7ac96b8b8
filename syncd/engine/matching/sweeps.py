"""The sweeps over a pool that is matched for the first time, or in another way than before, in their order."""

from __future__ import annotations

#: Facts, keys and users are read.
READ = "read"
#: Pairs are compared, and those that are worth asking about are kept.
COMPARE = "compare"
#: Groups and questions are made.
GROUP = "group"
