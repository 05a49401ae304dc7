"""The forms of the EDC system: what sites typed, one module for each form or part of one."""
