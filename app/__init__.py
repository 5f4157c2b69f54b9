"""Chooses the parts and starts the process."""
