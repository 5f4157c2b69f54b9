"""Award to pages to sealed PDF."""
