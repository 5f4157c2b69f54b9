"""Write files so that a reader sees the old one or the new one, never half of either.

    write_atomically(path, data)

After a power cut at any moment the name stands for a whole file (threats.md X20).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

PRIVATE: Final = 0o600
"""Mode of a file that only its owner reads."""
PUBLIC: Final = 0o644
"""Mode of a file that everybody may read."""


def write_atomically(path: Path, data: bytes, *, mode: int = PUBLIC) -> None:
    """Put `data` at `path`: a temporary file beside it, fsync, rename, fsync of the folder.

    `mode` holds from the first byte on, whatever the umask adds or takes away. Raises `OSError`;
    then the previous file is untouched and the temporary one is gone.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
