"""Open doors to documents: shares, gates, tokens."""
