"""To come."""
from __future__ import annotations
from clinmap.app.commands.declaring import Parts
def add(parts: Parts) -> None:
    """Nothing yet."""
