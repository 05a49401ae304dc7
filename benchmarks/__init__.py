"""Benchmarks: how the cost of a build grows with the number of subjects."""
