"""Deterministic synthetic raw exports of study N2011-04: every value is invented."""
