"""The daemon of an installation, started as a user would, with its output read as it comes."""

import os
import selectors
import signal
import time
from collections.abc import Callable

from flow.installation import Installation

PATIENCE = 60.0  # seconds until a daemon is taken for stuck, on a machine that is busy with others


class Running:
    """`news-monitor run` with its output read as it comes."""

    def __init__(self, installation: Installation) -> None:
        self.process = installation.start("run")
        self.output = ""
        self._selector = selectors.DefaultSelector()
        for pipe in (self.process.stdout, self.process.stderr):
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ)

    def says(self, words: str, within: float = PATIENCE) -> float:
        """Wait until some words were printed; returns the seconds that took."""
        started = time.monotonic()
        while words not in self.output:
            assert time.monotonic() - started < within, f"{words!r} not said in {within} s:\n{self.output}"
            assert self.process.poll() is None, self.output
            self.read(0.1)
        return time.monotonic() - started

    def is_so(self, question: Callable[[], bool], what: str, within: float = PATIENCE) -> float:
        """Wait until something is so; returns the seconds that took."""
        started = time.monotonic()
        while not question():
            assert time.monotonic() - started < within, f"{what} within {within} s:\n{self.output}"
            assert self.process.poll() is None, self.output
            self.read(0.02)
        return time.monotonic() - started

    def read(self, seconds: float) -> None:
        """Take what is printed; waits so long for it at most."""
        for key, _ in self._selector.select(seconds):
            self.output += key.fileobj.read() or ""

    def kill(self) -> None:
        """End it as a power failure would."""
        self.process.kill()
        self.process.communicate()
        self._selector.close()

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        try:
            out, errors = self.process.communicate(timeout=PATIENCE)
        finally:
            self.process.kill()
            self._selector.close()
        self.output += (out or "") + (errors or "")
        assert "Traceback" not in self.output, self.output
        return self.process.returncode
