"""The application: the command line, progress, and the assembly of the parts.

Only this package prints, reads the environment or finds plug-ins.
"""
