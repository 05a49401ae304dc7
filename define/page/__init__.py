"""A define.xml as one page for a reader: `page.define_page`."""
