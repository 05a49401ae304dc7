"""Reusing what is unchanged: fingerprints of what is made, and the state that packages keep."""
