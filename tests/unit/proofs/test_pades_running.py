"""pyHanko's work is waited for wherever we are."""

from __future__ import annotations

import asyncio

import pytest

from proofs.pades_running import wait_for


async def _answer() -> int:
    await asyncio.sleep(0)
    return 42


async def _defect() -> int:
    raise LookupError


def test_where_no_loop_runs_the_work_is_done_here():
    assert 42 == wait_for(_answer())


def test_where_a_loop_runs_the_work_is_done_aside():
    async def inside():
        return wait_for(_answer())

    assert 42 == asyncio.run(inside())


def test_what_goes_wrong_aside_is_raised_here():
    async def inside():
        return wait_for(_defect())

    with pytest.raises(LookupError):
        asyncio.run(inside())
