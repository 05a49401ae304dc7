"""Checking a specification: what is wrong with it, as one report, and mending what is certain."""
