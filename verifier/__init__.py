"""Is it genuine, now? Keeps nothing."""
