"""A mail -> the article in it: subject, date, address and text, without signature, sender and addressees."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from monitor.charset import decode
from monitor.model import Item, Markup, Precision, Published
from monitor.normalise import dates, lines
from monitor.normalise.characters import tidy
from monitor.normalise.html import read_html

# What reading damaged mails raises: a parameter numbered with 5,000 digits, parts nested too deep for recursion, ...
_FAILURES = (ArithmeticError, AssertionError, AttributeError, LookupError, MessageError, RuntimeError, TypeError,
             ValueError)  # fmt: skip
# It takes 0.1 us for each line in each level of nesting and 10 us a part; beyond these a mail is read as one text.
_MAX_WORK = 20_000_000
_MAX_PARTS = 10_000
_CONTAINER = re.compile(rb"multipart/|message/rfc822", re.IGNORECASE)
# What makes the first lines of a file the head of a mail, what is a line of it, and what in it may break its reader.
_KNOWN = re.compile(rb"(?im)^(?:From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Content-Type)[ \t]*:")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|[ \t]|From ")
_STRUCTURE = re.compile(rb"(?im)^Content-.*\n?(?:[ \t].*\n?)*")
_SCAFFOLD = re.compile(r"(?m)^(?:--[^\s-]\S*|Content-[\w-]+:.*(?:\n[ \t].*)*)$")
# More than is read of an article (300,000).
_MAX_TEXT = 400_000
_MAX_HEADER = 2_000
_MAX_DATE = 100

_ENCODED = r"=\?[^?\s]{1,60}\?[bq]\?[^?]*\?="
_ENCODED_WORDS = re.compile(rf"{_ENCODED}(?:\s*{_ENCODED})*", re.IGNORECASE)
_ADDRESS = re.compile(r"<?\s*(https?://[^\s<>\"]+)\s*>?", re.IGNORECASE)
_MARKED_UP = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)

# The head of a mail that somebody forwards inside the text.
_LABEL = r"(?:From|To|Cc|Bcc|Reply-To|Sent|Date|Subject|De|À|A|Cci|Envoyé(?: le)?|Objet)"
_FORWARDED = re.compile(rf"(?im)^(?:[>* \t]*{_LABEL}\*?[ \t\u00a0]?:.*(?:\n|\Z)){{3,}}")
_FROM = re.compile(r"(?im)^[>* \t]*(?:From|De)\*?[ \t\u00a0]?:")
_SUBJECT = re.compile(r"(?im)^[>* \t]*(?:Subject|Objet)\*?[ \t\u00a0]?:")

# Where a foot may begin, counted from the end in lines that are not empty.
_REACH = 15
# The line that parts a signature from the text (RFC 3676, 4.3); where its space was lost the lines after it are few
# and short, because a lone "--" may also part a text.
_DASHES = "--"
_SIGNATURE = "-- "
_FEW = 8
_SHORT = 100
_RULE = re.compile(r"[_=*~-]{2,}")
_LIST = re.compile(
    r"mailing.?list|liste de (?:diffusion|discussion)|unsubscribe|désabonne|désinscri|/listinfo|@googlegroups"
    r"|google groups|you (?:are receiving|received) this|vous (?:recevez|avez reçu) ce",
    re.IGNORECASE,
)
_MAX_LEAVE = 300
_LEAVE = re.compile(
    r"(?:to|pour(?: vous| ne plus)?|click|cliquez)\b.{0,80}\b(?:unsubscribe|désabonner|désinscrire|plus recevoir)"
    r"|unsubscribe(?: here| from| now|\W*$)|(?:se |vous |me )(?:désabonner|désinscrire)\W*$"
    r"|you(?:['’]re| are) receiving this|you received this (?:e-?mail|message)"
    r"|vous (?:recevez|avez reçu) ce (?:message|courriel|courrier|e-?mail|mail)",
    re.IGNORECASE,
)


def unpack(item: Item, now: datetime) -> tuple[Item, list[str]]:
    """The article in a mail as an Item of HTML paragraphs, and the lines of signature and footer; never raises.

    Where the text comes in several versions, the first that says at least half as much as the longest is taken.
    Attachments are left out; what is forwarded as a mail is read where the mail itself says nothing.
    """
    content = item.content if isinstance(item.content, bytes) else item.content.encode("utf-8", "replace")
    letter = _read(content)
    stated = letter.published
    if dates.refusal(stated, now) is None:
        item = replace(item, published=stated if stated.start else item.published)
    else:
        item = replace(item, refused=letter.date)
    body = "".join(f"<p>{html.escape(one, quote=False)}</p>\n" for one in letter.text.paragraphs)
    title = html.escape(letter.title, quote=False)
    url = item.url or letter.url or letter.text.url
    return replace(item, content=body, markup=Markup.HTML, title=title, url=url), letter.text.removed


@dataclass(slots=True)
class _Text:
    """Paragraphs, and what was taken off them."""

    paragraphs: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    url: str | None = None

    def __iadd__(self, other: _Text) -> _Text:
        return _Text(self.paragraphs + other.paragraphs, self.removed + other.removed, self.url or other.url)


@dataclass(slots=True)
class _Letter:
    """What a mail holds; `date` is its date as written."""

    title: str
    date: str
    published: Published
    url: str | None
    text: _Text = field(default_factory=_Text)


def _read(content: bytes) -> _Letter:
    content = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    head, _, rest = content.partition(b"\n\n")
    if not _KNOWN.search(head):
        return _Letter("", "", Published(), None, _plain_text(decode(content)))
    # Lines that are no header would end the head, and the rest of it would be text.
    head = b"\n".join(line for line in head.split(b"\n") if _HEADER.match(line))
    try:
        if not _is_excessive(rest):
            return _message(message_from_bytes(head + b"\n\n" + rest))
    except _FAILURES:
        pass
    # Its structure cannot be read: the body as it stands.
    letter = _headed(message_from_bytes(_STRUCTURE.sub(b"", head)))
    letter.text = _plain_text(_SCAFFOLD.sub("", decode(rest)))
    return letter


def _is_excessive(body: bytes) -> bool:
    levels = len(_CONTAINER.findall(body)) + 1
    return body.count(b"\n") * levels > _MAX_WORK or body.count(b"\n--") > _MAX_PARTS


def _message(message: Message) -> _Letter:
    letter, nested = _headed(message), list[Message]()
    letter.text = _part(message, nested)
    if not letter.text.paragraphs:
        for inner in map(_message, nested):
            letter.title = letter.title or inner.title
            letter.url = letter.url or inner.url
            letter.text += inner.text
    return letter


# ---- The head ------------------------------------------------------------------------------------------------------


def _headed(message: Message) -> _Letter:
    date = _header(message, "date")
    return _Letter(_header(message, "subject"), date[:_MAX_DATE], _date(date), _url(message))


def _header(message: Message, name: str) -> str:
    """The first header of a name as one line, "" for none; letters in any charset are read."""
    # raw_items, because what stands in it undeclared is otherwise lost; surrogates are how its bytes are kept.
    value = next((str(value) for key, value in message.raw_items() if key.strip().lower() == name), "")[:_MAX_HEADER]
    text = _ENCODED_WORDS.sub(_encoded_words, decode(value.encode("utf-8", "surrogateescape")))
    return " ".join(tidy(text).split())


def _encoded_words(found: re.Match[str]) -> str:
    """Words of RFC 2047 as text; as they are when they are damaged."""
    try:
        parts = decode_header(found[0])
    except _FAILURES:
        return found[0]
    return "".join(one if isinstance(one, str) else decode(one, (name or "").partition("*")[0]) for one, name in parts)


def _date(text: str) -> Published:
    """A date with its offset, UTC when it has none."""
    try:
        when = parsedate_to_datetime(text)
    except _FAILURES:
        return Published()
    return Published(when if when.tzinfo else when.replace(tzinfo=UTC), Precision.SECOND)


def _url(message: Message) -> str | None:
    """Where the mail can be read on the web. Not the address of its list: that is the same for all its mails."""
    found = _ADDRESS.fullmatch(_header(message, "archived-at"))
    return found[1] if found else None


# ---- The text ------------------------------------------------------------------------------------------------------


def _part(part: Message, nested: list[Message]) -> _Text:
    """The text of a part and of the parts in it; the mails that it forwards are added to `nested`."""
    kind, payload = part.get_content_type(), part.get_payload()
    inner = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else None
    if kind == "message/rfc822" and inner:
        nested += inner
        return _Text()
    if part.get_content_disposition() == "attachment":
        return _Text()
    if kind.startswith("multipart/") and inner is not None:
        versions = [_part(one, nested) for one in inner]
        return _fullest(versions) if kind == "multipart/alternative" else _joined(versions)
    return _leaf(part, kind)


def _leaf(part: Message, kind: str) -> _Text:
    payload, charset = part.get_payload(decode=True), part.get_content_charset()
    # Programs that know no charset write us-ascii.
    text = decode(payload if isinstance(payload, bytes) else b"", None if charset == "us-ascii" else charset)
    match kind:
        case "text/html":
            return _marked_up(text)
        case "text/plain" if str(part.get_param("format")).lower() == "flowed":
            return _plain_text(_unflowed(text, str(part.get_param("delsp")).lower() == "yes"))
        case "text/plain":
            return _plain_text(text)
        case _ if kind.startswith("multipart/"):  # one whose boundary was lost
            return _plain_text(_SCAFFOLD.sub("", text))
    return _Text()


def _joined(texts: Iterable[_Text]) -> _Text:
    whole = _Text()
    for text in texts:
        whole += text
    return whole


def _fullest(versions: Sequence[_Text]) -> _Text:
    """The first of several versions that says at least half as much as the longest, since the simplest comes first."""
    sizes = [sum(map(len, version.paragraphs)) for version in versions]
    return next((one for one, size in zip(versions, sizes, strict=True) if size * 2 >= max(sizes)), _Text())


def _plain_text(text: str) -> _Text:
    """The paragraphs of a plain text, joined where it is wrapped."""
    if _MARKED_UP.match(text):
        return _marked_up(text)
    rows = _FORWARDED.sub(_unaddressed, tidy(text[:_MAX_TEXT])).split("\n")
    cut = _foot(rows)
    return _Text(lines.paragraphs("\n".join(rows[:cut])), [row.strip() for row in rows[cut:] if row.strip()])


def _marked_up(text: str) -> _Text:
    page = read_html(tidy(text), titled=True)
    cut = _foot(page.paragraphs)
    return _Text(page.paragraphs[:cut], [*page.captions, *page.paragraphs[cut:]], page.url)


def _unaddressed(found: re.Match[str]) -> str:
    """Nothing for the head of a mail, what stands there for other lines with colons."""
    return "\n" if _FROM.search(found[0]) and _SUBJECT.search(found[0]) else found[0]


def _unflowed(text: str, delsp: bool) -> str:
    """Lines of format=flowed (RFC 3676) as paragraphs: one that ends in a space goes on in the next."""
    joined: list[list[str]] = []
    goes_on, before = False, 0
    for line in text.split("\n"):
        said = line.rstrip("\r").lstrip(">")
        depth, said = len(line.rstrip("\r")) - len(said), said.removeprefix(" ")
        signs = said.rstrip() == _DASHES
        if not goes_on or depth != before or signs:
            joined.append([])
        goes_on, before = said.endswith(" ") and not signs, depth
        joined[-1].append(said[:-1] if goes_on and delsp else said)
    return "\n".join("".join(parts) for parts in joined)


def _foot(rows: Sequence[str]) -> int:
    """Where the signature or the footer of a mailing list begins; the number of rows when there is none."""
    filled = [index for index, row in enumerate(rows) if row.strip()]
    for place, index in enumerate(filled[-_REACH:], max(len(filled) - _REACH, 0)):
        if _opens_foot(rows[index], [rows[at].strip() for at in filled[place + 1 :]]):
            return index
    end = len(filled)
    while end and len(row := rows[filled[end - 1]].strip()) <= _MAX_LEAVE and _LEAVE.match(row):
        end -= 1
    return filled[end] if end < len(filled) else len(rows)


def _opens_foot(row: str, following: Sequence[str]) -> bool:
    if row.strip() == _DASHES:
        return row.startswith(_SIGNATURE) or (len(following) <= _FEW and all(len(one) <= _SHORT for one in following))
    return bool(_RULE.fullmatch(row.strip())) and any(map(_LIST.search, following))
