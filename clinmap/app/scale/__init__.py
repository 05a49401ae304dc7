"""Building a large study in parts: within a budget of memory, and on several machines."""
