"""Language -> the folded words that stand in nearly every text, and those that an acronym may be mistaken for."""

from __future__ import annotations

# Written for this program. Each of these words, alone, stands in most articles of a few paragraphs.
EVERYWHERE: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "fr": "a au aux avec ce d dans de des du elle en est et il l la le les mais n ne on ou par pas plus pour qu "
        "que qui s sa se ses son sont sur un une",
        "en": "a and are as at be by for from has have he in is it not of on said that the this to was were which with",
        "de": "an auf aus das dem den der des die ein eine er es fur im in ist mit nicht sich sie und von war zu",
        "es": "a al con de del el en es la las lo los no para por que se su un una y",
        "it": "a che con da dei del della di e gli ha i il in la le non per si sono un una",
        "nl": "aan dat de een en er het in is met niet op te van voor zijn",
    }.items()
}
"""Words that say nothing about a text."""

EVERYWHERE_IN_PAIRS: dict[str, frozenset[str]] = {
    language: frozenset(pairs.split(", "))
    for language, pairs in {
        "fr": "a la, c est, d un, d une, dans la, dans le, dans les, de l, de la, et de, et la, et le, et les, il a, "
        "il est, n est, par le, pour la, pour le, qu il, sur la, sur le",
        "en": "and the, at the, by the, for the, from the, in a, in the, it is, of the, on the, that the, to be, "
        "to the, with the",
    }.items()
}
"""The same of two words side by side."""

# Words whose letters an acronym may have, with what no text can do without; the others of a language are rare enough.
_MORE = {
    "fr": "ai ait air alors an ans apres arme art as aussi avant avoir bac bal bar bas beau bien bon bord bout bras bu "
    "but ca cap car cas cela ces cet cette chef chez ciel cle clair col comme contre corps cote cou coup cour cri "
    "cru deux dire dit dix dois doit dom donc dont dos droit du dur eau elle elu elles encore entre es eu eux face "
    "faim fait fer feu fil fils fin fit fois font fort fou frais franc gare gaz geste gel gens gris gros haut hier "
    "homme hors huit ici idee ils jeu jeune jeux joie joue jour juge jus juin jusqu la lac lait leur leurs lien "
    "lieu lion lire lit loi loin long lors lui ma main mai mal mars me meme mer mes mettre mi mien mieux mis mise "
    "moi mois moins mon monde mort mot mur ne neuf ni nid nil noir nom non nos notre nous nu nul nuit on onde or os "
    "ou oui pacte page pain paix pale pape paris part pas pays peau peine peu peur pic pied pile pire plan plat plein "
    "pli plus point pont port pot pour pre pres prix pris puis pur quai quand quel rare ras rat ravi rein rien rire "
    "roi role rond rose roue rue sa sac sain sans saut sec sel sept ses si sien six soi soif soin soir sol somme "
    "son sort sou sous su suis sur ta tant tard tas tel temps tes tete tir toi toit tome ton tort tot tour tous tout "
    "tres trois trop trou tu un une us va val vent ver vers veut vie vif vin vingt vite vivre voie voir voix vol vos "
    "vote votre vous vrai vu vue y zone",
    "en": "able ace act add age aid aids aim air all also am an any apt arc arch are arm army art ask ate bad ban bar "
    "base bat be bear bed been bet bid big bill bit block boy bus but buy can cap car care case cat chip clear "
    "cold come cool cop cost could cup cut dam data day deal did die do does dog done down due ear eat edge end "
    "even ever eye fact fair fall fan far fast fat fear fed feel few fig fire fit five fix flag fly for force free "
    "full fun gap gas gave get give go goal gold good got great grid gun guy had half hand hard harm has hat he heart "
    "heat held help her here hers hi high him his hit home hope hot how hub hunt i ice idea if ill inch iris iron is "
    "it its jam job join key kid kind king know lab lack lamp land last law lay lead leap led left leg less let lie "
    "life lift like line link lip list lit live log long look loss lot low mad made main man map march mare mars mass "
    "may me mean men met mid might mine miss mit mix mob more most move much must my name nap near need net new next "
    "nice nine no nor not now nut oak off oil old on once one only open or oral order our out over own pace pact page "
    "pan park part pass past pat path pay peace pen per pet pie pin pit plan play plus point pop post pro put race "
    "raid rain ran rape rat raw read real red rest rich ride right ring rise risk road role row run safe said sale "
    "salt same save saw say scale sea see sell send set shape share she ship shop should shot show side sign sin sir "
    "sit six size skin smart so soft some son soon sort spot star start stem step still stop such sum sun sure swap "
    "swift take tap target task tax team tell ten test than them then they thin thing think those time tin tip to too "
    "top tree try turn two up us use very via view visa wait wake walk wall want war wave way we weak week well went "
    "what when where who why will win wing wise wish word work yes yet you zip",
}
COMMON: dict[str, frozenset[str]] = {
    language: EVERYWHERE.get(language, frozenset()) | frozenset(_MORE.get(language, "").split())
    for language in {*EVERYWHERE, *_MORE}
}
"""Words that ordinary texts hold in small letters."""
