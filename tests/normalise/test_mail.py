"""A mail becomes the article in it, and who wrote it to whom does not."""

from __future__ import annotations

import textwrap
import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Article, Item, Markup
from monitor.normalise import normalise

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
SUBJECT = "La criée de Port-Louvain rouvre"
FIRST = "La criée de Port-Louvain a rouvert lundi matin, après deux ans de travaux et une nappe d'eau imprévue."
SECOND = "Le conseil municipal votera jeudi les crédits du quai nord, « si la météo le permet »."
HEAD = (
    "From: Solène Abgrall <solene@presse.example>\nTo: redaction@journal.example\nCc: chef@journal.example\n"
    f"Subject: {SUBJECT}\nDate: Mon, 4 Mar 2024 10:11:12 +0100\nMIME-Version: 1.0\n"
)
HIDDEN = ("solene@", "Abgrall", "redaction@", "chef@")


def read(mail: str | bytes, **keys: object) -> Article:
    content = mail if isinstance(mail, bytes) else mail.encode()
    item = Item("Desk", "a.eml", content, Markup.MAIL, tags=("mail",), **keys)  # type: ignore[arg-type]  # any field
    article = normalise(item, ["fr", "en"], NOW)
    assert article.source == "Desk"
    return article


def text(mail: str | bytes) -> list[str]:
    """The paragraphs of the article in a mail."""
    article = read(mail)
    return [one for one in (article.lede, *article.body.split("\n\n")) if one]


def parts(*bodies: str, kind: str = "mixed", head: str = HEAD) -> str:
    """A mail of several parts, each given with its own headers."""
    inside = "".join(f"--=_frontiere\n{body}\n" for body in bodies)
    return f'{head}Content-Type: multipart/{kind}; boundary="=_frontiere"\n\n{inside}--=_frontiere--\n'


def part(body: str, kind: str = "text/plain", more: str = "") -> str:
    return f"Content-Type: {kind}; charset=utf-8\n{more}\n{body}"


PLAIN = part(f"{FIRST}\n\n{SECOND}\n")
MARKED_UP = part(f"<html><body><p>{FIRST}</p><p>{SECOND}</p></body></html>", "text/html")


def test_subject_date_and_text_are_the_article() -> None:
    article = read(f"{HEAD}Archived-At: <https://liste.example/2024/3>\n\n{FIRST}\n\n{SECOND}\n")
    assert (article.title, article.title_derived) == (SUBJECT, False)
    assert (article.lede, article.body) == (FIRST, SECOND)
    assert article.published.value == "2024-03-04T10:11:12+01:00"
    assert article.url == "https://liste.example/2024/3"
    assert (article.language, article.tags, article.refused, article.agency) == ("fr", ("mail",), None, None)


@pytest.mark.parametrize(
    "mail",
    [
        f"{HEAD}\n{FIRST}\n\n{SECOND}\n",
        parts(PLAIN),
        parts(PLAIN, MARKED_UP, kind="alternative"),
        parts(MARKED_UP),
        f"{HEAD}une ligne qui n'est pas un en-tête\nReply-To: chef@journal.example\n\n{FIRST}\n\n{SECOND}\n",
        parts(PLAIN).replace('boundary="=_frontiere"', "boundary=perdue"),
        parts(PLAIN).replace('; boundary="=_frontiere"', ""),
        parts(PLAIN).replace("--=_frontiere--\n", ""),
        f"{HEAD}Content-Type: text/plain; charset*{'9' * 5000}=x\n\n{FIRST}\n\n{SECOND}\n",
        f"{HEAD}Content-Type: multipart/mixed; boundary*{'9' * 5000}=x\n\n{FIRST}\n\n{SECOND}\n",
        f"{HEAD}\n-----Message d'origine-----\nDe : Solène Abgrall <solene@presse.example>\nEnvoyé : lundi 4 mars\n"
        f"À : redaction@journal.example\nObjet : {SUBJECT}\n\n{FIRST}\n\n{SECOND}\n",
    ],
    ids="plain mixed either html bad-header wrong-boundary no-boundary unclosed parameter boundary forwarded".split(),
)
def test_neither_sender_nor_addressee_is_in_the_article(mail: str) -> None:
    for raw in (mail.encode(), mail.replace("\n", "\r\n").encode()):
        article = read(raw)
        assert article.title == SUBJECT
        assert FIRST in f"{article.lede}\n{article.body}"
        assert SECOND in article.body
        told = "\n".join((article.title, article.lede, article.body, *article.boilerplate))
        assert not [name for name in HIDDEN if name in told]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("=?utf-8?B?TCfDqXTDqSDDoCBHZW7DqHZl?=", "L'été à Genève"),
        ("=?ISO-8859-1?Q?L=27=E9t=E9_=E0_Gen=E8ve?=", "L'été à Genève"),
        ("L'=?utf-8?q?=C3=A9t=C3=A9?= =?utf-8?q?_=C3=A0?=\n =?utf-8?q?_Gen=C3=A8ve?=", "L'été à Genève"),
        ("=?utf-8?b?TCfDqXTD?= =?utf-8?b?qQ==?= ici", "L'été ici"),  # a letter cut in two
        ("=?inconnu?q?L=27=C3=A9t=C3=A9?=", "L'été"),
        ("=?utf-8*fr?q?L=27=C3=A9t=C3=A9?=", "L'été"),
        ("=?utf-8?b?a?=", "=?utf-8?b?a?="),
        ("L'été à Genève", "L'été à Genève"),
        ("Un sujet\n  sur deux lignes", "Un sujet sur deux lignes"),
        ("R&D : <b>3 & 4</b> &amp; plus", "R&D : <b>3 & 4</b> &amp; plus"),
        ("\\u0041 reste", "\\u0041 reste"),
    ],
)
def test_a_subject_is_decoded_to_one_line(written: str, title: str) -> None:
    assert read(f"Subject: {written}\n\n{FIRST}").title == title


def test_a_subject_in_latin1_without_a_word_of_it_is_read() -> None:
    assert read(f"Subject: L'été à Genève\n\n{FIRST}".encode("latin-1")).title == "L'été à Genève"


def test_a_subject_without_end_is_cut() -> None:
    assert read(f"Subject: {'mot ' * 50_000}\n\n{FIRST}").title == ("mot " * 500).strip()


def test_without_a_subject_the_text_gives_the_title() -> None:
    article = read(f"From: x@example.org\n\n{FIRST} {SECOND}")
    assert (article.title, article.title_derived) == (FIRST, True)


@pytest.mark.parametrize(
    ("date", "value", "refused"),
    [
        ("Mon, 4 Mar 2024 10:11:12 -0500 (EST)", "2024-03-04T10:11:12-05:00", None),
        ("4 Mar 2024 10:11 GMT", "2024-03-04T10:11:00+00:00", None),
        ("Mon, 4 Mar 2024 10:11:12 -0000", "2024-03-04T10:11:12+00:00", None),
        ("4 Mar 2024", None, None),
        ("Thu, 1 Jan 1970 00:00:00 +0000", None, "Thu, 1 Jan 1970 00:00:00 +0000"),
        ("Fri, 1 Jan 2038 00:00:00 +0000", None, "Fri, 1 Jan 2038 00:00:00 +0000"),
        ("hier soir", None, None),
        ("31 Feb 2024 25:61:61 +9999", None, None),
        ("", None, None),
    ],
)
def test_the_date_keeps_its_offset_and_one_that_cannot_be_true_is_refused(
    date: str, value: str | None, refused: str | None
) -> None:
    article = read(f"Subject: x\nDate: {date}\n\n{FIRST}")
    assert (article.published.value, article.refused) == (value, refused)


def test_the_address_of_a_list_is_not_that_of_its_mails() -> None:
    assert read(f"{HEAD}List-Archive: <https://liste.example/>\n\n{FIRST}").url is None
    assert read(f"{HEAD}Archived-At: <mailto:liste@liste.example>\n\n{FIRST}").url is None


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "latin-1"),
        ("windows-1252", "cp1252"),
        ("utf-8", "cp1252"),  # declared wrongly ...
        ("iso-8859-1", "utf-8"),
        ("us-ascii", "utf-8"),
        ("us-ascii", "cp1252"),
        ("nonsense", "cp1252"),
        ('"', "utf-8"),
    ],
)
@pytest.mark.parametrize("transfer", ["8bit", "quoted-printable", "base64"])
def test_the_text_is_read_in_its_charset(charset: str, encoding: str, transfer: str) -> None:
    message = EmailMessage()
    message["Subject"] = "x"
    message.set_content(FIRST.encode(encoding), "text", "plain", cte=transfer)
    raw = message.as_bytes().replace(
        b"Content-Type: text/plain", f"Content-Type: text/plain; charset={charset}".encode()
    )
    assert text(raw) == [FIRST]


def test_a_declared_charset_goes_before_a_guess_but_ascii_is_none() -> None:
    ukrainian = "Рибний ринок знову відкрився. Її директор обіцяє ще й новий причал."
    assert text(b"Subject: x\nContent-Type: text/plain; charset=koi8-u\n\n" + ukrainian.encode("koi8-u")) == [ukrainian]
    russian = "Рыбный рынок снова открылся после двух лет ремонта, сообщает администрация порта."
    assert text(b"Subject: x\nContent-Type: text/plain; charset=us-ascii\n\n" + russian.encode("cp1251")) == [russian]


def test_a_charset_that_nobody_named_is_guessed() -> None:
    assert text(f"Subject: x\n\n{FIRST}".encode("cp1252")) == [FIRST]


def test_damaged_transfer_encodings_are_read_as_far_as_they_go() -> None:
    quoted = "Content-Transfer-Encoding: quoted-printable\n\nApr=C3=A8s la cri=C3=A9e, 50 =% de plus =ZZ fin="
    assert text(f"{HEAD}{quoted}") == ["Après la criée, 50 =% de plus =ZZ fin"]
    based = "Content-Transfer-Encoding: base64\n\nTGEgY3Jpw6ll***IGEgcm91dmVydA\n"
    assert text(f"{HEAD}{based}") == ["La criée a rouvert"]


@pytest.mark.parametrize("lost", ['; boundary="=_frontiere"', '"=_frontiere"', "--=_frontiere--\n"])
def test_parts_whose_boundary_is_lost_are_read_without_their_headers(lost: str) -> None:
    assert text(parts(PLAIN).replace(lost, "", 1)) == [FIRST, SECOND]


@pytest.mark.parametrize("plain", ["", "  \n", "Votre messagerie ne lit pas le HTML.", "[image]"])
def test_a_plain_version_that_says_nothing_gives_way_to_the_other(plain: str) -> None:
    assert text(parts(part(plain), MARKED_UP, kind="alternative")) == [FIRST, SECOND]


def test_the_plain_version_is_preferred() -> None:
    other = part(f"<p>{FIRST} Une phrase du seul HTML.</p>", "text/html")
    assert text(parts(PLAIN, other, kind="alternative")) == [FIRST, SECOND]


def test_attachments_and_other_kinds_of_parts_are_left_out() -> None:
    attached = part("Une pièce jointe.", more='Content-Disposition: attachment; filename="a.txt"\n')
    page = part("<p>Une page jointe.</p>", "text/html", "Content-Disposition: attachment\n")
    image = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
    event = part("BEGIN:VCALENDAR", "text/calendar")
    assert text(parts(image, PLAIN, attached, page, event)) == [FIRST, SECOND]


def test_inline_texts_follow_each_other() -> None:
    assert text(parts(part(FIRST), part(f"<p>{SECOND}</p>", "text/html"))) == [FIRST, SECOND]


def nested(count: int, body: str) -> str:
    mail = body
    for number in range(count):
        head = f"From: solene@presse.example\nSubject: Transmis {number}\n"
        mail = parts(f"Content-Type: message/rfc822\n\n{mail}", head=head).replace("=_frontiere", f"=_{number}")
    return mail


def test_a_forwarded_mail_is_read_where_the_outer_one_says_nothing() -> None:
    article = read(nested(2, f"{HEAD}\n{FIRST}\n\n{SECOND}"))
    assert (article.title, article.lede, article.body) == ("Transmis 1", FIRST, SECOND)
    assert read(f"From: x@y.example\nContent-Type: message/rfc822\n\n{HEAD}\n{FIRST}").title == SUBJECT


def test_a_forwarded_mail_is_left_out_where_the_outer_one_speaks() -> None:
    inner = f"Content-Type: message/rfc822\nContent-Disposition: attachment\n\n{HEAD}\nUn vieux texte."
    assert text(parts(PLAIN, inner)) == [FIRST, SECOND]


FLOWED = "Content-Type: text/plain; charset=utf-8; format=flowed"


def test_flowed_lines_are_joined() -> None:
    body = (
        "La criée a rouvert \nlundi matin, après \ndeux ans.\n From n'est rien.\nUne ligne seule.\n-- \nSolène Abgrall"
    )
    article = read(f"{HEAD}{FLOWED}\n\n{body}")
    assert f"{article.lede}\n\n{article.body}" == (
        "La criée a rouvert lundi matin, après deux ans.\n\nFrom n'est rien.\n\nUne ligne seule."
    )
    assert "Solène Abgrall" in article.boilerplate
    assert text(f"{HEAD}{FLOWED}; delsp=yes\n\nLa cri \n ée a rouvert.") == ["La criée a rouvert."]


def test_wrapped_lines_are_joined() -> None:
    wrapped = "\n\n".join(textwrap.fill(one, 72) for one in (FIRST, SECOND))
    assert text(f"{HEAD}\n{wrapped}") == [FIRST, SECOND]


@pytest.mark.parametrize(
    "foot",
    [
        "-- \nYann Kerdraon\nService de presse\n02 98 00 00 00",
        "--\nYann Kerdraon",
        "_______________________________________________\nAnnonces mailing list\nhttps://x.example/listinfo/annonces",
        "----\nVous recevez ce message parce que vous êtes abonné à la liste de diffusion Annonces.",
        "-- \nYann Kerdraon\n\n=====\nTo unsubscribe send a mail to the list.",
        "Pour vous désabonner de cette lettre, cliquez ici.",
        "You are receiving this because you asked for it.\nUnsubscribe here",
    ],
)
def test_signatures_and_the_footers_of_lists_are_no_text(foot: str) -> None:
    article = read(f"{HEAD}\n{FIRST}\n\n{SECOND}\n\n{foot}\n")
    assert (article.lede, article.body) == (FIRST, SECOND)
    assert [line for line in foot.split("\n") if line.strip() and line.strip() not in article.boilerplate] == []
    as_html = "".join(f"<p>{line}</p>" for line in (FIRST, SECOND, *foot.split("\n")))
    assert text(f"{HEAD}Content-Type: text/html\n\n{as_html}") == [FIRST, SECOND]
    assert text(parts(PLAIN, part(f"{foot}\n"))) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "last",
    [
        "--\n" + SECOND * 2,
        "--\n" + "\n".join(f"Étal {number} : des maquereaux" for number in range(1, 11)),
        "-----\nLe texte continue après un simple trait, sans parler d'autre chose que de la criée.",
        "Les abonnés peuvent se désabonner de la ligne à tout moment, a rappelé la régie des transports.",
        "La liste de diffusion des horaires sera rétablie mardi.",
    ],
)
def test_what_only_resembles_a_foot_is_text(last: str) -> None:
    assert last.rsplit("\n", maxsplit=1)[-1] in text(f"{HEAD}\n{FIRST}\n\n{last}\n")


def test_a_file_that_is_no_mail_is_a_text() -> None:
    for content in (f"{FIRST}\n\n{SECOND}\n".encode(), f"{FIRST}\n\n{SECOND}\n".encode("utf-16")):
        assert text(content) == [FIRST, SECOND]
    assert text(f"<!DOCTYPE html><p>{FIRST}</p><p>{SECOND}</p>") == [FIRST, SECOND]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\x00" * 1000, b"Subject:", b"From: x\n\n", b"\xff\xfe", b"\xef\xbb\xbf"]
)
def test_a_mail_without_text_is_an_empty_article(content: bytes) -> None:
    assert read(content).lede == ""


@pytest.mark.parametrize(
    "content",
    [
        nested(300, f"{HEAD}\n{FIRST}"),
        nested(2_000, f"{HEAD}\n{FIRST}"),
        parts(*["\nx"] * 100_000),
        nested(50, "a\n" * 2_400_000),
        f"{HEAD}{'X: y' * 300_000}\n\n{FIRST}",
        "X: y\n" * 300_000 + f"{HEAD}\n{FIRST}",
        "Subject: " + "=?utf-8?q?" * 100_000 + f"\n\n{FIRST}",
        "Content-Type: text/plain; " + "; ".join(f"a*{n}*=x" for n in range(20_000)) + f"\n\n{FIRST}",
        f"{HEAD}\n" + "De : a\nObjet : b\n" * 100_000,
        f"{HEAD}{FLOWED}\n\n" + "a \n" * 500_000,
        f"{HEAD}\n" + "-- \n" * 300_000,
    ],
    ids="deep deeper parts lines header headers words parameters forwarded flowed signatures".split(),
)
def test_a_hostile_mail_takes_seconds_at_most(content: str) -> None:
    begun = time.process_time()
    read(content)
    assert time.process_time() - begun < 20  # a tenth of that on an idle machine; what is quadratic takes hours


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read(content: bytes) -> None:
    read(content)
    read(HEAD.encode() + content)
    read(parts(PLAIN).encode() + content)


@given(st.integers(0, 600), st.binary(min_size=1, max_size=8))
def test_a_damaged_mail_still_is_an_article(at: int, damage: bytes) -> None:
    whole = parts(PLAIN, MARKED_UP, kind="alternative").encode()
    read(whole[:at] + damage + whole[at + len(damage) :])
    read(whole[:at])
