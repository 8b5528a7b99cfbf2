"""OPML: what is read of a file, what is refused, the names of its feeds, and that nothing is lost on the way back."""

from __future__ import annotations

import os
import string
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.ingest import FeedSource, OpmlSource, feeds_of, read_opml, write_opml

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
