"""How the generated rows are written: text, transport files, workbooks, ODM-XML."""
