"""Define-XML: model, build from the Plan and the facts of the data, write, read, check."""
