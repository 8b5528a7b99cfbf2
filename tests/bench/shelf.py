"""A folder of feeds -> how many items `reader` stores of them, and the CPU seconds that its update_feeds() takes."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from reader import make_reader


def main(folder: Path) -> None:
    """Store all feeds of the folder in a new database beside them and print both numbers."""
    shelf = make_reader(str(folder / "reader.db"), feed_root=str(folder))
    for path in sorted(folder.glob("*.xml")):
        shelf.add_feed(path.name)
    began = time.process_time()
    shelf.update_feeds()
    spent = time.process_time() - began
    print(shelf.get_entry_counts().total, f"{spent:.4f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
