"""Profiles of raw tables: what their columns hold, before anybody has mapped them."""

from clinmap.profiling.columns import profile_column, profile_table
from clinmap.profiling.profiles import ColumnProfile, Described, TableProfile

__all__ = ["ColumnProfile", "Described", "TableProfile", "profile_column", "profile_table"]
