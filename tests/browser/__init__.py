"""A real browser: as a reader of the notebooks, and as a client of the servers."""
