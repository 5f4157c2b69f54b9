"""A file is the old one or the new one, never half of either (X20)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.files import PRIVATE, write_atomically


def test_a_file_is_written_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    before = os.umask(0)
    try:
        write_atomically(path, b"secret", mode=PRIVATE)
    finally:
        os.umask(before)
    assert (b"secret", 0o600) == (path.read_bytes(), path.stat().st_mode & 0o777)


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert ([path], b"new") == (list(tmp_path.iterdir()), path.read_bytes())


@pytest.mark.parametrize("step", ["fsync", "fchmod", "replace"])
def test_a_failure_at_any_step_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """X05, X20: a full disk, an fsync error, a refused rename."""
    path = tmp_path / "list.json"
    write_atomically(path, b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace" if step == "replace" else f"os.{step}", fail)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert ([path], b"old") == (list(tmp_path.iterdir()), path.read_bytes())


def test_the_folder_is_synced_after_the_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rename that the folder forgot is lost in a power cut."""
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_sync(descriptor: int) -> None:
        steps.append("folder" if Path(f"/proc/self/fd/{descriptor}").resolve() == tmp_path.resolve() else "file")
        fsync(descriptor)

    def note_rename(self: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(self, target)

    monkeypatch.setattr("os.fsync", note_sync)
    monkeypatch.setattr("pathlib.Path.replace", note_rename)
    write_atomically(tmp_path / "list.json", b"new")
    assert ["file", "rename", "folder"] == steps
