"""Analysis results of a package: computed, written, and a page that leads through them."""
