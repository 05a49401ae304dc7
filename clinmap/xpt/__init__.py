"""SAS transport files, version 5 written and 5 and 8 read: pure work on bytes and arrays.

`ibm`: floating-point numbers. `layout`: the header records as they are written. `headers`: those
of a file that is read. `columns`: the values of a frame, ready to be checked and written. `rows`:
rows as bytes. `values`: bytes as columns. Files are opened by `clinmap.writers` and
`clinmap.readers` alone.

Source: SAS, Record Layout of a SAS Version 5 or 6 Data Set in SAS Transport (XPORT) Format
(TS-140); Record Layout for a SAS Version 8 or 9 Data Set in SAS Transport Format.
"""
