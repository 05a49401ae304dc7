"""The engine: a Plan and tables in, built datasets with their lineage and problems out."""
