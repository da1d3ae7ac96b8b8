"""Whole bases and files: the answer of `quality.dedupe.Matcher` in bounded memory, on all processors of a machine."""

from __future__ import annotations

from syncd.matching.comparing import Cluster, Link
from syncd.matching.file import FEW_ROWS, MatchJob, MatchReport, match_file
from syncd.matching.whole import Means, match_whole

__all__ = ["FEW_ROWS", "Cluster", "Link", "MatchJob", "MatchReport", "Means", "match_file", "match_whole"]
