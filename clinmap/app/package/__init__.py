"""A package of ours as files: written, and read again."""
