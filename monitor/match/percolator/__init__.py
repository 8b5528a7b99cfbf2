"""Many conditions and a page -> the few that can hold at all."""

from monitor.match.percolator.candidates import Percolator

__all__ = ["Percolator"]
