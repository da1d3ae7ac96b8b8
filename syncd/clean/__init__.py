"""The same rules on a file: rows in, fixed rows and findings out. Needs no account, no store and no configuration."""

from __future__ import annotations

from syncd.clean.columns import Column, Columns, guess_columns
from syncd.clean.dialect import Dialect, study
from syncd.clean.file import CleanReport, Counts, Job, clean_file
from syncd.clean.formulas import neutralise
from syncd.clean.rows import FINDINGS_COLUMN, Cleaner, CleanRow, RowFinding

__all__ = [
    "FINDINGS_COLUMN",
    "CleanReport",
    "CleanRow",
    "Cleaner",
    "Column",
    "Columns",
    "Counts",
    "Dialect",
    "Job",
    "RowFinding",
    "clean_file",
    "guess_columns",
    "neutralise",
    "study",
]
