"""Building a study: reading, making datasets, checking, and what became of the raw data."""
