"""Workers are forked from a process that has read the tables of the languages."""

from __future__ import annotations

import subprocess
import sys

import pytest

from monitor.daemon import READERS

# Prints how often tables were read before the first article of a worker, and for it.
COUNTED = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
from monitor.normalise import language
kept = [one for one in vars(language).values() if hasattr(one, "cache_parameters")]
tables = [one for one in kept if one.cache_parameters()["maxsize"] is None]
def read():
    return sum(one.cache_info().misses for one in tables)
before = read()
language.detect(["Le parlement a voté la loi sur les retraites, que les syndicats combattent."], ["fr", "en"])
print(before, read() - before)
"""


@pytest.mark.parametrize(("preload", "then"), [(READERS, 0), ((), 1)])
def test_the_tables_are_read_before_the_first_article_of_a_worker(preload: tuple[str, ...], then: int) -> None:
    done = subprocess.run([sys.executable, "-c", COUNTED, *preload], capture_output=True, text=True, check=True)
    before, first = map(int, done.stdout.split())
    assert (before > 0, first > 0) == (then == 0, then > 0)
