"""The specification language: models, loading, compilation into a Plan, lint and JSON Schema."""
