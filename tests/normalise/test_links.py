"""What leads to other articles is told by what it says and by its form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise import links
from monitor.normalise.links import Lead, ends_sentence, lead
from monitor.text import words


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("LIRE AUSSI : Un titre", Lead.LINK),
        ("LIRE AUSSI : Une phrase entière.", Lead.LINK),
        ("» Lire aussi notre dossier", Lead.LINK),
        ("Lire aussi", Lead.HEADING),
        ("À lire aussi :", Lead.HEADING),
        ("(Lire aussi page 3)", Lead.LINK),
        ("Related", Lead.HEADING),
        ("TU PEUX VOIR: Un titre", Lead.LINK),
        ("MIRA: Un titre", Lead.LINK),
        ("VIDEO. Un titre", Lead.KIND),
        ("Vidéo : un titre", Lead.KIND),
        ("VIDÉO : une phrase entière.", Lead.NOT),
        ("Voir aussi loin que lui est rare", Lead.NOT),
        ("“Read more” was the advice", Lead.NOT),
        ("Lire : une habitude russe.", Lead.NOT),
        ("Un titre : le sous-titre", Lead.NOT),
        ("Lire aussi " + "x" * 500, Lead.NOT),
        ("", Lead.NOT),
    ],
)
def test_how_a_line_leads_elsewhere(line: str, kind: Lead) -> None:
    assert lead(line) is kind


@pytest.mark.parametrize(
    ("text", "ends"),
    [("a.", True), ("a. »", True), ('a."', True), ("a...", False), ("a…", False), ("a ?", False), ("", False)],
)
def test_only_a_full_stop_ends_a_sentence_for_sure(text: str, ends: bool) -> None:
    assert ends_sentence(text) is ends


@given(st.from_regex(rf"\A(?:{links._CALL.pattern}|{links._CALL_PIECE.pattern})"))
def test_every_call_begins_as_calls_are_looked_for(call: str) -> None:
    first = words(call)[0]
    assert first[:3] in links._STEMS
    assert first not in links._ARTICLES or links._CALL_WITH_ARTICLE.match(call)


@pytest.mark.parametrize("line", ["Les plus lus", "Les articles les plus lus", "LE PUEDE INTERESAR"])
def test_calls_may_open_with_an_article(line: str) -> None:
    assert lead(line) is Lead.HEADING
