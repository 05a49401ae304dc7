"""Documents of others as the skeleton of a specification."""
