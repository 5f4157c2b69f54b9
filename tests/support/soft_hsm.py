"""A software token (SoftHSM2, Debian `softhsm2`), one for each test process: its own folder, its own keys."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from keys.pkcs11_token import Token
from tests.support.judges import needed

LABEL = "parchemin-test"
PIN = "1234-5678"
_SO_PIN = "8765-4321"
_PLACES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    *Path("/usr/lib").glob("*/softhsm/libsofthsm2.so"),
    *Path("/usr/lib64").glob("pkcs11/libsofthsm2.so"),
)


@cache
def module() -> str:
    """Return the library with a fresh token inside; skip the test when SoftHSM2 is not installed."""
    needed("softhsm2-util")
    found = next((path for path in _PLACES if path.exists()), None)
    if found is None:
        pytest.skip("libsofthsm2.so is not installed (make system)")
    folder = Path(mkdtemp(prefix="parchemin-softhsm-"))
    (folder / "tokens").mkdir()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)  # the library reads it as it starts, children inherit it
    add_token(LABEL)
    return str(found)


def add_token(label: str) -> None:
    """Make one more token in the folder of this process."""
    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", _SO_PIN]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def new_token() -> str:
    """Make a token with a label that no other has, and return it."""
    module()
    label = f"token-{secrets.token_hex(8)}"
    add_token(label)
    return label


def token(*, pin: str = PIN, label: str = LABEL) -> Token:
    """Return the token of this process, not opened yet."""
    return Token(module=module(), label=label, pin=pin)
