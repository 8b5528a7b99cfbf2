"""Addresses of one page have one canonical form, those of two pages two."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.urls import canonical

PAGE = "https://journal.example/monde/2022/un-titre-12.html"

SAME = """\
http://journal.example/monde/2022/un-titre-12.html
https://www.journal.example/monde/2022/un-titre-12.html
HTTPS://WWW.Journal.Example:443/monde/2022/un-titre-12.html
http://journal.example:80/monde/2022/un-titre-12.html
//journal.example/monde/2022/un-titre-12.html
https://user:word@journal.example./monde/2022/un-titre-12.html
https://m.journal.example/monde/2022/un-titre-12.html
https://mobile.journal.example/monde/2022/un-titre-12.html
https://www.m.journal.example/monde/2022/un-titre-12.html
https://amp.journal.example/monde/2022/un-titre-12.html
https://journal.example/amp/monde/2022/un-titre-12.html
https://journal.example/monde/amp/2022/un-titre-12.html
https://journal.example/monde/2022/un-titre-12.html/amp
https://journal.example/monde/2022/un-titre-12.html/amp/
https://journal.example/monde/2022/un-titre-12.amp.html
https://journal.example/monde/2022/un-titre-12.html?amp
https://journal.example/monde/2022/un-titre-12.html?amp=1
https://journal.example/monde/2022/un-titre-12.html?outputType=amp
https://journal.example/monde/2022/un-titre-12.html?output=amp
https://journal-example.cdn.ampproject.org/c/s/journal.example/monde/2022/un-titre-12.html
https://journal-example.cdn.ampproject.org/v/s/journal.example/monde/2022/un-titre-12.html?amp_js_v=0.1&usqp=mq331
https://www.google.com/amp/s/www.journal.example/amp/monde/2022/un-titre-12.html
https://www.google.fr/amp/journal.example/monde/2022/un-titre-12.html
https://www.google.com/url?rct=j&sa=t&url=https%3A%2F%2Fjournal.example%2Fmonde%2F2022%2Fun-titre-12.html&ct=ga
https://www.google.com/url?q=https://journal.example/monde/2022/un-titre-12.html&sa=D
https://l.facebook.com/l.php?u=https%3A%2F%2Fjournal.example%2Fmonde%2F2022%2Fun-titre-12.html%3Ffbclid%3DIwAR0&h=AT
https://journal.example/monde/2022/un-titre-12.html#xtor=RSS-1
https://journal.example/monde/2022/un-titre-12.html#commentaires
https://journal.example/monde/2022/un-titre-12.html?
https://journal.example/monde/2022/un-titre-12.html?utm_source=rss&utm_medium=feed&utm_campaign=x
https://journal.example/monde/2022/un-titre-12.html?utm_source=rss&amp;utm_medium=feed
https://journal.example/monde/2022/un-titre-12.html?UTM_Source=rss&fbclid=IwAR1&gclid=x&xtor=RSS-3208&at_medium=RSS
https://journal.example/monde/2022/un-titre-12.html?at_campaign=64&at_custom1=link&ns_mchannel=rss&CMP=share_btn_tw
https://journal.example/monde/2022/un-titre-12.html?mc_cid=1&mc_eid=2&_ga=2.1&_gl=1&msclkid=a&igshid=b&ocid=c&smid=d
https://journal.example/monde/2022/un-titre-12.html;jsessionid=1F2E?phpsessid=3
https://journal.example/%6Donde/2022/un%2Dtitre-12.html
  https://journal.example/monde/2022/un-titre-12.html\t
""".splitlines()

PAIRS = [
    ("https://a.example", "http://www.a.example/"),
    ("https://a.example/", "http://a.example/index.html"),
    ("https://a.example/x/", "http://a.example/x/index.php"),
    ("https://a.example/x?id=1", "http://a.example/x/?utm_source=b&id=1"),
    ("https://a.example/été", "https://a.example/%c3%a9t%C3%A9"),
    ("https://été.example/", "https://xn--t-iiaa.example/".replace("xn--t-iiaa", "été".encode("idna").decode())),
    ("https://fr.wikipedia.org/wiki/Otan", "https://fr.m.wikipedia.org/wiki/Otan"),
    ("https://a.co.uk/x", "https://m.a.co.uk/x"),
    ("https://a.example/x?b=1&a=2", "https://a.example/x?b=1&a=2&fbclid=c"),
]

DIFFERENT = [
    ("https://a.example/x?id=1", "https://a.example/x?id=2"),
    ("https://a.example/x?id=1", "https://a.example/x"),
    ("https://a.example/?p=12", "https://a.example/?p=13"),
    ("https://a.example/x?page=1&id=2", "https://a.example/x?page=2&id=2"),
    ("https://a.example/x?v=abc", "https://a.example/x?v=ABC"),
    ("https://a.example/x?ref=1", "https://a.example/x?ref=2"),
    ("https://a.example/x?source=1", "https://a.example/x?source=2"),
    ("https://a.example/x?cid=1", "https://a.example/x?cid=2"),
    ("https://a.example/x?at=1", "https://a.example/x?at=2"),
    ("https://a.example/x?at_id=1", "https://a.example/x?at_id=2"),
    ("https://a.example/x?a=1&a=2", "https://a.example/x?a=2&a=1"),
    ("https://a.example/X", "https://a.example/x"),
    ("https://a.example/x", "https://a.example/y"),
    ("https://a.example/amperes", "https://a.example/eres"),
    ("https://a.example/camp", "https://a.example/c"),
    ("https://a.example/trumpamp", "https://a.example/trump"),
    ("https://a.example/x?amp=2", "https://a.example/x"),
    ("https://a.example:8080/x", "https://a.example/x"),
    ("https://b.a.example/x", "https://a.example/x"),
    ("https://mobile.de/x", "https://de/x"),
    ("https://m.co.uk/x", "https://co.uk/x"),
    ("https://a.example/#!/un", "https://a.example/#!/deux"),
    ("https://a.example/#/un", "https://a.example/#/deux"),
    ("https://a.example/x%2Fy", "https://a.example/x/y"),
    ("https://a.example/x?u=a%26b=1", "https://a.example/x?u=a&b=1"),
    ("https://www.google.com/url?q=https://a.example/1", "https://www.google.com/url?q=https://a.example/2"),
    ("https://a.example/index", "https://a.example/"),
]


@pytest.mark.parametrize("url", SAME)
def test_the_same_page(url: str) -> None:
    assert canonical(url) == PAGE


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_addresses_of_a_page(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_pages(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    "text", ["", "tag:a.example,2022:1", "12345", "mailto:a@b.example", "https://", "http://[x", "urn:x", "https://x/"]
)
def test_what_is_no_address_of_the_web_stays(text: str) -> None:
    assert canonical(f" {text}\n") == text


def test_the_order_of_parameters_stays() -> None:
    assert canonical("https://a.example/x?b=1&utm_id=3&a=2") == "https://a.example/x?b=1&a=2"


PIECES = st.sampled_from(
    "https:// http:// // www. m. amp. a.example b.example .co.uk : :443 :8080 / /amp /amp/ .amp .html /index.html ? & "
    "= id=1 amp amp=1 utm_source=x &amp; # #! % %2F %6D %25 é ; ;jsessionid=1 @ google.com/url?q= google.com/amp/s/ "
    "a.cdn.ampproject.org/c/s/ . - x [ ]".split(" ")
)
URLS = st.one_of(st.lists(PIECES, max_size=12).map("".join).map("https://".__add__), st.text())


@given(URLS)
def test_once_is_enough(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)


NAMES = st.sampled_from("id p v page article story a q idarticle d date".split())
VALUES = st.text("abcXYZ019", min_size=1, max_size=5)


PARAMETERS = st.lists(st.tuples(NAMES, VALUES), max_size=4)
Pairs = list[tuple[str, str]]


@given(PARAMETERS, PARAMETERS)
def test_no_two_pages_that_differ_in_a_parameter_are_one(one: Pairs, two: Pairs) -> None:
    def address(pairs: Pairs) -> str:
        return "https://a.example/x?" + "&".join(f"{name}={value}" for name, value in pairs)

    assert (canonical(address(one)) == canonical(address(two))) is (one == two)


@pytest.mark.parametrize("piece", ["/amp", "/", "m.", "%41", "?", "&a", "/index.html", "google.com/url?q=", "é", "a."])
def test_hostile_addresses_are_read_in_linear_time(piece: str) -> None:
    start = time.process_time()
    canonical("https://a.example/" + piece * 100_000)
    canonical(("https://" + piece * 2_000)[:2_000])
    assert time.process_time() - start < 0.5


HOSTS = st.lists(
    st.sampled_from("www m amp mobile co uk journal example google ampere".split()), min_size=2, max_size=4
)
PIECES = st.lists(st.sampled_from("/ . - amp 2022 titre index html ample A default".split()), max_size=8)


@given(HOSTS, PIECES)
def test_what_an_address_is_made_of_counts_and_not_how_common_it_looks(labels: list[str], pieces: list[str]) -> None:
    url = f"https://{'.'.join(labels)}/{''.join(pieces)}"
    assert canonical(url) == canonical(f"{url}#top") == canonical(f" {url}")
