"""`clinmap init`: finding raw tables, reading them once, proposing, and writing the result."""
