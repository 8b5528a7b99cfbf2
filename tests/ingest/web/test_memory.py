"""Memory of large texts goes back to the system, whatever was allocated between them."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

# The second round is a little smaller: without the switch it lies in the heap, and the small texts keep it there.
CHILD = """
import os
from pathlib import Path
from monitor.ingest.web.memory import give_back_large

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

give_back_large()
before = resident()
kept = []
for size in (6_000_000, 5_000_000):
    large = []
    for _ in range(4):
        large.append(b"x" * size)
        kept.append(bytes(1000))
del large
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has other habits")
def test_large_texts_leave_nothing_behind() -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", CHILD]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) < 8 * 1024**2
