"""Writing files: datasets (`xpt`, `parquet`), JSON (`documents`) and the whole `package`.

Everything written is byte-identical for equal input: no clock, host or path goes into a file.
"""
