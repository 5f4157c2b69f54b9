"""JSON-LD vocabularies, pinned byte for byte."""
