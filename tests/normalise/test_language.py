"""The language is named when it is certain, and only then."""

import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise import language
from monitor.normalise.language import Detected, detect

FRENCH = "Le ministre russe des Affaires étrangères a reçu mardi son homologue américain pour parler de la sécurité."
ENGLISH = (
    "The Russian foreign minister received his American counterpart on Tuesday to talk about the security of Europe."
)
GERMAN = "Der russische Außenminister empfing am Dienstag seinen Kollegen, um über die Sicherheit zu sprechen."
RUSSIAN = "Министр иностранных дел России принял во вторник американского коллегу."
FOREIGN = {
    "de": GERMAN,
    "es": "El ministro ruso de Asuntos Exteriores recibió el martes a su homólogo para hablar de la seguridad.",
    "it": "Il ministro degli Esteri russo ha ricevuto martedì il suo omologo per parlare della sicurezza in Europa.",
    "pt": "O ministro russo dos Negócios Estrangeiros recebeu na terça-feira o seu homólogo para falar da segurança.",
    "nl": "De Russische minister van Buitenlandse Zaken ontving dinsdag zijn collega om over veiligheid te praten.",
    "pl": "Rosyjski minister spraw zagranicznych przyjął we wtorek swojego odpowiednika, aby rozmawiać o pokoju.",
    "ro": "Ministrul rus de externe l-a primit marți pe omologul său pentru a discuta despre securitatea Europei.",
    "ca": "El ministre rus d'Afers Exteriors va rebre dimarts el seu homòleg per parlar de la seguretat d'Europa.",
    "sv": "Den ryske utrikesministern tog på tisdagen emot sin kollega för att tala om säkerheten i Europa.",
    "da": "Den russiske udenrigsminister modtog tirsdag sin kollega for at tale om sikkerheden i Europa.",
    "no": "Den russiske utenriksministeren tok tirsdag imot sin kollega for å snakke om sikkerheten i Europa.",
    "fi": "Venäjän ulkoministeri otti tiistaina vastaan kollegansa puhuakseen Euroopan turvallisuudesta.",
    "cs": "Ruský ministr zahraničí přijal v úterý svého protějška, aby hovořil o bezpečnosti v Evropě.",
    "hu": "Az orosz külügyminiszter kedden fogadta kollégáját, hogy Európa biztonságáról tárgyaljanak.",
    "tr": "Rusya Dışişleri Bakanı salı günü mevkidaşını kabul ederek Avrupa'nın güvenliğini konuştu.",
    "ru": RUSSIAN,
    "uk": "Міністр закордонних справ прийняв у вівторок свого колегу, щоб говорити про безпеку Європи.",
    "ar": "استقبل وزير الخارجية الروسي يوم الثلاثاء نظيره الأمريكي للحديث عن أمن أوروبا.",
    "fa": "وزیر امور خارجه روسیه روز سه‌شنبه با همتای خود درباره امنیت اروپا گفت‌وگو کرد.",
    "el": "Ο Ρώσος υπουργός Εξωτερικών υποδέχθηκε την Τρίτη τον ομόλογό του για την ασφάλεια.",
    "he": "שר החוץ הרוסי קיבל ביום שלישי את עמיתו כדי לדבר על הביטחון באירופה.",
    "zh": "俄罗斯外交部长星期二会见了美国国务卿，讨论欧洲的安全问题。",
    "ja": "ロシアの外相は火曜日に会談し、欧州の安全について話し合った。",
    "ko": "러시아 외무장관은 화요일 미국 국무장관을 만나 유럽의 안보를 논의했다.",
}


def test_a_sentence_in_a_language_asked_for_is_named() -> None:
    assert detect([FRENCH], ["fr", "en"]).language == "fr"
    assert detect([ENGLISH], ["fr", "en-GB"]).language == "en"
    assert detect([GERMAN], ["fr", "de"]).language == "de"
    assert detect([RUSSIAN], ["uk", "ru"]).language == "ru"


@pytest.mark.parametrize("code", FOREIGN)
def test_a_language_not_asked_for_is_other_and_one_asked_for_is_named(code: str) -> None:
    assert detect([FOREIGN[code]], ["fr", "en"]).language == "other"
    assert detect([FOREIGN[code]], ["fr", "en", code]).language == code


def test_one_of_the_two_usual_languages_is_other_when_not_asked_for() -> None:
    assert detect([FRENCH], ["en"]).language == "other"
    assert detect([ENGLISH], ["fr"]).language == "other"


@pytest.mark.parametrize("script", ["Переговоры в Женеве завершены", "محادثات جنيف", "日米首脳会談", "서울 정상회담"])
def test_letters_nobody_asked_for_are_proof_enough_in_a_few_words(script: str) -> None:
    assert detect([script], ["fr", "en"]) == Detected("other", 1.0, detect([script], ["fr", "en"]).scores)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "Otan",
        "Lavrov, Blinken",
        "2022 2023 - 13.000 45.000",
        "Vladimir Putin Olaf Scholz Joe Biden",
        "Sergueï Lavrov - Antony Blinken : Genève",
        "\x00\ud800\udfff",
    ],
)
def test_too_little_text_has_no_language(text: str) -> None:
    found = detect([text], ["fr", "en"])
    assert (found.language, found.confidence) == (None, None)


@pytest.mark.parametrize(
    ("headline", "language"),
    [
        ("DIPLOMATIE : LE MINISTRE EST RECU A GENEVE PAR SES HOMOLOGUES", "fr"),
        ("Les deputes examinent des jeudi la reforme des pensions apres un debat agite", "fr"),
        ("Élections : la présidente du parti écartée dès le premier tour", "fr"),
        ("Minister To Meet His Counterpart In Geneva After Weeks Of Talks", "en"),
        ("TALKS ON THE SECURITY OF EUROPE WILL BE HELD IN GENEVA", "en"),
        ("MINISTER SPRECHEN IN GENF ÜBER DIE SICHERHEIT VON EUROPA", "other"),
        ("El ministro viajara manana a la capital para una reunion con los sindicatos", "other"),
    ],
)
def test_headlines_in_capitals_or_without_accents_are_read(headline: str, language: str) -> None:
    assert detect([headline], ["fr", "en"]).language == language


@pytest.mark.parametrize(
    "text",
    [
        "Le groupe Black Eyed Peas et le rappeur Snoop Dogg joueront au stade avant la finale du Super Bowl",
        "Avec The Lord of the Rings: The Rings of Power, la plateforme espère attirer de nouveaux abonnés",
        "Le patron de Microsoft et celui de Goldman Sachs étaient reçus par le ministre des Finances",
        "La Süddeutsche Zeitung et la Frankfurter Allgemeine critiquent la décision du gouvernement",
    ],
)
def test_foreign_names_leave_a_text_in_its_language(text: str) -> None:
    assert detect([text], ["fr", "en"]).language == "fr"


def test_an_english_title_does_not_make_a_french_article_english() -> None:
    title = "The Man Who Would Be King"
    assert detect([title], ["fr", "en"]).language == "en"
    assert detect([title, FRENCH, FRENCH], ["fr", "en"]).language == "fr"


def test_a_long_text_in_a_language_without_profile_is_other() -> None:
    irish = "Bhuail aire gnóthaí eachtracha na Rúise lena chomhghleacaí Dé Máirt chun slándáil na hEorpa a phlé,"
    later = (
        "agus dúirt sé go mbeadh cruinniú eile acu an tseachtain seo chugainn sa Ghinéiv faoi na cainteanna síochána."
    )
    assert detect([irish, later], ["fr", "en"]).language == "other"


def test_other_is_not_said_when_a_language_asked_for_cannot_be_told() -> None:
    assert detect([GERMAN], ["fr", "ga"]).language is None
    assert detect([FRENCH], ["fr", "ga"]).language == "fr"


@pytest.mark.parametrize("declared", ["fr", "en", "de", "ru", "ga", "FR-ca", "", "nonsense"])
@pytest.mark.parametrize(("text", "language"), [(FRENCH, "fr"), (ENGLISH, "en"), (GERMAN, "other"), (RUSSIAN, "other")])
def test_a_declaration_never_overrules_a_sentence(text: str, language: str, declared: str) -> None:
    assert detect([text], ["fr", "en"], declared).language == language


def test_a_declaration_tips_the_scales_for_a_few_words() -> None:
    title = "Sommet de l'Otan"
    assert detect([title], ["fr", "en"], None).language is None
    assert detect([title], ["fr", "en"], "fr-BE").language == "fr"
    assert detect([title], ["fr", "en"], "en").language is None


def test_names_alone_have_no_language_whatever_is_declared() -> None:
    assert detect(["Lavrov"], ["fr", "en"], "fr").language is None
    assert detect(["Lavrov, Blinken"], ["fr", "en"], "en").language is None


def says(monkeypatch: pytest.MonkeyPatch, answers: Sequence[tuple[str, float]]) -> list[str]:
    """langdetect is asked into the list that is returned, and answers that."""
    asked: list[str] = []

    class Answer:
        def __init__(self, lang: str, prob: float) -> None:
            self.lang, self.prob = lang, prob

    def detect_langs(text: str) -> list[Answer]:
        asked.append(text)
        return [Answer(*answer) for answer in answers]

    monkeypatch.setattr(language, "detect_langs", detect_langs)
    return asked


UNSURE = "Un million de tests antigen gratis"


def test_where_the_first_is_unsure_langdetect_is_asked_and_must_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = says(monkeypatch, [("fr", 0.9), ("ca", 0.1)])
    agreed = detect([UNSURE], ["fr", "en"])
    assert asked == [UNSURE]
    assert agreed.language == "fr"
    assert agreed.confidence is not None
    assert 0.5 < agreed.confidence < 1
    assert {score.detector for score in agreed.scores} == {"trigrams", "langdetect"}
    says(monkeypatch, [("en", 0.9), ("fr", 0.1)])
    disagreed = detect([UNSURE], ["fr", "en"])
    assert (disagreed.language, disagreed.confidence) == (None, None)
    assert [score.language for score in disagreed.scores if score.detector == "langdetect"] == ["en", "fr"]


def test_clear_text_never_costs_a_second_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = says(monkeypatch, [("en", 1.0)])
    for text in (FRENCH, *FOREIGN.values()):
        assert detect([text], ["fr", "en"]).language != "en"
    assert asked == []


def test_what_each_detector_says_is_kept_for_explanations() -> None:
    found = detect([FRENCH], ["fr", "en"])
    assert [score.detector for score in found.scores] == ["trigrams", "trigrams"]
    assert found.scores[0].language == "fr"
    assert found.scores[0].probability == found.confidence == 1.0


def test_fields_count_together_and_their_beginnings_decide() -> None:
    assert detect(["", FRENCH[:40], FRENCH[40:]], ["fr"]).language == "fr"
    assert detect([FRENCH * 6, FRENCH + GERMAN * 100], ["fr"]).language == "fr"


# As many words as a sample has room for, each once: no language's lane may run over into its neighbour's.
@given(
    st.lists(st.sampled_from(sorted(language.FUNCTION_WORDS["fr"] | {FRENCH})), min_size=1, max_size=300, unique=True)
)
def test_any_number_of_words_of_one_language_are_of_that_language(words: list[str]) -> None:
    assert detect([" ".join(words)], ["fr", "en"]).language in {"fr", None}


@given(
    st.lists(st.text(max_size=60) | st.sampled_from([FRENCH, *FOREIGN.values()]), max_size=4),
    st.lists(st.sampled_from(["fr", "en", "de", "ru", "zh", "ga"]), min_size=1, max_size=4),
    st.none() | st.sampled_from(["fr", "ru", "zh", "xx"]),
)
def test_any_text_gets_an_answer_that_was_asked_for(
    texts: list[str], languages: list[str], declared: str | None
) -> None:
    found = detect(texts, languages, declared)
    assert found.language in {*languages, "other", None}
    assert (found.confidence is None) == (found.language is None)
    assert found.confidence is None or 0.5 < found.confidence <= 1
    assert all(0 <= score.probability <= 1 for score in found.scores)
    assert detect(texts, languages[::-1], declared) == found


def test_the_answer_is_the_same_in_every_process() -> None:
    code = "from monitor.normalise.language import detect; print([detect([t], ['fr', 'en']) for t in %r])"
    texts = ["Sommet Biden Poutine a Geneve", UNSURE, "Ukraine crisis talks Geneva", "Otan Russie dialogue Bruxelles"]
    answers = {subprocess.check_output([sys.executable, "-c", code % (texts,)]) for _ in range(2)}
    assert answers == {f"{[detect([text], ['fr', 'en']) for text in texts]}\n".encode()}
