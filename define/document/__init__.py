"""A define.xml as a document: its model, reading and writing, its schema and its stylesheet."""
