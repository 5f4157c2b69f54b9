"""What each process of `parchemin batch --jobs` is: an issuer of its own on the same ledger."""

from __future__ import annotations

from typing import Final

from app.config import Settings
from app.wiring import Choices, make_parts
from issuer.awards.sharing_out import make_block_handler
from services import log
from verifier.worker import Handler

TARGET: Final = "app.batch_worker:make_handler"


def make_handler() -> Handler:
    """Return an issuer with the settings of the environment; its databases are up to date."""
    settings = Settings.from_environment()
    log.configure(settings.log_level)
    return make_block_handler(make_parts(settings, Choices(public=False)).issuer)
