"""Intake of awards: by REST and by file, row by row."""
