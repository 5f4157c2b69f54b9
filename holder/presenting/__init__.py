"""Show a part of a document: what can be disclosed, and a presentation of what was chosen."""
