"""Define-XML: documents, their generation from the Plan, their audit, comparison and pages."""
