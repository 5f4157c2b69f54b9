"""The doors to the world outside the process."""
