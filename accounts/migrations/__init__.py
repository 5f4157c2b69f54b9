"""Migrations of accounts."""

from typing import Final

VERSION_TABLE: Final = "accounts_version"
