"""A define.xml made from the Plan and the facts of the data."""
