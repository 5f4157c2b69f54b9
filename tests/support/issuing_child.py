"""Issue in a process of its own that is killed with -9 once a step is behind it.

python -m tests.support.issuing_child DATABASE_URL FOLDER STEP
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.support.awards import make_award
from tests.support.issuing import open_house


def main(url: str, folder: str, step: str) -> None:
    def kill_at(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    house = open_house(Path(folder), url, step=kill_at)
    house.desk.issue(make_award("badge"), "boreale", "child")


if __name__ == "__main__":
    main(*sys.argv[1:])
