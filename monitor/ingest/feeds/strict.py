"""A well-formed RSS or Atom feed, read fast -> Document; None for anything else."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from lxml import etree

from monitor.ingest.feeds.entry import Document, Entry, longest

# What the namespaces of RSS and Atom themselves and of the modules that are understood are called here, in lower case
# and without the slash or number sign at their end, which many feeds get wrong.
_NAMESPACES = {
    "": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0": "",
    "http://purl.org/rss/1.0/modules/rss091": "",
    "http://my.netscape.com/rdf/simple/0.9": "",
    "http://purl.org/atom/ns": "",
    "http://www.w3.org/2005/atom": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://purl.org/rss/1.0/modules/syndication": "sy",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/terms": "dcterms",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss": "media",
}
_LONG = 200
_ANY_USERLAND = "backend.userland.com/rss"
# What elements are to us. Texts are HTML or, in Atom and without a type that says otherwise, plain.
_MEANINGS = {
    "rss": "root", "feed": "root", "rdf:rdf": "root", "channel": "channel", "item": "entry", "entry": "entry",
    "ttl": "ttl", "sy:updateperiod": "period", "sy:updatefrequency": "frequency",
    "skiphours": "hours", "skipdays": "days",
    "id": "id", "guid": "id", "link": "link", "enclosure": "enclosure",
    "title": "title", "dc:title": "title", "media:title": "media title",
    "description": "text/html", "dc:description": "text/html", "content:encoded": "text/html",
    "fullitem": "text/html", "body": "xhtml", "xhtml:body": "xhtml",
    "summary": "text/plain", "content": "text/plain", "abstract": "text/plain", "itunes:summary": "text/html",
    "media:description": "caption", "media:group": "media group", "media:content": "media group",
    "published": "published", "issued": "published", "pubdate": "published", "dcterms:issued": "published",
    "created": "created", "dcterms:created": "created",
    "updated": "updated", "modified": "updated", "lastbuilddate": "updated", "date": "updated",
    "dc:date": "updated",
    "dcterms:modified": "updated",
    "author": "author", "dc:creator": "author", "dc:author": "author", "itunes:author": "author",
    "name": "name", "email": "email",
    "language": "language", "dc:language": "language",
    "category": "category", "dc:subject": "category", "keywords": "category", "itunes:category": "category",
    "media:category": "category", "itunes:keywords": "category", "media:keywords": "category",
}  # fmt: skip
_DATES = ("published", "created", "updated")
_TEXTS = ("text/html", "text/plain", "xhtml")
# What describes a picture or film may describe the entry that has nothing else.
_GROUPED = ("media title", "caption", "category")
_ATOM = "{http://www.w3.org/2005/Atom}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
# A document type can only stand before the root element.
_NO_PROLOG = re.compile(rb"(?:<\?xml [^<>]*>\s*)?<[A-Za-z]")
_DOCTYPE = b"<!DOCTYPE"
# A document type that is only named. One with declarations of its own (entities, default attributes: bombs) is left
# to the tolerant reader, which removes them.
_NAMED_DOCTYPE = re.compile(
    rb"<!DOCTYPE\s+[\w:.-]+(?:\s+SYSTEM|\s+PUBLIC\s+(?:\"[^\"<>]*\"|'[^'<>]*'))?(?:\s+(?:\"[^\"<>]*\"|'[^'<>]*'))?\s*>"
)
# With a document type, a name that it may have declared is no error to the parser but is lost.
_OTHER_ENTITY = re.compile(rb"&(?!#|(?:amp|lt|gt|quot|apos);)")
_HTML = ("html", "text/html", "xhtml", "application/xhtml+xml")
_XHTML = _HTML[2:]
_PLAIN = ("text", "text/plain", "plain", "")
# UTF-8 and windows-1252 that were taken for ISO-8859-1 always leave one of these, and soon: in a text that has another
# alphabet or many accents, looking further would take as long as all the rest of reading it.
_MISREAD = re.compile("[\x80-\xbf]")
_SOON = 1000
_CONTROLS = re.compile("[\x80-\x9f]")
_WINDOWS = {n: bytes([n]).decode("windows-1252", "replace") for n in range(0x80, 0xA0)}
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
Element = Any  # lxml ships no types


def read_strict(body: bytes) -> Document | None:
    """The document in UTF-8 bytes, whatever charset they declare; None when another reader has to try.

    Nothing is recovered, opened, or expanded beyond XML's five entities.
    """
    if not body.startswith(b"<") or not _is_harmless(body):
        return None
    try:
        root = etree.fromstring(body, _parser())
    except etree.XMLSyntaxError:
        return None
    document = _Reading(root).document
    # Nothing found may mean a vocabulary that only the other reader knows.
    return document if document.entries else None


def _parser() -> etree.XMLParser:
    """A parser that does nothing but parse; never with `collect_ids=False`, at which lxml 6.1 opens document types."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _is_harmless(body: bytes) -> bool:
    """Whether no document type declares anything of its own."""
    if _NO_PROLOG.match(body):
        return True
    declared = body.count(_DOCTYPE)
    return not declared or (len(_NAMED_DOCTYPE.findall(body)) == declared and not _OTHER_ENTITY.search(body))


class _Meanings(dict[str, str]):
    """The meaning of the tags of one document; it goes with the document, whose tags may be millions.

    A namespace that is not known means what its prefix usually does.
    """

    def __init__(self, root: Element) -> None:
        super().__init__()
        self._prefixes = {uri: prefix or "" for prefix, uri in root.nsmap.items()}

    def __missing__(self, tag: str) -> str:
        meaning = _meaning(tag) if len(tag) < _LONG else ""
        if meaning is None:
            uri, _, name = tag[1:].partition("}")
            meaning = _MEANINGS.get(f"{self._prefixes.get(uri)}:{name}".lower().removeprefix(":"), "")
        self[tag] = meaning
        return meaning


@lru_cache(maxsize=1000)
def _meaning(tag: str) -> str | None:
    """The meaning of a tag in any document, None when that depends on a prefix."""
    uri, _, name = tag.removeprefix("{").rpartition("}")
    known = uri.lower().rstrip("/#")
    prefix = "" if _ANY_USERLAND in known else _NAMESPACES.get(known)
    return None if prefix is None else _MEANINGS.get(f"{prefix}:{name}".lower().removeprefix(":"), "")


class _Reading:
    """One pass over a parsed feed. Each thing that is asked of an element costs a call of a tenth of a microsecond."""

    def __init__(self, root: Element) -> None:
        self._meanings = _Meanings(root)
        self._atom = _local(root) == "feed"
        self._around = root.get(_LANG, "")
        self.document = Document(language=self._around or root.get("lang", ""))
        if self._meanings[root.tag] == "root":
            self._channel(root)

    def _channel(self, container: Element) -> None:
        document, meanings = self.document, self._meanings
        for child in container:
            match meanings[child.tag]:
                case "entry":
                    self._entry(child)
                case "channel":
                    self._around = child.get(_LANG, self._around)
                    self._channel(child)
                case "language":
                    document.language = _text(child)
                case "ttl":
                    document.ttl = _text(child)
                case "period":
                    document.period = _text(child)
                case "frequency":
                    document.frequency = _text(child)
                case "hours":
                    document.skip_hours = [_text(hour) for hour in child]
                case "days":
                    document.skip_days = [_text(day) for day in child]

    def _entry(self, element: Element) -> None:
        entry = Entry()
        self.document.entries.append(entry)
        parts = self._parts(element)
        entry.id = _text(parts["id"][-1]) if "id" in parts else element.get(_ABOUT, "")
        self._links(entry, parts)
        entry.title = self._first_text(parts, "title") or self._first_text(parts, "media title")
        texts = [self._markup(part, kind) for kind in _TEXTS if kind in parts for part in parts[kind]]
        entry.content = longest(texts) or self._first_text(parts, "caption")
        entry.dates = [_text(parts[kind][-1]) for kind in _DATES if kind in parts]
        for author in parts.get("author", ()):
            if name := self._author(author):
                entry.author = name
                break
        if "category" in parts:
            entry.categories = _terms(parts["category"])
        entry.language = self._language(element, parts)

    def _parts(self, element: Element) -> dict[str, list[Element]]:
        """The children of an entry by what they mean, in its order; an entry inside an entry is one of its own."""
        parts: dict[str, list[Element]] = {}
        meanings = self._meanings
        for child in element:
            if not (meaning := meanings[child.tag]):
                continue
            if meaning in parts:
                parts[meaning].append(child)
            else:
                parts[meaning] = [child]
        for inner in parts.pop("entry", ()):
            self._entry(inner)
        for group in parts.pop("media group", ()):
            for meaning, elements in self._parts(group).items():
                if meaning in _GROUPED:
                    parts.setdefault(meaning, []).extend(elements)
        return parts

    def _links(self, entry: Entry, parts: dict[str, list[Element]]) -> None:
        """The first page an entry links to, else its id where that is one, and its first enclosure."""
        for link in parts.get("link", ()):
            relation = link.get("rel", "alternate").lower()
            if relation == "alternate" and not entry.url and link.get("type", "text/html").lower() in _HTML:
                entry.url = _text(link) or _address(link)
            elif relation == "enclosure" and not entry.enclosure:
                entry.enclosure = _address(link)
        if not entry.url and "id" in parts:
            entry.url = _permalink(parts["id"][0])
        for enclosure in parts.get("enclosure", ()):
            entry.enclosure = entry.enclosure or _address(enclosure)

    def _first_text(self, parts: dict[str, list[Element]], meaning: str) -> str:
        for part in parts.get(meaning, ()):
            if text := self._markup(part, "text/plain"):
                return text
        return ""

    def _markup(self, element: Element, kind: str) -> str:
        """A text as HTML. Only Atom says reliably what is plain; RSS may hold HTML everywhere."""
        if self._atom:
            kind = element.get("type", kind).lower()
            if kind not in _HTML and kind not in _PLAIN and not kind.startswith("text/"):
                return ""  # a picture in base64, or a document of its own
        if len(element):
            return _serialised(element, kind)
        text = _text(element)
        return html.escape(text, quote=False) if self._atom and kind not in _HTML[:2] else text

    def _author(self, element: Element) -> str:
        """The name of an author, else an e-mail address."""
        if not len(element):
            return _text(element)
        found = {self._meanings[child.tag]: _text(child) for child in reversed(element)}
        return found.get("name") or found.get("email") or ""

    def _language(self, element: Element, parts: dict[str, list[Element]]) -> str:
        """The language an entry declares for itself or has from what is around it."""
        if "language" in parts:
            return _text(parts["language"][-1])
        around: str = element.get(_LANG, self._around)
        return str(parts["title"][0].get(_LANG, around)) if "title" in parts else around


def _text(element: Element) -> str:
    """The text of an element that should hold nothing else."""
    text = str(element.text or "").strip()
    return text if text.isascii() or not _MISREAD.search(text, 0, _SOON) else _meant(text)


def _permalink(guid: Element) -> str:
    """An id that is the address of its page, as it is unless it says otherwise."""
    named = {name.lower(): value for name, value in guid.items()}.get("ispermalink", "true") == "true"
    return text if named and (text := _text(guid)).startswith(("http://", "https://")) else ""


def _meant(text: str) -> str:
    """What stands for UTF-8 or windows-1252 that somebody took for ISO-8859-1 becomes what it was."""
    with suppress(UnicodeError):
        return text.encode("latin-1").decode()
    return text.translate(_WINDOWS) if _CONTROLS.search(text) else text


def _address(link: Element) -> str:
    address = link.get("href") or link.get("url") or link.get("uri") or ""
    return address if address.startswith("http") else urljoin(link.base or "", address)


def _terms(categories: list[Element]) -> list[str]:
    terms = []
    for category in categories:
        if category.tag.endswith("}keywords"):
            terms += _text(category).split(",")
        else:
            term = category.get("term") or category.get("text") or ""
            terms += [term, _text(category) or ("" if term else category.get("label", ""))]
    return terms


def _serialised(element: Element, kind: str) -> str:
    """The content of an element with markup of its own as HTML."""
    if element.tag.startswith(_ATOM) and kind in _XHTML and len(element) == 1:
        (only,) = element
        if _local(only) == "div" and not (element.text or "").strip() and not (only.tail or "").strip():
            element = only  # the wrapper that Atom demands
    lead = element.text or ""
    # Text that was declared to be HTML is, up to the first tag that proves otherwise.
    pieces = [escape(lead) if kind in _XHTML else lead]
    for child in element:
        _write(child, pieces)
    return "".join(pieces).strip()


def _write(element: Element, pieces: list[str]) -> None:
    """An element and the text after it; the parser allows 256 levels."""
    name = _local(element)
    attributes = "".join(f' {key}="{_quoted(value)}"' for key, value in element.items() if not key.startswith("{"))
    pieces.append(f"<{name}{attributes}>{escape(element.text or '')}")
    for child in element:
        _write(child, pieces)
    if name not in _VOID:
        pieces.append(f"</{name}>")
    pieces.append(escape(element.tail or ""))


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _quoted(value: str) -> str:
    return escape(value, {'"': "&quot;"})
