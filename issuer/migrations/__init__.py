"""Migrations of the issuer."""

from typing import Final

VERSION_TABLE: Final = "issuer_version"
