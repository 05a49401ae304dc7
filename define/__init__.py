"""Define-XML: documents, their generation from the Plan, their audit against themselves and data."""
