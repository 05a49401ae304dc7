"""Checks of a compiled specification, one module for each kind of finding."""
