"""Whose key it is, where its private half lives, how to find the public half, whom we trust."""
