"""Migrations of the holder."""

from typing import Final

VERSION_TABLE: Final = "holder_version"
