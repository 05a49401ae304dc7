"""A define.xml as a workbook that people fill in: two layouts, written and read."""
