"""Built datasets beside published ones."""
