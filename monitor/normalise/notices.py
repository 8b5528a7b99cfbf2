"""A paragraph -> whether the site speaks to its reader (subscriptions, cookies, buttons) and not the article."""

from __future__ import annotations

import re

# A longer paragraph is text, however it begins; the label of a button or a counter is short.
_MAX_NOTICE = 400
_MAX_FURNITURE = 80

# What sites offer: without one of these an imperative is the writer's ("Suivez l'argent", "Follow the money").
_PLACES = (
    r"(?:facebook|twitter|instagram|whatsapp|telegram|youtube|tiktok|linkedin|messenger|bluesky|threads|mastodon|twitch"
    r"|google (?:news|actualit[ée]s|discover)|apple news|x(?=[\s,.!)]|$))"
)
_OFFER = (
    r"(?:\b(?:newsletters?|infolettres?|lettres? d['’]informations?|bo[iî]te (?:mail|de r[ée]ception)|inbox"
    r"|push alerts?"
    r"|podcasts?|abonn[ée]e?s?|abonnements?|subscriptions?|subscribers?|free trial|espace client|mot de passe"
    r"|password)\b"
    r"|\b(?:notre|nos|our)\s(?:\w+\s){0,2}?(?:cha[iî]ne|canal|compte|page|appli(?:cation)?|site|fil"
    r"|alertes?"
    r"|offres?|r[ée]seaux|contenus?|articles?|profil|channel|account|app|alerts?|website|offers?|feed|stories"
    r"|coverage)\b"
    r"|\bpar e?-?mail\b|\bby e?-?mail\b|\bWhatsApp\b)"
)
_IMPERATIVE = (
    r"(?:(?:d[ée]s)?abonnez[- ]vous|(?:r[ée])?inscrivez[- ]vous|connectez[- ]vous|identifiez[- ]vous"
    r"|enregistrez[- ]vous"
    r"|recevez|retrouvez|suivez|rejoignez|t[ée]l[ée]chargez|likez|activez|cr[ée]ez|profitez|soutenez|cliquez"
    r"|pour (?:ne rien (?:rater|manquer)|recevoir|suivre|vous abonner|vous inscrire|consulter|nous suivre)"
    r"|subscribe|sign[- ]?(?:up|in)|log[- ]?in|register|follow|join|download|get|click|tap|like us|support"
    r"|receive|stay (?:up to date|informed|connected|tuned)|never miss|to (?:receive|get|subscribe|sign up))\b"
)
_SOCIAL = (
    r"(?:suivez|retrouvez|rejoignez|likez|abonnez|follow|join|like|find|connect with)[- ](?:nous|vous|us|me|@\w+)\b"
    rf"[^.!?]{{0,80}}?\b(?:sur|on|via|à|to)\s(?:\w+\s){{0,2}}?{_PLACES}"
)
# Sentences that only a paywall, a cookie banner or a desk says; `.{0,N}` stays within a line.
_SENTENCES = (
    r"il (?:vous|te) reste \d{1,3}(?:[.,]\d+)?\s?% de (?:cet|l['’]) ?article",
    r"(?:la suite|la lecture|l['’]int[ée]gralit[ée]|le reste|cet article|ce contenu|cette (?:vid[ée]o|page)|article"
    r"|contenu)"
    r"(?: (?:de|du|cet|ce|l['’]|article|contenu)){0,4},? ?(?:est|sont)? ?(?:uniquement "
    r"|exclusivement )?(?:r[ée]serv[ée]|accessible|"
    r"disponible|bloqu[ée]|offert)e?s? .{0,60}(?:abonn|inscrits|membres|cookies|traceurs|votre)",
    r"(?:vous (?:[êe]tes|n['’][êe]tes pas) )?(?:d[ée]j[àa]|pas encore) (?:abonn[ée]|inscrit|membre|client)e?"
    r"(?:\(e\)|·e|\.e)?\s?(?:[?!:]|$)",
    r"vous avez (?:d[ée]j[àa] )?un compte\s?[?,:]",
    r"vous (?:avez|n['’]avez pas) (?:d[ée]j[àa] )?(?:lu|atteint|refus[ée]|accept[ée]|consult[ée]) .{0,80}?"
    r"(?:compte|articles? gratuits?|cookies|traceurs|limite|abonn)",
    r"(?:pour|afin de) (?:lire|acc[ée]der|consulter|d[ée]couvrir|poursuivre|continuer)\b.{0,60}(?:la suite"
    r"|l['’]int[ée]gralit[ée]"
    r"|la lecture|cet article|ce contenu|nos (?:articles|contenus))(?:\W*$|.{0,60}(?:abonn|inscri|connect|compte"
    r"|accept|cr[ée]ez))",
    r"(?:this (?:article|content|story|page|video)|the (?:full|rest of this) (?:article|story)|full access) (?:is"
    r"|are) (?:only |exclusively |currently |not |un)?"
    r"(?:available|for|reserved|exclusive|accessible|blocked|restricted)\b.{0,40}(?:subscribers?|members?"
    r"|subscription|cookies|your (?:browser|country|region|consent))",
    r"(?:already|not yet) (?:an? )?(?:subscribe[rd]?|member|registered|have an account|customer)\s?(?:[?!:]|$)",
    r"(?:you(?:['’]ve| have) (?:reached|read|used|hit)|you have \d+) .{0,40}(?:free )?(?:articles?|limit)",
    r"(?:to (?:continue|keep) reading|to read (?:the full|the rest|this|more))\b(?:\W*$|.{0,80}(?:subscri|sign (?:in"
    r"|up)|log in|regist|account|trial))",
    r"(?:en (?:poursuivant|continuant|cliquant|navigant|vous inscrivant|validant)).{0,80}vous (?:acceptez|consentez"
    r"|autorisez|reconnaissez)",
    r"by (?:continuing|clicking|using|browsing|signing|subscribing|submitting|entering).{0,80}you (?:agree|accept"
    r"|consent|acknowledge)",
    r"(?:(?:nous|nos partenaires et nous|nous et nos partenaires|ce site|notre site)(?: web)?(?: et nos partenaires)?"
    r" (?:utilis|d[ée]pos|recour|stock)\w+|(?:we|our partners|we and our partners"
    r"|this (?:web)?site) (?:and our partners )?"
    r"(?:use|store|set)s?)\b.{0,60}(?:cookies|traceurs|trackers|similar technologies)",
    r"(?:accepter|g[ée]rer|param[ée]trer|refuser|personnaliser|accept|manage|reject|decline) (?:et (?:continuer"
    r"|fermer)|(?:tous |all )?"
    r"(?:les |mes |vos |the |your |my )?(?:cookies|traceurs|pr[ée]f[ée]rences|choix|preferences|choices))\W*$",
    r"(?:(?:please )?(?:enable|turn on|activate) (?:javascript|cookies)|(?:veuillez )?activer javascript"
    r"|javascript (?:is|est) )",
    r"(?:votre navigateur ne|your browser (?:does|is|doesn)|this video (?:can ?not|can['’]t) be)\b",
    r"(?:la suite|l['’]article (?:continue|se poursuit)|the (?:article|story) continues|(?:article|story) continues)"
    r" (?:apr[èe]s|sous|en dessous|below|after)",
    r"(?:(?:[ée]crivez[- ]nous|contactez[- ]nous|contact us|e-?mail us|get in touch)(?!,)|got a (?:tip|story)"
    r"|une (?:info|erreur|faute|question)"
    r"\b[^.!]{0,40}\?)",
    r"(?:cet article|ce texte|this (?:article|story|piece)) (?:a [ée]t[ée]|est|was|has been|is|originally|first) ?"
    r"(?:initialement|d['’]abord|originally|first|repris|traduit|republi[ée]|syndicated|produced|published|paru"
    r"|publi[ée])",
    r"(?:this|it) is a (?:developing|breaking)(?: news)? story|(?:this )?(?:breaking "
    r"|developing )?(?:news )?story (?:is being|will be) updated"
    r"|this (?:breaking|developing) (?:news )?story (?:is|will)",
    r"(?:more|further) (?:details|information|updates?|news)? ?(?:soon|to (?:come|follow)|will follow)\W*$",
    r"plus (?:d['’]informations?|de d[ée]tails|d['’]infos) (?:[àa] (?:venir|suivre)|suivront|dans (?:un"
    r"|quelques) \w+)\W*$|[àa] suivre\W*$",
    r"(?:cet )?article (?:en cours d['’]|sera )(?:actualis|[ée]crit|mis|compl[ée]t)|d[ée]p[êe]che en cours"
    r"|cliquez ici pour|click here (?:to|for)",
    r"our standards ?:|nos standards ?:",
    r"(?:tags?|mots[- ]cl[ée]s?|keywords|filed under|class[ée] dans|topics|th[èe]mes associ[ée]s|related topics) ?:",
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
_SENTENCE = re.compile("|".join(_SENTENCES), re.IGNORECASE)
_CALL = re.compile(rf"{_SOCIAL}|{_IMPERATIVE}(?:[^.!?]|[.!?](?=\S)){{0,200}}?{_OFFER}", re.IGNORECASE)
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
    found = _ORNAMENT.match(paragraph)
    core = paragraph[found.end() :] if found else paragraph
    if len(core) <= _MAX_FURNITURE and (_FURNITURE.fullmatch(core) or (last and _DESKS.fullmatch(core))):
        return True
    if _STAMP.fullmatch(core):
        return True
    return bool(_SENTENCE.match(core) or _CALL.match(core)) and not _REPORTED.search(core)
