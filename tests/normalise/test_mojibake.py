"""What was read in a wrong charset is put right, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.characters import tidy
from monitor.normalise.mojibake import repaired

FRENCH = (
    "Le ministre a été reçu à Genève : « Les négociations ont échoué », déplore-t-il… L’Élysée dit “non” – où ? Ça "
    "coûte 12 € au cœur de l'été, dès Noël, île naïve, À L'ŒUVRE, DÉJÀ ÊTRE"
)
ENGLISH = "The minister’s “final” offer — £12bn — was refused… a café, Zoë said: ‘no’."
RUSSIAN = "Министр иностранных дел Сергей Лавров заявил, что Москва ждёт ответа НАТО."


def misread(text: str, charset: str, times: int = 1) -> str:
    """The text as it looks when its UTF-8 is read in another charset; what that has not, as control characters."""
    for _ in range(times):
        text = "".join(bytes([octet]).decode(charset, "ignore") or chr(octet) for octet in text.encode())
    return text


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("charset", ["cp1252", "latin-1"])
@pytest.mark.parametrize("text", [FRENCH, ENGLISH, FRENCH.replace(" :", "\u00a0:").replace(" »", "\u202f»")])
def test_utf8_read_as_western(text: str, charset: str, times: int) -> None:
    assert misread(text, charset, times) != text
    assert repaired(misread(text, charset, times)) == text


@pytest.mark.parametrize("charset", ["mac_roman", "cp1250", "cp1251"])
@pytest.mark.parametrize("text", [FRENCH, ENGLISH])
def test_utf8_read_as_something_else(text: str, charset: str) -> None:
    assert repaired(misread(text, charset)) == text


@pytest.mark.parametrize("charset", ["cp850", "cp437"])
def test_utf8_read_on_a_console(charset: str) -> None:
    text = "Le ministre a été reçu à Genève, déplore-t-il, où l’été coûte très cher"
    assert repaired(misread(text, charset)) == text


@pytest.mark.parametrize("charset", ["cp1252", "latin-1", "cp1251"])
@pytest.mark.parametrize("text", [RUSSIAN, "Ukraine: " + RUSSIAN, "Беженцы и мы 🚒"])
def test_russian(text: str, charset: str) -> None:
    assert repaired(misread(text, charset)) == text


@pytest.mark.parametrize("text", ["Οι διαπραγματεύσεις", "المفاوضات مستمرة", "שלום עולם"])
def test_words_of_other_scripts(text: str) -> None:
    assert repaired(misread(text, "cp1252")) == text


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("sÃ©curitÃ©", "sécurité"),
        ("sÃƒÂ©curitÃƒÂ©", "sécurité"),
        ("SÃ‰CURITÃ‰", "SÉCURITÉ"),
        ("ÃŽle", "Île"),
        ("Retour Ã\u00a0 Paris", "Retour à Paris"),
        ("Retour Ã Paris", "Retour à Paris"),
        ("DÃ©jÃ , voilÃ .", "Déjà, voilà."),
        ("LÂ’Otan", "L’Otan"),
        ("LÂ\x92Otan", "L’Otan"),
        ("L\x92Otan dit \x93non\x94\x85 \x80", "L’Otan dit “non”… €"),
        ("a\x81b\x9d", "ab"),
        ("Lâ€™Otan", "L’Otan"),
        ("lâ€™Ã©tÃ©", "l’été"),
        ("cÅ“ur, Å“uvre", "cœur, œuvre"),
        ("Â«Ã©tÃ©Â»", "«été»"),
        ("mot Â« Â»", "mot « »"),
        ("12Â €", "12\u00a0€"),
        ("sï¿½curitï¿½", "s\ufffdcurit\ufffd"),
        ("ï»¿Titre", "\ufeffTitre"),
        ("£ is Â£", "£ is £"),
        ("20Â°C", "20°C"),
        ("La RÃ©publique, la GÃ©orgie", "La République, la Géorgie"),
        ("L'hÃ´tel, l'HÃ”TEL", "L'hôtel, l'HÔTEL"),
        ("Â© 2022", "© 2022"),
        ("non Ã\x83Â©", "non é"),
        ("fini ðŸ˜€", "fini 😀"),
        ("s√©curit√©", "sécurité"),
        ("l‚Äô√©t√©", "l’été"),
        ("s├®curit├®", "sécurité"),
    ],
)
def test_what_was_meant(found: str, meant: str) -> None:
    assert repaired(found).replace("\u00a0 ", " ").replace("« »", "« »") == meant


@pytest.mark.parametrize(
    "text",
    [
        FRENCH,
        ENGLISH,
        RUSSIAN,
        "SÃO PAULO : A IRMÃ, AMANHÃ… « MANHÃ »",
        "LIBERTÉ… « ÉGALITÉ » – FRATERNITÉ™",
        "« Été\u00a0», à\u00a0« Genève\u00a0»… dès l’été”",
        "La lettre Â, puis « Â\u00a0» et “Ã”",
        "Une aire de 20 Å², √2, x√π, ≈£5, √±1",
        "Ångström, Ängste, Öland, ÅLAND – ÅBO",
        "├── dossier\n│   └── fichier",
        "В\u00a0Москве «С\u00a0нами». ГОСТ Р… «Газпром»",
        "Ð og Ñ eru stafir; ß, Ø, Ù",
        "Îles… Ïle",
        "PÂTÉ… À L’ÂGE",
        "BLÅ® och SMÅ™ är varumärken",
        "LÃ®",
        "20 Å°",
        "BODÅ™",
        "Il écrit Ã© au lieu de é et “AMANHÃ”.",
        "coborâ… a urâ”",
        "Ελλάδα… Άμα",
        "한국 日本 中国",
        "",
    ],
)
def test_sound_text_stays(text: str) -> None:
    assert repaired(text) == text


def test_a_proof_elsewhere_does_not_make_a_quote_the_half_of_a_letter() -> None:
    assert repaired("sÃ©curitÃ© “AMANHÃ”, BODÅ™") == "sécurité “AMANHÃ”, BODÅ™"


@given(st.text())
def test_repairing_again_changes_nothing(text: str) -> None:
    assert repaired(repaired(text)) == repaired(text)


@given(st.text(alphabet="abc éèàçêôœÉÀ«»’…", min_size=1))
def test_french_letters_are_never_mistaken(text: str) -> None:
    assert repaired(text) == text


@given(st.lists(st.sampled_from(["été", "où", "ça", "cœur", "L’Été", "naïf", "«\u00a0dit\u00a0»", "tôt…"]), min_size=1))
def test_misread_french_is_always_put_right(words: list[str]) -> None:
    text = "déjà " + " ".join(words)
    assert repaired(misread(text, "cp1252")) == text
    assert tidy(misread(text, "latin-1", 2)) == text
