"""Whether a define.xml is sound in itself and true of the data."""
