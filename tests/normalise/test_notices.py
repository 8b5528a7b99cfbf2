"""What a site says to its readers is told from what an article says."""

import time

import pytest

from monitor.normalise.boilerplate import sift
from monitor.normalise.notices import is_notice

LEDE = "Le ministre russe a reçu mardi son homologue américain à Genève, selon un communiqué du Kremlin."
END = "Les deux hommes se reverront la semaine prochaine."

NOTICES = """\
Abonnez-vous à notre newsletter.
Abonnez-vous pour lire tous nos articles en illimité
Inscrivez-vous gratuitement à la newsletter du matin pour ne rien manquer.
→ Inscrivez-vous à notre lettre d'information quotidienne !
Recevez chaque matin l'essentiel de l'actualité dans votre boîte mail.
Recevez nos alertes info sur votre mobile, avec notre application.
Suivez-nous sur Facebook et Twitter.
Suivez toute l'actualité de la région sur notre chaîne WhatsApp.
Retrouvez tous nos articles sur notre site.
Rejoignez notre canal Telegram
Téléchargez notre application pour suivre l'actualité en direct.
Pour ne rien manquer de l'actualité, abonnez-vous à notre newsletter.
👉 Cliquez ici pour vous inscrire à notre newsletter
Il vous reste 78.5% de cet article à lire. La suite est réservée aux abonnés.
Il vous reste 80 % de cet article à lire.
La suite est réservée aux abonnés.
La suite de cet article est réservée à nos abonnés
Cet article est réservé aux abonnés.
Article réservé aux abonnés
Contenu réservé aux abonnés
Ce contenu est bloqué car vous n'avez pas accepté les cookies.
Déjà abonné ? Connectez-vous
Déjà abonné(e) ? Identifiez-vous
Pas encore abonné ? Profitez de notre offre
Vous avez déjà un compte ? Connectez-vous
Pour lire la suite de cet article, abonnez-vous.
En poursuivant votre navigation, vous acceptez l'utilisation de cookies.
En cliquant sur « Je m'inscris », vous acceptez nos conditions générales.
Nous utilisons des cookies pour améliorer votre expérience.
Ce site utilise des cookies et des traceurs à des fins de mesure d'audience.
Nous et nos partenaires utilisons des cookies.
Gérer mes cookies
Accepter et fermer
La suite après la publicité
La suite après cette publicité
Publicité
PUBLICITÉ
Partager sur Facebook
Partager cet article
Partager
Copier le lien
Imprimer
12 commentaires
Commentaires (12)
Temps de lecture : 3 min
Lecture 3 min.
3 min de lecture
Écouter cet article
Newsletter
Je m'abonne
S'abonner
Contactez-nous à l'adresse redaction@a.example
Une erreur dans cet article ? Signalez-la.
Cet article a été publié initialement sur un autre site
Mots-clés : Ukraine, Otan, Russie
Tags: Ukraine, Nato
Sign up for our daily newsletter.
Sign up here to get the news in your inbox every morning
Subscribe to our newsletter and never miss a story.
Subscribe to continue reading: get unlimited access with a subscription
Get the day's top headlines delivered to your inbox.
Follow us on Twitter and Facebook.
Follow our live coverage
Join our WhatsApp channel
Download our app for the latest updates
This article is for subscribers only.
This content is only available to subscribers
This article is available exclusively to our members.
Already a subscriber? Log in
Already have an account? Sign in
You have reached your limit of free articles.
You've read 3 of 5 free articles this month.
To continue reading, subscribe now or log in
By continuing to use this site you agree to our use of cookies.
By signing up, you agree to our terms.
We use cookies to improve your experience.
We and our partners use cookies and similar technologies.
This site uses cookies.
Accept all cookies
Manage your preferences
Advertisement
ADVERTISEMENT
Article continues below
Story continues after advertisement
Share this article
Share on Facebook
3 min read
5 minute read
Leave a comment
24 comments
Listen to this article
Please enable JavaScript to view this content.
Your browser does not support the video tag.
This article was originally published on another site
This story has been syndicated from a feed
Our Standards: The Thomson Reuters Trust Principles.
Got a tip? Write to the desk
""".splitlines()

NEWS = """\
Abonnez-vous, disait le slogan.
La plateforme a perdu 200 000 abonnés au premier trimestre.
Les abonnés du journal ont reçu une lettre du directeur.
Déjà sanctionné en 2019, le groupe russe conteste.
Déjà touché par les sanctions, le rouble recule.
La CNIL a condamné Google pour l'utilisation de cookies sans consentement.
Google utilise des cookies pour suivre ses utilisateurs, estime la CNIL.
« Nous utilisons des cookies », a reconnu le groupe.
Nous utilisons des cookies, a reconnu le directeur, selon le journal.
En poursuivant les manœuvres, la Russie prend un risque.
En cliquant sur le lien, les victimes ont installé le logiciel espion.
Suivez l'argent.
Suivez la ministre sur le terrain, et vous verrez une autre politique.
Recevez le dictateur et vous perdrez la paix.
Retrouvez la raison, lance l'ambassadeur aux belligérants.
Rejoignez l'Otan, et vous verrez.
La newsletter du ministère a été piratée.
La suite est connue : les chars sont entrés dans la ville.
La suite du procès est réservée aux experts.
Cet article de la loi est contesté par l'opposition.
Cet article du traité est réservé aux alliés.
Il vous reste une chance, a lancé le président.
Il vous reste dix jours pour répondre, écrit Moscou.
Partager le pouvoir est inévitable, estime le ministre.
Partager le Donbass ?
La publicité politique sera interdite avant le scrutin.
Publicité mensongère : le groupe condamné
Commentaires acerbes à Moscou
12 commentaires ont été supprimés par la modération.
Trois minutes de lecture ont suffi au juge.
Contactez-nous, répètent les otages.
Une erreur ? Non, une stratégie, selon le Kremlin.
Cet article a été adopté par le Parlement.
Pour lire l'avenir, le Kremlin consulte des sondages.
Pour suivre les chars, l'Otan a envoyé des drones.
Pour recevoir le président, Genève a fermé son aéroport.
et/ou presque, dit-il
Sign up for war, they said.
Sign up deadlines for health plans were extended on Monday.
Subscribe numbers fell sharply in the first quarter.
Get out of Kyiv now, the embassy told citizens.
Get ready for sanctions.
Follow the money, the prosecutor said.
Join the alliance or stand alone.
Join forces on Facebook regulation, ministers urged.
Get tough on Facebook
Support grows for a ban on TikTok
Suivez mon regard sur Twitter
Déjà abonné au gaz russe, Berlin hésite.
Follow-up talks are planned in Geneva.
This article of the treaty is for members only in name.
Already a member of the alliance, Poland asked for more troops.
Already subscribed shares were frozen by the court.
Already under sanctions, the bank lost access to its accounts.
By using force, you accept the consequences, Blinken told Moscow.
By continuing to strike, Russia isolates itself.
We use cookies as bait, the hacker said.
You have reached the point of no return.
To continue reading the treaty this way is dangerous.
This story was first told to the court in 2014.
Share prices fell in Moscow.
Share buybacks
Listen to the people, he said.
Close the border, the mayor asked.
Support your army, the poster reads.
Search and rescue
ayr-ton/kamu
Create an account of the war, and your readers will follow.
Download your files before Monday, the bank told customers.
Get alerted to new messages with push notifications
Our standards are not negotiable, the minister wrote.
""".splitlines()


@pytest.mark.parametrize("line", NOTICES)
def test_what_a_site_says_to_its_reader_is_taken_out(line: str) -> None:
    assert is_notice(line)
    assert sift([LEDE, line, END]).kept == [LEDE, END]
    assert sift([LEDE, END, line]).kept == [LEDE, END]


@pytest.mark.parametrize("line", NEWS)
def test_news_about_such_things_stays(line: str) -> None:
    assert not is_notice(line)
    assert sift([LEDE, line, END]).kept == [LEDE, line, END]


@pytest.mark.parametrize("line", ["bur-jd/abc/de", "jdu/mcl"])
def test_the_initials_of_a_desk_close_a_text(line: str) -> None:
    assert sift([LEDE, END, line]).kept == [LEDE, END]
    assert sift([LEDE, line, END]).kept == [LEDE, line, END]


def test_a_long_paragraph_is_text() -> None:
    assert not is_notice("Abonnez-vous à notre newsletter " * 20)


@pytest.mark.parametrize("piece", ["Abonnez-vous ", "get ", "notre ", "a ", "by using ", "la suite ", "ab/", "- "])
def test_no_line_takes_long(piece: str) -> None:
    start = time.process_time()
    is_notice((piece * 400)[:400])
    is_notice("get " + (piece * 400)[:390])
    assert time.process_time() - start < 0.1
