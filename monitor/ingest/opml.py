"""An OPML file -> the feeds it lists, and feeds -> an OPML file."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from monitor.errors import ConfigError, Problem
from monitor.ingest.feed import FeedSource, web_address
from monitor.ingest.source import MAX_NAME, primary_language, stamp_of
from monitor.plain import one_line
from monitor.values import without_secrets

# 10,000 feeds are about 2 MB.
MAX_BYTES = 20_000_000
MAX_DEPTH = 50

# What an outline says in words of its own here; people write xmlurl and xmlURL too.
_KNOWN = ("text", "title", "type", "xmlurl", "category", "language")
# All but what XML 1.0 allows.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Characters that would steer a terminal or the direction of reading; they only stand in values.
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed as an OPML file lists it.

    `tags` are the folders it stands in and its categories. `attributes` are those that mean nothing here, and those
    that say more than what was understood of them, by name; one of a namespace is called `{URI}name`.
    """

    url: str
    title: str
    tags: tuple[str, ...] = ()
    language: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpmlFile:
    """What an OPML file lists, each address once.

    `problems` are mistakes that cost one outline each, `notes` tell what is left alone on purpose. `stamp` changes
    with every write of the file.
    """

    outlines: tuple[Outline, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    stamp: str = ""


class BrokenOpmlError(ConfigError):
    """A file that ceases to be OPML at some place; `before` is what it lists up to there, without a stamp."""

    def __init__(self, problem: Problem, before: OpmlFile) -> None:
        self.before = before
        super().__init__([problem])


def read_opml(path: Path) -> OpmlFile:
    """Read OPML 1.0 or 2.0; raises ConfigError with the place when the file cannot be read or is no OPML.

    What breaks off inside the list is a BrokenOpmlError. No entity is expanded but XML's own five, nothing else is
    opened: a document type with definitions is refused.
    """
    try:
        content, stamp = _content(path)
    except OSError as error:
        raise ConfigError([Problem(path, 1, 1, f"cannot be read: {error.strerror}")]) from None
    except ValueError as error:
        raise ConfigError([Problem(path, 1, 1, str(error))]) from None
    return replace(_Reader(path).read(content), stamp=stamp)


def as_name(text: str) -> str:
    """A text from outside as the name of a source or tag: one line without characters that cannot be seen."""
    return one_line("".join(c for c in one_line(text, limit=len(text) + 1) if c.isprintable()), limit=MAX_NAME)


def _content(path: Path) -> tuple[bytes, str]:
    """The bytes of a file and its stamp; raises ValueError with the sentence, or OSError."""
    # Opening a FIFO would wait for its writer, so not even a race may end in one.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123 - a descriptor
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("is not a regular file")
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"is larger than {MAX_BYTES} bytes")
    return content, stamp_of(status)


class _Reader:
    """Hears the tags of one file and remembers the folders it stands in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = lambda _: self._open.pop()
        self._open: list[str] = []
        self._seen_root = False
        self._found: dict[str, Outline] = {}
        self._problems: list[Problem] = []
        self._notes: list[Problem] = []

    def read(self, content: bytes) -> OpmlFile:
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            place = Problem(self._path, error.lineno, error.offset + 1, f"not valid XML: {_reason(error)}")
            raise BrokenOpmlError(place, self._read()) from None
        except (ValueError, LookupError) as error:  # an encoding that Python does not know or cannot use here
            raise ConfigError([Problem(self._path, 1, 1, f"not valid XML: {error}")]) from None
        return self._read()

    def _read(self) -> OpmlFile:
        return OpmlFile(tuple(self._found.values()), tuple(self._problems), tuple(self._notes))

    def _here(self, message: str) -> Problem:
        return Problem(self._path, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1, message)

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        if has_subset:
            raise ConfigError([self._here("defines a document type of its own, which is not read")])

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._seen_root and name.lower() != "opml":
            shown = one_line(name.rpartition("}")[2], limit=40)
            raise ConfigError([self._here(f"is not OPML: it begins with <{shown}>")])
        if len(self._open) == MAX_DEPTH:
            raise ConfigError([self._here(f"is nested deeper than {MAX_DEPTH} levels")])
        self._seen_root = True
        self._open.append(self._outline(attributes) if name.rpartition("}")[2].lower() == "outline" else "")

    def _outline(self, attributes: dict[str, str]) -> str:
        """Take what one outline says; returns the folder it is for those inside, "" when it is none."""
        known: dict[str, str] = {}
        rest: dict[str, str] = {}
        for name, value in attributes.items():
            if name.lower() in _KNOWN and name.lower() not in known:
                known[name.lower()] = value.strip()
            elif is_attribute(clark := f"{{{name}" if "}" in name else name):
                rest[clark] = value
        title = known.get("title") or known.get("text", "")
        kind, url = known.get("type", "").lower(), known.get("xmlurl", "")
        if kind == "include":
            self._notes.append(self._here(f"the list that {_quoted(title)} includes is not followed"))
        elif url:
            self._feed(url, title, known, rest)
        elif kind in ("rss", "atom"):
            self._problems.append(self._here(f"the feed {_quoted(title)} has no xmlUrl"))
        else:
            return as_name(title)
        return ""

    def _feed(self, url: str, title: str, known: dict[str, str], rest: dict[str, str]) -> None:
        try:
            web_address(url)
        except ValueError as error:
            named = _quoted(title or without_secrets(url))
            self._problems.append(self._here(f"the xmlUrl of the feed {named} {error}"))
            return
        categories = known.get("category", "")
        language = primary_language(known.get("language", ""))
        # Kept as written where what is understood of it says less.
        kept = {
            "text": known.get("text", "") if as_name(known.get("text", "")) != as_name(title) else "",
            "type": known.get("type", "") if known.get("type", "").lower() != "rss" else "",
            "category": ",".join(one for one in categories.split(",") if "/" in one and categories_of(one)),
            "language": known.get("language", "") if known.get("language") != language else "",
        }
        tags = (*filter(None, self._open), *categories_of(categories))
        new = Outline(url, as_name(title), tags, language, {**{k: v for k, v in kept.items() if v}, **rest})
        old = self._found.get(url, new)
        self._found[url] = Outline(
            url,
            old.title or new.title,
            tuple(dict.fromkeys((*old.tags, *new.tags))),
            old.language or new.language,
            {**new.attributes, **old.attributes},
        )


def _reason(error: expat.ExpatError) -> str:
    return expat.ErrorString(error.code) or "it cannot be read"


def _quoted(title: str) -> str:
    return f"'{one_line(title, limit=MAX_NAME)}'"


def categories_of(written: str) -> list[str]:
    """`/Press/France,Sport` -> Press, France, Sport: OPML writes categories between commas, with levels by slashes."""
    return [name for one in written.replace("/", ",").split(",") if (name := as_name(one))]


@lru_cache(maxsize=10_000)
def is_attribute(name: str) -> bool:
    """Whether an attribute of this name, or `{URI}name`, can be written into XML and read again."""
    read: dict[str, str] = {}
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = lambda _, attributes: read.update(attributes)
    try:
        parser.Parse(ElementTree.tostring(ElementTree.Element("outline", {name: ""}), encoding="unicode"), True)
    except (ValueError, LookupError, expat.ExpatError):
        return False
    return read == {name.removeprefix("{"): ""}


def write_opml(feeds: Iterable[FeedSource], created: datetime) -> str:
    """OPML 2.0 with every feed: its tags as categories, the first one also as folder, and what its outline had.

    A tag with a comma or slash, which no category can hold, is a folder too. Addresses are written whole: a list of
    feeds is of no use without what may be secret in them.
    """
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = "news-monitor"
    ElementTree.SubElement(head, "dateCreated").text = format_datetime(created)
    folders: dict[tuple[str, ...], ElementTree.Element] = {(): ElementTree.SubElement(root, "body")}
    for feed in feeds:
        path: tuple[str, ...] = ()
        for tag in (tag for index, tag in enumerate(feed.tags) if not index or _is_folder_only(tag)):
            parent, path = folders[path], (*path, tag)
            if path not in folders:
                folders[path] = ElementTree.SubElement(parent, "outline", {"text": _legal(tag), "title": _legal(tag)})
        ElementTree.SubElement(folders[path], "outline", _attributes(feed))
    ElementTree.indent(root)
    text = _UNSEEN.sub(lambda found: f"&#{ord(found[0])};", ElementTree.tostring(root, encoding="unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _attributes(feed: FeedSource) -> dict[str, str]:
    kept = feed.opml
    same_language = "language" in kept and primary_language(kept["language"]) == feed.language
    own = {
        "text": kept.get("text", feed.name),
        "title": feed.name,
        "type": kept.get("type", "rss"),
        "xmlUrl": feed.url,
        "category": _category(kept.get("category", ""), feed.tags),
        "language": kept["language"] if same_language else feed.language or "",
    }
    rest = {name: value for name, value in kept.items() if name.lower() not in _KNOWN and is_attribute(name)}
    return {name: _legal(value) for name, value in {**own, **rest}.items() if value or name in rest}


def _category(written: str, tags: Sequence[str]) -> str:
    """The tags as categories; those that were written in levels (/Press/France) are again while they still hold."""
    levels = [one for one in written.split(",") if categories_of(one) and set(categories_of(one)) <= set(tags)]
    told = {name for one in levels for name in categories_of(one)}
    found: list[str] = []
    for tag in tags:
        found += [one for one in levels if categories_of(one)[0] == tag]
        if tag not in told and not _is_folder_only(tag):
            found.append(tag)
    return ",".join(found)


def _is_folder_only(tag: str) -> bool:
    return "," in tag or "/" in tag


def _legal(text: str) -> str:
    return _FORBIDDEN.sub("", text)
