"""The rules of specifications and of datasets, with a bad and a good example of each."""
