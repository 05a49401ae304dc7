"""Analysis results: what the specification asks for, computed from analysis datasets alone."""
