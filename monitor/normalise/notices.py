"""A paragraph -> whether the site speaks to its reader (subscriptions, cookies, buttons) and not the article."""

from __future__ import annotations

import re

# A longer paragraph is text, however it begins; the label of a button or a counter is short.
_MAX_NOTICE = 400
_MAX_FURNITURE = 80
# With as many words a notice is a sentence.
_SPOKEN = 8

# What follows a form up to the end of the paragraph: a few words, in which no second clause begins.
_FEW = r"(?:[^.!?:;,]|[.:](?=\S)){0,30}\W*$"
_REST = r"(?:[^.!?:;,]|[.:](?=\S)){0,60}\W*$"
_LOG_IN = (
    r"(?:\s?[?!:,]?\s?(?:(?:je |se |me |s['’]|veuillez (?:vous )?|please )*(?:connect|identifi|inscri|abonn|profite"
    rf"|d[ée]couvr|rendez|lisez|cliquez|log|sign|subscribe|register|click|join|create|cr[ée]e)\w*{_REST}|\W*$))"
)
# What sites offer: without one of these an imperative is the writer's ("Suivez l'argent", "Follow the money"). The
# site speaks of itself or to the reader's mailbox; subscribers, podcasts and passwords alone are in the news as well.
_PLACES = (
    r"(?:facebook|twitter|instagram|whatsapp|telegram|youtube|tiktok|linkedin|messenger|bluesky|threads|mastodon|twitch"
    r"|google (?:news|actualit[ée]s|discover)|apple news|x(?=[\s,.!)]|$))"
)
_OWN = (
    r"(?:\b(?:notre|nos|our)\s(?:\w+\s){0,2}?(?:cha[iî]ne|canal|compte|page|appli(?:cation)?|site|fil|alertes?"
    r"|offres?|r[ée]seaux|contenus?|articles?|profil|newsletters?|infolettres?|lettres? d['’]informations?|podcasts?"
    r"|abonnements?|channel|account|app|alerts?|website|offers?|feed|stories|coverage)s?\b"
    r"|\b(?:votre|vos) bo[iî]tes? (?:mail|de r[ée]ception)\b|\byour inbox\b)"
)
_OFFER = (
    rf"(?:{_OWN}|\b(?:newsletters?|infolettres?|lettres? d['’]informations?)\b"
    r"|\b(?:par e?-?mail|by e?-?mail)\W*$)"
)
# No clause and no colon stands between a call and its offer.
_NEAR = r"[^.,:;!?]{0,50}?"
# English imperatives are nouns too ("Support for ...", "Download speeds"): there the site must speak of itself.
_NOUNS = r"(?:register|follow|join|download|get|click|tap|support|receive|never miss|like us)\b(?!-)"
_IMPERATIVE = (
    r"(?:(?:d[ée]s)?abonnez[- ]vous|(?:r[ée])?inscrivez[- ]vous|connectez[- ]vous|identifiez[- ]vous"
    r"|enregistrez[- ]vous|recevez|retrouvez|suivez|rejoignez|t[ée]l[ée]chargez|likez|activez|cr[ée]ez|profitez"
    r"|soutenez|cliquez|subscribe|sign[- ]?(?:up|in)|log[- ]?in|stay (?:up to date|informed|connected|tuned))\b"
)
_AIM = r"(?:(?:pour|to|for) [^.,:;!?]{1,60},\s)?"
_SOCIAL = (
    r"(?:suivez|retrouvez|rejoignez|likez|abonnez|follow|join|like|find|connect with)[- ](?:nous|vous|us|me|@\w+)\b"
    rf"{_NEAR}\b(?:sur|on|via|à|to)\s(?:\w+\s){{0,2}}?{_PLACES}"
)
# Sentences that only a paywall, a cookie banner or a desk says, with little behind them.
_SENTENCES = (
    r"il (?:vous|te) reste \d{1,3}(?:[.,]\d+)?\s?% de (?:cet|l['’]) ?article",
    r"(?:la suite|la lecture|l['’]int[ée]gralit[ée]|le reste|cet article|ce contenu|cette (?:vid[ée]o|page)|article"
    r"|contenu)(?: (?:de|du|cet|ce|l['’]|article|contenu)){0,4},? ?(?:est|sont)? ?(?:uniquement |exclusivement )?"
    r"(?:r[ée]serv[ée]|accessible|disponible|bloqu[ée]|offert)e?s? [^.!?:;]{0,60}?(?:\b(?:aux|nos|les) "
    r"(?:abonn[ée]e?s?|inscrits|membres)\b(?! d)|cookies|traceurs|votre (?:pays|navigateur|r[ée]gion|consentement"
    rf"|appareil|abonnement)){_REST}",
    r"(?:vous (?:[êe]tes|n['’][êe]tes pas) )?(?:d[ée]j[àa]|pas encore) (?:abonn[ée]|inscrit|membre|client)e?"
    rf"(?:\(e\)|·e|\.e)?{_LOG_IN}",
    rf"vous avez (?:d[ée]j[àa] )?un compte(?=\s?[?,:]){_LOG_IN}",
    r"vous (?:avez|n['’]avez pas) (?:d[ée]j[àa] )?(?:lu|atteint|refus[ée]|accept[ée]|consult[ée]) [^.!?:;,]{0,60}?"
    rf"(?:articles? gratuits?|cookies|traceurs|limite d['’]articles|limite de lecture){_REST}",
    r"(?:pour|afin de) (?:lire|acc[ée]der|consulter|d[ée]couvrir|poursuivre|continuer)\b[^.!?:;,]{0,60}?(?:la suite"
    r"|l['’]int[ée]gralit[ée]|la lecture|cet article|ce contenu|nos (?:articles|contenus))(?:\W*$|[^.!?:;]{0,60}?"
    r"\b(?:abonnez|inscrivez|connectez|identifiez|cr[ée]ez|acceptez|veuillez|vous devez)\b)",
    r"(?:this (?:article|content|story|page|video)|the (?:full|rest of this) (?:article|story)|full access) (?:is"
    r"|are) (?:only |exclusively |currently |not |un)?(?:available|for|reserved|exclusive|accessible|blocked"
    r"|restricted)\b[^.!?:;,]{0,40}?(?:subscribers?\b|members?\b(?! of)|subscription|cookies"
    rf"|your (?:browser|country|region|consent)){_FEW}",
    rf"(?:already|not yet) (?:an? )?(?:subscribe[rd]?|member|registered|have an account|customer){_LOG_IN}",
    r"(?:you(?:['’]ve| have) (?:reached|read|used|hit)|you have \d+)\b[^.!?:;,]{0,40}?(?:free articles?"
    rf"|articles? (?:limit|left|remaining|this month)|(?:monthly|reading) limit){_FEW}",
    r"(?:subscribe|sign up|log in|register) to (?:continue|keep) reading\b",
    r"(?:to (?:continue|keep) reading|to read (?:the full|the rest|this|more))\b(?:\W*$|[^.!?:;,]{0,40}?,? ?(?:please "
    rf"|you (?:must|need to|have to) )?\b(?:subscribe|sign (?:in|up)|log in|register|create an account)\b{_REST})",
    r"en (?:poursuivant|continuant|cliquant|navigant|vous inscrivant|validant)\b[^.!?:;]{0,80}?vous (?:acceptez"
    r"|consentez|autorisez|reconnaissez)\b[^.!?:;]{0,60}?(?:cookies|traceurs|conditions|politique|confidentialit"
    r"|donn[ée]es|newsletter)",
    r"by (?:continuing|clicking|using|browsing|signing|subscribing|submitting|entering)\b[^.!?:;]{0,80}?you (?:agree"
    r"|accept|consent|acknowledge)\b[^.!?:;]{0,60}?(?:cookies|terms|polic(?:y|ies)|privacy|newsletter|e-?mails)\b",
    r"(?:(?:nous|nos partenaires et nous|nous et nos partenaires|ce site|notre site)(?: web)?(?: et nos partenaires)?"
    r" (?:utilis|d[ée]pos|recour|stock)\w+|(?:we|our partners|we and our partners|this (?:web)?site)"
    r" (?:and our partners )?(?:use|store|set)s?)\b[^.!?:;]{0,60}?(?:cookies|similar technologies"
    r"|(?:traceurs|trackers)(?: et\b| and\b|\W*$))",
    r"(?:accepter|g[ée]rer|param[ée]trer|refuser|personnaliser|accept|manage|reject|decline) (?:et (?:continuer"
    r"|fermer)|(?:tous |all )?"
    r"(?:les |mes |vos |the |your |my )?(?:cookies|traceurs|pr[ée]f[ée]rences|choix|preferences|choices))\W*$",
    rf"(?:(?:please )?(?:enable|turn on|activate) (?:javascript|cookies)|(?:veuillez )?activer javascript)\b{_REST}",
    r"javascript (?:is|est) (?:currently |actuellement )?(?:disabled|required|needed|not (?:enabled|supported)|turned"
    rf" off|d[ée]sactiv[ée]|requis|n[ée]cessaire|bloqu[ée]){_REST}",
    r"(?:votre navigateur ne (?:supporte|prend|permet|g[èe]re|lit|peut)|your browser (?:does not|doesn['’]t|is not"
    r"|isn['’]t) (?:currently )?(?:support|compatible|able)\w*|this video (?:can ?not|can['’]t) be (?:played|shown"
    rf"|loaded|displayed|viewed))\b{_REST}",
    r"(?:la suite|l['’]article (?:continue|se poursuit)|(?:the )?(?:article|story) continues)"
    r" (?:apr[èe]s|sous|en dessous|below|after)(?: (?:de )?(?:cette|la|l['’]|the|this))?"
    r" ?(?:publicit[ée]|pub|annonce|vid[ée]o|image|photo|ad|advertisement|picture|newsletter|promotion)?\W*$",
    r"(?:[ée]crivez[- ]nous|contactez[- ]nous|contact us|e-?mail us|get in touch)(?:\W*$|[^.,:;!?]{0,40}?(?:@"
    rf"|\b(?:ici|here|formulaire|form|e-?mail|courriel|signal|whatsapp)\b{_FEW}))",
    r"got a (?:tip|story)\b[^.!,:]{0,40}(?:\?|$)"
    r"|une (?:info|erreur|faute|question)\b(?:[^.!?,:]{0,20}(?:cet article|ce texte|nous|notre|r[ée]daction|signaler)"
    rf"\b[^.!?,:]{{0,30}}\?{_FEW}|\s?\?\s(?:contactez|[ée]crivez|signalez|posez)\b)",
    r"(?:cet article|ce texte|this (?:article|story|piece)) (?:a [ée]t[ée]|est|was|has been|is)? ?(?:(?:repris"
    r"|traduit d|republi[ée]|republished|syndicated|produced by)|(?:initialement|d['’]abord|originally|first)"
    rf" (?:paru|publi[ée]|published|appeared|produced)|(?:paru|publi[ée]) (?:initialement|d['’]abord)){_REST}",
    r"(?:this|it) is a (?:developing|breaking)(?: news)? story(?:\W*$|\W+(?:and |it |please |check |more |we )+\w)"
    r"|(?:this )?(?:breaking |developing )?(?:news )?story (?:is being|will be) updated",
    r"(?:more|further) (?:details|information|updates?|news)? ?(?:soon|to (?:come|follow)|will follow)\W*$",
    r"plus (?:d['’]informations?|de d[ée]tails|d['’]infos) (?:[àa] (?:venir|suivre)|suivront|dans (?:un"
    r"|quelques) \w+)\W*$|[àa] suivre\W*$",
    r"(?:cet )?article (?:en cours d['’](?:actualisation|[ée]criture)|sera (?:actualis[ée]|mis [àa] jour"
    rf"|compl[ée]t[ée])){_FEW}|d[ée]p[êe]che en cours{_FEW}|(?:cliquez ici pour|click here (?:to|for)) {_REST}",
    rf"(?:our|nos) standards ?:{_REST}",
    # Tags: one or two words, or a list of short ones; a title or a sentence behind the colon is text.
    r"(?:tags?|mots[- ]cl[ée]s?|keywords|filed under|class[ée] dans|topics|th[èe]mes associ[ée]s|related topics) ?: ?"
    r"(?:[^\s.,;:!?|]+(?: [^\s.,;:!?|]+)?|[^\s.,;:!?|]+(?: [^\s.,;:!?|]+){0,3}"
    r"(?: ?[,;|] ?[^\s.,;:!?|]+(?: [^\s.,;:!?|]+){0,3})+)\s*$",
)
# "Publié le 21 janvier 2022 à 10h05, mis à jour à 11h": below the head of a text, where its date is not read.
_STAMP = re.compile(
    r"(?:publi[ée]e?|mise? [àa] jour|modifi[ée]e?|post[ée]e?|[ée]crite?|(?:last |first )?(?:published|updated|posted"
    r"|modified))"
    r"(?: le| on| at|\s?:)?(?: \w{3,9}\.?,?)? (?:\d{1,2}(?:er|st|nd|rd|th)?[ ./-]\w{1,10}\.?"
    r"|\w{3,9}\.? \d{1,2},?)[ ./-]\d{2,4}"
    r"(?:,? ?(?:à|at|[-–|])? ?\d{1,2} ?[:h.] ?(?:\d{2})?.{0,12})?(?:\W{1,4}(?:mise? à jour|modifi[ée]"
    r"|(?:last )?updated).{0,50})?",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:(?:-+ ?)?(?:publicit[ée]|annonces?|advertisements?|advertising|sponsored(?: content| links?)?"
    r"|contenu sponsoris[ée])"
    r"|(?:partage[rz]|share|tweete[rz]?|tweet|envoyer|imprimer|print|copie[rz]|copy|sauvegarder|save|e-?mail)"
    r"(?:,? (?:le|la|l['’]|cet|ce|this|the|via|par|sur|on|by|to|dans|article|lien|link|page|story|post|facebook"
    r"|twitter|x|whatsapp"
    r"|linkedin|e-?mail|mail|messenger|pinterest|presse-papiers?|clipboard)){0,5}"
    r"|(?:\d{1,5}|aucun|no|voir les|tous les|lire les|view|show) ?(?:commentaires?|comments?|r[ée]actions?|partages?"
    r"|shares?|likes?)"
    r"|(?:commentaires|comments|r[ée]actions|shares) ?[(:]? ?\d{0,5}\)?|r[ée]agir|commenter|leave a comment"
    r"|laisser un commentaire"
    r"|(?:temps de )?lecture ?:? ?\d{1,3} ?min(?:utes?|\.)?|\d{1,3} ?min(?:utes?|\.)? (?:de lecture|read)"
    r"|reading time ?:? ?\d{1,3}.{0,10}"
    r"|(?:[ée]couter|listen to) (?:cet |l['’]|this |the )?article.{0,20}|(?:haut de page|retour en haut|back to top)"
    r"|(?:ajouter|add) (?:[àa]|aux|to) (?:mes |vos |my |your )?(?:favoris|favou?rites|reading list)"
    r"|chargement.{0,12}|loading.{0,12}"
    r"|newsletters?|(?:s['’])?(?:abonner|inscrire|identifier|connecter)|(?:se|me) connecter|je m['’]abonne.{0,20}"
    r"|j['’]en profite"
    r"|suivre|s['’]abonner.{0,30}|subscribe|sign (?:in|up)|log ?in|follow(?: us)?|skip (?:ad|to content"
    r"|advertisement)"
    r"|lecture z[ée]n|mode zen|plein [ée]cran|fullscreen|menu)[\s.!:…>»→]*",
    re.IGNORECASE,
)
# Initials of a desk: "bur-jd/ab/cd".
_DESKS = re.compile(r"(?:bur-)?[a-z]{2,3}(?:-[a-z]{2,3}){0,3}(?:/[a-z]{2,3}(?:-[a-z]{2,3})?){1,6}")
_LISTED = re.compile(_SENTENCES[-1], re.IGNORECASE)
_SENTENCE = re.compile("|".join(_SENTENCES), re.IGNORECASE)
_CALL = re.compile(rf"{_SOCIAL}|{_AIM}(?:{_IMPERATIVE}{_NEAR}{_OFFER}|{_NOUNS}{_NEAR}{_OWN})", re.IGNORECASE)
# The last clause of a call speaks of the site or to the reader too; else somebody may be quoted ("..., admitted the
# minister").
_LAST_CLAUSE = re.compile(r",\s+(?!(?:et|ou|and|or)\s)([^,]*\s[^,]*)$", re.IGNORECASE)
_ADDRESSING = re.compile(
    r"\b(?:nous|notre|nos|vous|votre|vos|us|we|our|you|your|subscribe|sign|log|register|click|cliquez|recevez|suivez"
    r"|retrouvez|rejoignez|t[ée]l[ée]chargez|profitez)\b",
    re.IGNORECASE,
)
# Somebody is reported to say so, or the line goes on as news do.
_REPORTED = re.compile(
    r"\b(?:dit|disait|d[ée]clar\w+|a-t-(?:il|elle|on)|ont-ils|affirm\w+|selon|expliqu\w+|annonc\w+|accus\w+|assur\w+"
    r"|estim\w+|r[ée]p[èe]t\w+|lan[cç]\w+|ordonn\w+|[ée]crit"
    r"|said|says|told|according|announced|warned|wrote|claimed|urged?|asked|vowed|reads)\b",
    re.IGNORECASE,
)
_ORNAMENT = re.compile(r"[\s>→➡▶►▸●•·*+\-–—|\[(/#~👉🔗🔴⏩📲📩✉\ufe0f]+|»\s*")


def is_notice(paragraph: str, *, last: bool = False) -> bool:
    """Whether a short paragraph invites to subscribe, asks for consent, stands for a button or credits a desk.

    It is told by how it begins and by what it offers; what is reported to have been said is none. `last`: nothing of
    the text follows, where initials credit a desk.
    """
    if len(paragraph) > _MAX_NOTICE:
        return False
    core = _core(paragraph)
    if len(core) <= _MAX_FURNITURE and (_FURNITURE.fullmatch(core) or (last and _DESKS.fullmatch(core))):
        return True
    if _STAMP.fullmatch(core):
        return True
    return _speaks(core)


def is_spoken(paragraph: str) -> bool:
    """Whether a notice is a whole sentence and no button: what may be text where nothing else is."""
    core = _core(paragraph)
    return len(core.split()) >= _SPOKEN and len(paragraph) <= _MAX_NOTICE and _speaks(core)


def _core(paragraph: str) -> str:
    found = _ORNAMENT.match(paragraph)
    return paragraph[found.end() :] if found else paragraph


def _speaks(core: str) -> bool:
    """A call or a sentence of the site, that nobody is reported to have said."""
    if not (_SENTENCE.match(core) or _CALL.match(core)) or _REPORTED.search(core):
        return False
    last = _LAST_CLAUSE.search(core)
    return not last or bool(_ADDRESSING.search(last[1]) or _LISTED.match(core))
