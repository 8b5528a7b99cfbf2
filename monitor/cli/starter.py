"""A folder -> a working configuration in it: monitor.yaml, rules with their schema, and sample articles."""

from __future__ import annotations

from pathlib import Path

from monitor.errors import MonitorError

# In a wheel the files lie inside the package; in a checkout beside it.
_PACKAGED = Path(__file__).parents[1] / "starter"
_CHECKOUT = Path(__file__).parents[2]


def write(folder: Path) -> list[Path]:
    """Write the shipped files and return their paths; raises MonitorError rather than overwrite one."""
    root = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
    wanted = {
        folder / path.relative_to(root / "config"): path
        for path in sorted((root / "config").rglob("*"))
        if path.suffix in (".yaml", ".md", ".json")
    }
    wanted |= {folder / "seeds" / path.name: path for path in sorted((root / "seeds").iterdir()) if path.is_file()}
    if there := [path for path in wanted if path.exists()]:
        raise MonitorError(f"{there[0]} exists already; nothing was written")
    try:
        for path, source in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_here(source.read_text("utf-8")), "utf-8")
    except OSError as error:
        raise MonitorError(f"{error.filename or folder} cannot be written: {error.strerror}") from None
    return list(wanted)


def _here(text: str) -> str:
    """A shipped file as it stands in one folder: seeds/ lies in it, and the database where the service keeps state."""
    return text.replace("../seeds", "seeds").replace("\ndatabase: sqlite:///../var/", "\n# database: sqlite:///var/")
