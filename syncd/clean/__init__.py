"""The same rules on a file: rows in, fixed rows and findings out. Needs no account, no store and no configuration."""

from __future__ import annotations

from syncd.clean.columns import Column, Columns, MoreHeadings, Sureness, guess_columns
from syncd.clean.dialect import Dialect, study
from syncd.clean.file import Job, clean_file
from syncd.clean.formulas import neutralise
from syncd.clean.gate import Fit, Gate
from syncd.clean.headings import folded
from syncd.clean.report import CleanReport, ColumnCounts, Counts, Example
from syncd.clean.rows import FINDINGS_COLUMN, FIXED, OPEN, SUGGESTED, Choices, Cleaner, CleanRow, RowFinding

__all__ = [
    "FINDINGS_COLUMN",
    "FIXED",
    "OPEN",
    "SUGGESTED",
    "Choices",
    "CleanReport",
    "CleanRow",
    "Cleaner",
    "Column",
    "ColumnCounts",
    "Columns",
    "Counts",
    "Dialect",
    "Example",
    "Fit",
    "Gate",
    "Job",
    "MoreHeadings",
    "RowFinding",
    "Sureness",
    "clean_file",
    "folded",
    "guess_columns",
    "neutralise",
    "study",
]
