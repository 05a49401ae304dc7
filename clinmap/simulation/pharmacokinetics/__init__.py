"""Samples, concentrations and parameters of the three drugs."""
