"""OPML: what is read of a file, what is refused, the names of its feeds, and that nothing is lost on the way back."""

from __future__ import annotations

import os
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError, SourceError
from monitor.ingest import (
    FeedSource,
    FileSource,
    OpmlFile,
    OpmlSource,
    expand,
    feeds_of,
    poll_opml,
    read_opml,
    write_opml,
)

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)


def opml(path: Path, body: str, root: str = 'opml version="2.0"') -> Path:
    path.write_text(f"<{root}><head/><body>\n{body}\n</body></{root.split(maxsplit=1)[0]}>", "utf-8")
    return path


def source(path: Path, **keys: Any) -> OpmlSource:
    return OpmlSource.model_validate({"type": "opml", "path": str(path), **keys})


def feed(name: str, url: str = "https://example.org/rss", **keys: Any) -> FeedSource:
    return FeedSource.model_validate({"type": "feed", "name": name, "url": url, **keys})


def refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as refused:
        read_opml(path)
    (problem,) = refused.value.problems
    assert problem.path == path
    return f"{problem.line}:{problem.column}: {problem.message}"


# ---- What is read ----


def test_folders_and_categories_become_tags(tmp_path: Path) -> None:
    body = (
        '<outline text=" Presse "><outline title="Île, Sud">'
        '<outline text="A" xmlUrl="https://a.example/rss" category="/Monde/Europe,sport, ,Presse"/>'
        "</outline></outline>"
        '<outline text="B" xmlUrl="https://b.example/rss"/>'
    )
    one, other = read_opml(opml(tmp_path / "f", body)).outlines
    assert one.tags == ("Presse", "Île, Sud", "Monde", "Europe", "sport")
    assert (other.tags, other.language, other.attributes) == ((), None, {})


def test_attributes_that_mean_nothing_here_are_kept_with_their_namespace(tmp_path: Path) -> None:
    body = (
        '<outline text="A" type="RSS" XMLURL=" https://a.example/rss " language="fr" htmlUrl="https://a.example/"'
        ' description="a &lt;b&gt;&#10;c" x:text="t" xmlns:x="urn:x"/>'
    )
    (one,) = read_opml(opml(tmp_path / "f", body)).outlines
    assert (one.url, one.language) == ("https://a.example/rss", "fr")
    assert one.attributes == {"htmlUrl": "https://a.example/", "description": "a <b>\nc", "{urn:x}text": "t"}


def test_what_says_more_than_is_understood_of_it_is_kept_as_written(tmp_path: Path) -> None:
    body = (
        '<outline text="Shown" title="A" type="atom" language="pt-BR" category="/x/y,z" xmlUrl="https://a.example/"/>'
    )
    (one,) = read_opml(opml(tmp_path / "f", body, "opml version='1.0'")).outlines
    assert (one.title, one.language, one.tags) == ("A", "pt", ("x", "y", "z"))
    assert one.attributes == {"text": "Shown", "type": "atom", "language": "pt-BR", "category": "/x/y"}


def test_an_address_listed_twice_is_one_feed_with_both_categories(tmp_path: Path) -> None:
    twice = "".join(
        f'<outline text="{folder}"><outline text="A {folder}" xmlUrl="https://a.example/" {more}/></outline>'
        for folder, more in (("x", 'k="1"'), ("y", 'k="2" l="3"'))
    )
    (one,) = read_opml(opml(tmp_path / "f", twice)).outlines
    assert (one.title, one.tags, one.attributes) == ("A x", ("x", "y"), {"k": "1", "l": "3"})


def test_a_mistake_in_an_outline_costs_that_outline_and_has_its_place(tmp_path: Path) -> None:
    body = (
        '<outline text="Good" xmlUrl="https://good.example/"/>\n'
        '  <outline text="Old" xmlUrl="ftp://user:pw@old.example/"/>\n'
        '<outline xmlUrl="http://user:pw@bad example/"/>\n'
        '<outline text="None" type="rss"/>\n'
        '<outline text="Other list" type="include" url="https://example.org/list.opml"/>'
    )
    file = read_opml(opml(tmp_path / "f", body))
    assert [one.title for one in file.outlines] == ["Good"]
    assert [f"{one.line}:{one.column}: {one.message}" for one in file.problems] == [
        "3:3: the xmlUrl of the feed 'Old' must be an http or https address with a host",
        "4:1: the xmlUrl of the feed 'http://user:***@bad example/' must be an http or https address with a host",
        "5:1: the feed 'None' has no xmlUrl",
    ]
    assert [one.message for one in file.notes] == ["the list that 'Other list' includes is not followed"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_encodings_of_xml_are_read(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><opml><outline text="Été" xmlUrl="https://a.example/"/></opml>'
    (tmp_path / "f").write_bytes(text.encode(encoding))
    assert read_opml(tmp_path / "f").outlines[0].title == "Été"


# ---- What is refused ----


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "1:1: not valid XML: no element found"),
        ("<rss version='2.0'/>", "1:1: is not OPML: it begins with <rss>"),
        ("<html><body>\n<p>Log in</html>", "1:1: is not OPML: it begins with <html>"),
        ("<opml>\n <outline text='a & b'/></opml>", "2:20: not valid XML: not well-formed (invalid token)"),
        ("<opml><body>", "1:13: not valid XML: no element found"),
        ("<?xml version='1.0' encoding='klingon'?><opml/>", "1:1: not valid XML: unknown encoding: klingon"),
        ("<?xml version='1.0' encoding='gbk'?><opml/>", "1:1: not valid XML: multi-byte encodings are not supported"),
        ("<opml>" + "<outline>" * 60, "1:448: is nested deeper than 50 levels"),
        (" " * 20_000_001, "1:1: is larger than 20000000 bytes"),
    ],
)
def test_what_is_no_opml_is_refused_with_its_place(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "f").write_text(content)
    assert refusal(tmp_path / "f") == said


def test_a_document_type_with_definitions_is_refused_before_anything_is_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("top secret")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for subset in (f'<!ENTITY l0 "ha">{laughs}', f'<!ENTITY l9 SYSTEM "{secret.as_uri()}">', "<!ENTITY % p 'x'>"):
        text = f'<!DOCTYPE opml [{subset}]><opml><outline text="&l9;" xmlUrl="https://a.example/"/></opml>'
        (tmp_path / "f").write_text(text)
        assert refusal(tmp_path / "f").endswith("defines a document type of its own, which is not read")


def test_a_document_type_that_is_elsewhere_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "dtd")  # opening it would block
    where = (tmp_path / "dtd").as_uri()
    text = f'<!DOCTYPE opml SYSTEM "{where}"><opml><outline text="A&amp;B" xmlUrl="https://a.example/"/></opml>'
    (tmp_path / "f").write_text(text)
    assert read_opml(tmp_path / "f").outlines[0].title == "A&B"


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing") == "1:1: cannot be read: No such file or directory"
    os.mkfifo(tmp_path / "fifo")
    assert refusal(tmp_path / "fifo") == "1:1: is not a regular file"
    assert refusal(tmp_path) == "1:1: cannot be read: Is a directory"


# ---- Its feeds ----


def test_the_options_of_the_list_hold_for_its_feeds(tmp_path: Path) -> None:
    path = opml(
        tmp_path / "feeds.opml",
        '<outline text="A" language="en" category="x" xmlUrl="https://a.example/"/>'
        '<outline text="B" xmlUrl="https://b.example/"/>',
    )
    keys = {"tags": ["all", "x"], "language": "fr", "poll": "1h", "alert_max_age": "off", "full_text": True}
    one = source(path, **keys, failing_after=7, poll_min="30m", poll_max="2h")
    assert one.name == "feeds.opml"
    a, b = feeds_of(one, read_opml(path).outlines, ())
    assert (a.tags, a.language, b.tags, b.language) == (("all", "x"), "en", ("all", "x"), "fr")
    for made in (a, b):
        assert (made.poll, made.poll_min, made.poll_max) == tuple(timedelta(hours=n) for n in (1, 0.5, 2))
        assert (made.alert_max_age, made.full_text, made.failing_after) == (None, True, 7)


def test_names_are_the_titles_and_never_the_same(tmp_path: Path) -> None:
    urls = ["https://a.example/rss/", "http://a.example/rss", "https://b.example/?token=secret", "https://c.example/x"]
    titles = ["News", "News", "Taken", ""]
    body = "".join(f'<outline text="{t}" xmlUrl="{u}"/>' for t, u in zip(titles, urls, strict=True))
    path = opml(tmp_path / "f", body)
    feeds = feeds_of(source(path), read_opml(path).outlines, {"Taken"})
    assert [one.name for one in feeds] == ["News", "News (a.example/rss)", "Taken (b.example)", "c.example/x"]
    third = feeds_of(source(path), read_opml(path).outlines[:1], {"News", "News (a.example/rss)"})[0].name
    assert third.startswith("News (a.example/rss ")
    fourth = feeds_of(source(path), read_opml(path).outlines[:1], {"News", "News (a.example/rss)", third})[0].name
    assert fourth == third.removesuffix(")") + " 2)"


def test_titles_from_outside_become_names_that_can_be_shown(tmp_path: Path) -> None:
    title = "&#x202e;evil&#x9b;31m&#x200b; \t&#10; [bold]" + "x" * 300
    body = f'<outline text="{title}" xmlUrl="https://a.example/"/><outline text="{title}" xmlUrl="https://b.example/"/>'
    path = opml(tmp_path / "f", body)
    one, other = (made.name for made in feeds_of(source(path), read_opml(path).outlines, ()))
    assert one.startswith("evil [bold]xxx")
    assert (len(one), len(other), other[-12:]) == (100, 100, " (b.example)")
    assert one.isprintable()


# ---- The live list ----


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    path = opml(tmp_path / "f", '<outline text="A" xmlUrl="https://a.example/"/>')
    before = poll_opml(source(path))
    assert poll_opml(source(path), before) is before
    old = path.stat()
    opml(path, '<outline text="B" xmlUrl="https://a.example/"/>')
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))  # an editor may restore it, and the size is the same
    assert [one.title for one in poll_opml(source(path), before).outlines] == ["B"]


def test_a_broken_edit_is_the_error_of_the_source(tmp_path: Path) -> None:
    path = opml(tmp_path / "f", "")
    before = poll_opml(source(path))
    path.write_text("<opml>")
    with pytest.raises(SourceError, match="no element found"):
        poll_opml(source(path, name="Press"), before)
    path.unlink()
    with pytest.raises(SourceError, match=r"Press: .* cannot be read: No such file"):
        poll_opml(source(path, name="Press"), before)


def test_lists_are_expanded_under_names_of_their_own_and_no_address_is_polled_twice(tmp_path: Path) -> None:
    body = '<outline text="A" xmlUrl="https://a.example/"/><outline text="inbox" xmlUrl="https://b.example/"/>'
    lists = [source(opml(tmp_path / name, body)) for name in ("one", "two")]
    opml(tmp_path / "two", body + '<outline text="A" xmlUrl="https://c.example/"/>')
    inbox = FileSource.model_validate({"type": "files", "name": "inbox", "path": str(tmp_path)})
    found = expand([lists[0], feed("Mine", "https://a.example/"), lists[1], inbox])
    assert [(one.name, getattr(one, "url", None)) for one in found] == [
        ("inbox (b.example)", "https://b.example/"),
        ("Mine", "https://a.example/"),
        ("A", "https://c.example/"),
        ("inbox", None),
    ]
    assert expand([lists[0], inbox], {"one": OpmlFile()}) == [inbox]


def test_what_is_wrong_in_all_lists_is_told_together(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        expand([source(tmp_path / "missing"), source(opml(tmp_path / "bad", "<outline>"))])
    assert len(refused.value.problems) == 2


# ---- And back ----


def test_export_is_opml_2_with_categories_and_a_folder(tmp_path: Path) -> None:
    tags = ["press", "a,b", "sport"]
    text = write_opml([feed("<A & B>", tags=tags, opml={"htmlUrl": "https://a/", "{urn:x}y": "1", "b d": "0"})], NOW)
    assert '<opml xmlns:ns0="urn:x" version="2.0">' in text
    assert "<dateCreated>Fri, 01 Mar 2024 12:00:00 +0000</dateCreated>" in text
    assert '<outline text="press" title="press">\n      <outline text="a,b" title="a,b">' in text
    assert (
        '<outline text="&lt;A &amp; B&gt;" title="&lt;A &amp; B&gt;" type="rss" xmlUrl="https://example.org/rss"'
        ' category="press,sport" htmlUrl="https://a/" ns0:y="1" />' in text
    )


def test_an_edit_in_the_configuration_wins_over_what_the_outline_said(tmp_path: Path) -> None:
    kept = {"category": "/press/france,/monde/asie", "language": "pt-BR", "xmlUrl": "https://old.example/"}
    text = write_opml([feed("A", tags=["press", "france", "new"], language="fr", opml=kept)], NOW)
    assert 'category="/press/france,new" language="fr"' in text
    assert "old.example" not in text
    assert 'language="pt-BR"' in write_opml([feed("A", language="pt", opml=kept)], NOW)


def test_what_xml_or_a_terminal_must_not_see_is_left_out_or_escaped() -> None:
    text = write_opml([feed("A", tags=["a\0b"], opml={"x": "1\x9b2\u202e3", "xmlns": "urn:evil", 'q"': "0"})], NOW)
    assert 'text="ab"' in text
    assert 'x="1&#155;2&#8238;3"' in text
    assert "evil" not in text
    assert 'q"' not in text


own_names = st.text(string.ascii_letters + "é_", min_size=1, max_size=8).filter(
    lambda name: name.lower() not in ("text", "title", "type", "xmlurl", "category", "language", "xmlns", "xml")
)
values = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\n\x85"), max_size=20)
own_attributes = st.dictionaries(st.one_of(own_names, own_names.map(lambda n: f"{{urn:x {n}}}{n}")), values, max_size=4)
titles = st.text("Aé <&>'\"\u202e\u200b,/", max_size=120)
known_attributes = st.fixed_dictionaries(
    {"text": titles},
    optional={
        "title": titles,
        "category": st.text("abc/, ", max_size=12),
        "language": st.sampled_from(["", "fr", "fr-CA", "unknown", "EN"]),
        "type": st.sampled_from(["", "rss", "RSS", "atom"]),
    },
)
outlines = st.tuples(st.lists(st.text("ab,/ é&", max_size=5), max_size=3), known_attributes, own_attributes)


@given(st.lists(outlines, max_size=5))
def test_import_export_import_keeps_everything(
    tmp_path_factory: pytest.TempPathFactory, listed: list[tuple[list[str], dict[str, str], dict[str, str]]]
) -> None:
    path = tmp_path_factory.mktemp("opml") / "f"
    root = ElementTree.Element("opml")
    for number, (folders, known, own) in enumerate(listed):
        parent = root
        for folder in folders:
            parent = ElementTree.SubElement(parent, "outline", text=folder)
        ElementTree.SubElement(parent, "outline", {**known, **own, "xmlUrl": f"https://example.org/{number}"})
    path.write_text(ElementTree.tostring(root, encoding="unicode"), "utf-8")
    first = feeds_of(source(path), read_opml(path).outlines, ())
    assert len(first) == len(listed)
    for one, (_, _, own) in zip(first, listed, strict=True):
        assert {name: value for name, value in one.opml.items() if name in own} == own
    path.write_text(write_opml(first, NOW), "utf-8")
    again = feeds_of(source(path), read_opml(path).outlines, ())
    assert sorted(map(comparable, again)) == sorted(map(comparable, first))


def comparable(one: FeedSource) -> str:
    """Everything about a feed; what order its tags have is no matter."""
    return repr(one.model_copy(update={"tags": sorted(one.tags), "opml": sorted(one.opml.items())}))
