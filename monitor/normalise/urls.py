"""An address -> the one form that all addresses of the same page share."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urlsplit

# Longer ones are no addresses of pages; they stay as they are.
_MAX_LENGTH = 2_000

# Parameters that say where a reader came from and never which page it is. What also may name a page somewhere (ref,
# source, via, cid, mode) is missing on purpose: two addresses of one page are a small loss, one for two hides news.
_TRACKING = re.compile(
    r"utm_.*|mtm_.*|matomo_.*|piwik_.*|hsa_.*|guce_.*|__hs\w+|_hs\w+|ns_(?:mchannel|source|campaign|linkname|fee)"
    r"|at_(?:medium|campaign|custom\d*|link\w*|ptr_name|bbc_team|format|creation|variant|network|channel|platform"
    r"|emission"
    r"|recipient\w*|send_date|content|type|detail\d*|term|position)|pk_(?:campaign|cid|content|kwd|keyword|medium"
    r"|source)"
    r"|(?:itm|int|sc|wt|trk|stm|ito)_(?:source|medium|campaign|content|term|cmp|mc|cid)|oly_(?:enc|anon)_id"
    r"|mc_(?:cid|eid|tc)|vero_(?:id|conv)|gad_\w+|fb_(?:action_ids|action_types|source|ref)|s_(?:cid|campaign|kwcid)"
    r"|soc_(?:src|trk)|ref_(?:src|url)|xt(?:or|ref|cr|mc|s|np)|(?:fb|g|ms|d|y|ys|tw|tt|ep)cl(?:k?id|src)|[gw]braid"
    r"|li_fat_id|igsh(?:id)?|srsltid|_g[al]|mkt_tok|cmp|cmpid|ocid|icid|ncid|smid|smtyp|ito|wtmc|echobox|guccounter"
    r"|__twitter_impression|amp_(?:js_v|gsa|r|ct)|usqp|phpsessid|jsessionid|aspsessionid\w*",
    re.IGNORECASE,
)
_AMP = re.compile(
    r"amp(?:=(?:1|true|yes|amp)?)?|_amp=(?:1|true)|(?:output(?:type)?|format|view|layout|type|version)=amp(?:-type)?",
    re.IGNORECASE,
)
# https://www-a-example.cdn.ampproject.org/c/s/www.a.example/x and https://www.google.com/amp/s/www.a.example/x
_AMP_CACHES = re.compile(
    r"(?:[\w.-]+\.cdn\.ampproject\.org/(?:[cvir]|wp|ii)|(?:www\.)?google\.[a-z.]{2,6}/amp)/(s/)?(?=[\w-]+\.)(.+)",
    re.IGNORECASE | re.DOTALL,
)
_REDIRECTIONS = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}/url|lm?\.facebook\.com/l\.php", re.IGNORECASE)
_TARGETS = ("q", "url", "u")

# Labels of hosts for telephones and for AMP; www is the same site without.
_VARIANTS = frozenset("www www2 m mobile mobi wap touch amp".split())
# Second labels under which names are registered: m.co.uk is a site of its own.
_REGISTRIES = frozenset("co com org net gov gouv ac edu or ne go asso nom".split())
_LABELS_OF_A_SITE = 2
_DOMAIN = re.compile(r"\.*[^.\s]+(?:\.[^.\s]+)+\.*")
_PORTS = ("80", "443")

_PATH_END = re.compile(r"(?:/+|/(?:index|default)\.(?:x?html?|php\d?|aspx?|jsp|shtml)|/amp(?:\.html)?|[./]amp)$", re.I)
_AMP_HTML = re.compile(r"\.amp(?=\.html?$)", re.IGNORECASE)
_AMP_FIRST = re.compile(r"((?:/[a-z-]{2,20})?)/amp(?=/.)", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
# What needs no closer look when it holds none of these words: as most addresses of feeds are, in a tenth of the time.
_USUAL = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(/(?!/)[A-Za-z0-9._/-]*[A-Za-z0-9])")
_UNUSUAL = re.compile(r"[./]amp|google|facebook|index\.|default\.", re.IGNORECASE)
# A host with something behind it.
_PAGE = re.compile(r"https?://[^/?#]+(?:/[?#]?[^/?#]|/?\?.)")
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_PLAIN = re.compile(r"[A-Za-z0-9._~-]")
_UNSAFE = re.compile(r"[^!-~]+")


def page(url: str) -> str | None:
    """The address by which the page of one article is known, None for a front page and for what is no address."""
    address = canonical(url)
    return address if _PAGE.match(address) else None


def canonical(url: str) -> str:
    """The address by which a page is known: two addresses with the same one are taken for the same page. Idempotent.

    Scheme, www and hosts for telephones, default ports, AMP and its caches, tracking parameters, fragments, closing
    slashes and index.html make no difference; any other parameter does. What is no address of the web (a `tag:` URI, a
    number) is returned as it is, without the white space around it. Never raises.
    """
    if (usual := _USUAL.fullmatch(url)) and len(url) <= _MAX_LENGTH and not _UNUSUAL.search(url):
        return f"https://{_site(usual[1])}{usual[2]}"
    stripped = url.strip()
    if len(stripped) > _MAX_LENGTH:
        return stripped
    found = stripped.replace("&amp;", "&")
    # A cache of pages or a redirection may hold another one, each time a shorter address.
    while (parts := _split(found)) and (inner := _wrapped(parts)):
        found = inner
    return _joined(parts) if parts else stripped


def _split(url: str) -> SplitResult | None:
    """The parts of an address of the web."""
    try:
        parts = urlsplit(f"https:{url}" if url.startswith("//") else url)
        host = parts.hostname
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and host and _DOMAIN.fullmatch(host) else None


def _wrapped(parts: SplitResult) -> str | None:
    """The address inside that of a cache or a redirection."""
    place = f"{parts.hostname}{_escaped(parts.path)}"
    if found := _AMP_CACHES.fullmatch(place):
        query = f"?{parts.query}" if parts.query else ""
        return f"{'https' if found[1] else 'http'}://{found[2]}{query}"
    if _REDIRECTIONS.fullmatch(place):
        pairs = [pair.partition("=") for pair in parts.query.split("&")]
        values = {name: unquote(value) for name, _, value in reversed(pairs)}
        return next((values[name] for name in _TARGETS if values.get(name, "").startswith("http")), None)
    return None


def _joined(parts: SplitResult) -> str:
    query = "&".join(filter(None, map(_parameter, parts.query.split("&"))))
    # What begins so is a page of an application, not a place in a page.
    fragment = f"#{_escaped(parts.fragment)}" if parts.fragment.startswith(("!", "/")) else ""
    return f"https://{_host(parts)}{_path(parts.path)}{'?' if query else ''}{query}{fragment}"


def _parameter(pair: str) -> str:
    name = unquote(pair.partition("=")[0])
    return "" if _TRACKING.fullmatch(name) or _AMP.fullmatch(pair) else _escaped(pair)


def _host(parts: SplitResult) -> str:
    """The host in lower case and letters of DNS, without its variants; its port when it is none of the usual ones."""
    host = (parts.hostname or "").strip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            host = quote(host)
    port = parts.netloc.rpartition("@")[2].rpartition(":")[2]
    return _site(host) + (f":{port}" if port.isdecimal() and port not in _PORTS else "")


@lru_cache(maxsize=2_000)
def _site(host: str) -> str:
    """A host without its variants."""
    labels = host.split(".")
    while labels[0] in _VARIANTS and _is_site(labels[1:]):
        del labels[0]
    # fr.m.wikipedia.org
    while labels[1] in ("m", "mobile", "amp") and _is_site(labels[2:]):
        del labels[1]
    return ".".join(labels)


def _is_site(labels: list[str]) -> bool:
    return len(labels) > _LABELS_OF_A_SITE or (len(labels) == _LABELS_OF_A_SITE and labels[0] not in _REGISTRIES)


def _path(path: str) -> str:
    path = _AMP_HTML.sub("", _escaped(_SESSION.sub("", path)))
    while found := _PATH_END.search(path):
        path = path[: found.start()]
    while found := _AMP_FIRST.match(path):
        path = found[1] + path[found.end() :]
    return path or "/"


def _escaped(text: str) -> str:
    """One spelling of each character: letters that need no escape without, others escaped in capitals."""

    def spelt(found: re.Match[str]) -> str:
        char = chr(int(found[1], 16))
        return char if _PLAIN.match(char) else found[0].upper()

    return _UNSAFE.sub(lambda found: quote(found[0], safe="%", errors="replace"), _ESCAPED.sub(spelt, text))
