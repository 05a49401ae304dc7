"""Reading files: raw exports (`raw`), finished datasets (`datasets`), one module per format.

pandas, pyarrow and pyreadstat are imported inside functions, so that importing these modules is
quick.
"""
