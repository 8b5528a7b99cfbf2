"""What leads to other articles is told by what it says and by its form."""

import pytest

from monitor.normalise.links import Lead, ends_sentence, lead


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
