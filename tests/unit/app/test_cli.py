"""The command line: exit codes, problems in a line, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.shared import ROOT
from tests.support.demonstration import environment


def _run(*arguments, **settings):
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env={**environment(), **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_help_lists_the_commands_of_every_role():
    done = _run("--help")
    assert 0 == done.returncode, done.stderr
    for command in ("demo", "serve", "worker", "check", "verify", "issue", "revoke", "suspend", "restore", "batch"):
        assert f"\n  {command} " in done.stdout, command


def test_a_start_that_is_half_secured_is_refused_in_one_line(tmp_path):
    """M06."""
    done = _run("worker", "--once", PARCHEMIN_VAR=str(tmp_path))
    assert 3 == done.returncode
    assert "setting-invalid" in done.stderr
    assert "secret-key-default" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_names_each_finding_and_fails(tmp_path):
    done = _run("check", PARCHEMIN_VAR=str(tmp_path), COLUMNS="200")
    assert 1 == done.returncode
    assert "refused secret-key-default" in done.stdout


def test_check_shows_no_secret(tmp_path):
    done = _run("check", PARCHEMIN_VAR=str(tmp_path), PARCHEMIN_PASSPHRASE="correct horse battery", COLUMNS="200")
    assert "correct horse battery" not in done.stdout + done.stderr


def test_an_unknown_setting_stops_every_command(tmp_path):
    done = _run("verify", "-", PARCHEMIN_VRA=str(tmp_path))
    assert 3 == done.returncode
    assert "PARCHEMIN_VRA" in done.stderr


@pytest.mark.parametrize("arguments", [("nonsense",), ("verify",), ("verify", "/no/such/file"), ("serve", "nobody")])
def test_a_command_that_is_not_right_could_not_run(arguments):
    done = _run(*arguments)
    assert 3 == done.returncode
    assert "Traceback" not in done.stderr


def test_the_databases_go_up_and_down(tmp_path):
    settings = {"PARCHEMIN_VAR": str(tmp_path), "PARCHEMIN_DEVELOPMENT": "1"}
    assert 0 == _run("db", "upgrade", **settings).returncode
    assert "no difference" in _run("db", "check", **settings).stdout
    assert 3 == _run("db", "downgrade", **settings).returncode, "it asks for --yes"
    assert 0 == _run("db", "downgrade", "--yes", **settings).returncode
    assert 1 == _run("db", "check", **settings).returncode


def test_contexts_check_lists_the_pinned_contexts():
    done = _run("contexts", "check")
    assert "https://www.w3.org/ns/credentials/v2" in done.stdout.splitlines()


def test_an_answer_that_cannot_be_written_is_no_answer():
    """Exit code 1 would say that the answer is no: to a full disk, and to a reader that has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    for output, told in ((os.open("/dev/full", os.O_WRONLY), "No space left on device"), (writer, "")):
        command = [sys.executable, "-m", "app", "contexts", "check"]
        done = subprocess.run(
            command, cwd=ROOT, env=environment(), stdout=output, stderr=subprocess.PIPE, text=True, check=False
        )
        os.close(output)
        assert (3, True) == (done.returncode, told in done.stderr), done.stderr
        assert "Traceback" not in done.stderr
