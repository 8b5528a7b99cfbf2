"""Bytes are read in the charset they were written in."""

import pytest

from monitor.charset import decode

FRENCH = "Le ministre a été reçu à Genève. « Les négociations ont échoué », déplore-t-il dès ce soir."
RUSSIAN = "Министр иностранных дел Сергей Лавров заявил, что Москва ждёт ответа НАТО."


@pytest.mark.parametrize(
    "charset", "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 cp1252 latin-1 iso8859-15".split()
)
def test_french(charset: str) -> None:
    assert decode(FRENCH.encode(charset)) == FRENCH


@pytest.mark.parametrize("charset", "mac-roman cp850".split())
def test_french_of_old_machines(charset: str) -> None:
    assert decode(FRENCH.encode(charset)) == FRENCH


@pytest.mark.parametrize(
    "text", ["à", "L'été", "Noël", "Réunion à Genève", "GENÈVE: L'ÉLYSÉE RÉPOND", "La société créée à Öland"]
)
@pytest.mark.parametrize("charset", ["latin-1", "cp1252", "iso8859-15"])
def test_a_few_words_of_french_are_not_taken_for_another_charset(text: str, charset: str) -> None:
    assert decode(text.encode(charset)) == text


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("L’Otan « s’étonne »… et dit – non.", "cp1252"),
        ("Un surcoût de 12 € au cœur de l'été, où ?", "cp1252"),
        ("Un surcoût de 12 € au cœur de l'été, où ?", "iso8859-15"),
        (f"{FRENCH} Žižek écrit.", "cp1252"),
        ("Un bâtiment de 100 m² à 1½ km, ±3 %", "latin-1"),
        ("Größere Übungen würden überprüft, erklärte der Außenminister.", "latin-1"),
        ("El niño habló ayer de la situación. ¿Qué pasó? ¡Nada!", "latin-1"),
        ("Minister oświadczył, że żądania są ważne, więc świat śledzi je.", "cp1250"),
        ("Minister oświadczył, że żądania są ważne, więc świat śledzi je.", "iso8859-2"),
        ("Rusya Dışişleri Bakanı yanıt beklediğini söyledi.", "cp1254"),
        ("Ο υπουργός Εξωτερικών δήλωσε ότι η Μόσχα αναμένει απάντηση.", "cp1253"),
        ("ロシアの外相は、モスクワが回答を待っていると述べた。", "shift_jis"),
        ("俄罗斯外交部长表示，莫斯科正在等待答复。", "gb18030"),
    ],
)
def test_the_likeliest_charset_is_guessed(text: str, charset: str) -> None:
    assert decode(text.encode(charset)) == text


@pytest.mark.parametrize("charset", "cp1251 koi8-r cp866 iso8859-5 utf-8 utf-16 utf-16-le utf-16-be".split())
def test_russian(charset: str) -> None:
    assert decode(RUSSIAN.encode(charset)) == RUSSIAN


@pytest.mark.parametrize(
    "text", ["Переговоры в Женеве", "НАТО и Россия", "Лавров встретился с Blinken в Geneva for talks on security"]
)
def test_a_few_words_of_russian(text: str) -> None:
    assert decode(text.encode("cp1251")) == text


@pytest.mark.parametrize(
    "head",
    [
        '<?xml version="1.0" encoding="ISO-8859-5"?><p>',
        '<!doctype html><html><head><meta charset="iso-8859-5"><p>',
        "<html><meta http-equiv=Content-Type content='text/html; charset=iso-8859-5'>",
    ],
)
def test_markup_declares_its_charset(head: str) -> None:
    short = f"{head}Да</p>"
    assert decode(short.encode("iso8859-5")) == short


def test_a_declared_double_byte_charset_is_believed_before_utf8() -> None:
    text = '<html><meta charset="gbk">' + bytes([0xC3, 0xA9]).decode("gbk")
    assert decode(text.encode("gbk")) == text


@pytest.mark.parametrize(
    "label", ["latin-1", "windows-1252", "rot13", "unicode_escape", "idna", "no-such", "utf-16", "undefined"]
)
def test_utf8_is_read_as_such_whatever_is_declared(label: str) -> None:
    text = f'<html><meta charset="{label}"><p>Été</p>'
    assert decode(text.encode()) == text


@pytest.mark.parametrize("label", ["rot13", "idna", "utf-8", "no-such", "hex"])
def test_a_useless_declaration_is_no_obstacle(label: str) -> None:
    text = f'<html><meta charset="{label}"><p>L\'été à Genève</p>'
    assert decode(text.encode("latin-1")) == text


def test_what_calls_itself_latin1_is_read_as_windows_1252() -> None:
    text = '<html><meta charset="iso-8859-1"><p>L’été</p>'
    assert decode(text.encode("cp1252")) == text


def test_what_came_with_the_bytes_goes_before_what_they_declare_themselves() -> None:
    text = '<html><meta charset="koi8-r"><p>Да</p>'
    assert decode(text.encode("iso8859-5"), "ISO-8859-5") == text
    assert decode(text.encode("koi8-r"), "no-such") == text
    assert decode("ロシア".encode("iso2022-jp"), "iso-2022-jp") == "ロシア"


@pytest.mark.parametrize("label", ["latin-1", "utf-8", "x\x00", "é", "\udc80", "", "hex"])
def test_a_wrong_charset_beside_the_bytes_is_no_obstacle(label: str) -> None:
    assert decode(FRENCH.encode(), label) == FRENCH
    assert decode(FRENCH.encode("cp1252"), label) == FRENCH


def test_plain_text_declares_nothing() -> None:
    text = "Il écrit : charset=iso-8859-5, à Genève"
    assert decode(text.encode("latin-1")) == text


def test_one_damaged_character_does_not_turn_utf8_into_something_else() -> None:
    whole = FRENCH.encode()
    assert decode(whole + b"\xff")[:-1] == FRENCH
    assert decode("L'été".encode() + b"\xc3") == "L'été\ufffd"


@pytest.mark.parametrize("foreign", ["L’Otan", "créée", "« non »", "12 €", "où…", "À Genève"])
def test_a_few_words_of_windows_1252_in_utf8_are_read_as_such(foreign: str) -> None:
    around = FRENCH * 3
    assert decode(around.encode() + foreign.encode("cp1252") + around.encode()) == f"{around}{foreign}{around}"


def test_half_a_character_is_no_letter() -> None:
    content = FRENCH.encode() * 3
    assert decode(content + "’".encode()[:2] + b" fin") == f"{FRENCH * 3}\ufffd fin"
    assert decode(content + b"\xed\xa0\x80 fin") == f"{FRENCH * 3}\ufffd fin"


@pytest.mark.parametrize("lead", [b"\xc3", b"\xc5", b"\xe2"])
def test_half_a_letter_before_a_cut_is_none_of_windows_1252(lead: bytes) -> None:
    around = FRENCH * 3
    cut = b" Il est pr" + lead + b"... [Lire] "
    assert decode(around.encode() + cut + around.encode()) == f"{around} Il est pr\ufffd... [Lire] {around}"
    foreign = b"cr\xe9\xe9e, L\x92\xc9tat"
    assert decode((around * 2).encode() + foreign + cut + around.encode()) == (
        f"{around * 2}créée, L’État Il est pr\ufffd... [Lire] {around}"
    )
    assert decode(around.encode() + b"pr" + lead + b"t") == f"{around}pr\ufffdt" or lead == b"\xe2"


def test_the_guess_looks_where_the_text_leaves_ascii() -> None:
    text = "a line of plain text\n" * 10_000 + "Réunion à Genève\n" + "and more\n" * 10_000
    assert decode(text.encode("latin-1")) == text


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00\x00\x00", bytes(range(256))]
)
def test_any_bytes_are_read(content: bytes) -> None:
    assert isinstance(decode(content), str)
