"""Nothing -> word lists: the French and English words that carry grammar, denial, rank or direction, not facts.

All words are folded (see monitor.text.fold). The lists are closed classes written down from grammars of both languages
and lengthened where labelled articles (tests/data) showed a gap.
"""

from __future__ import annotations

FUNCTION = frozenset(
    # French: articles, pronouns, prepositions, conjunctions, auxiliaries, common adverbs
    "a afin ai aie ailleurs ainsi alors apres as au aucun aucune aupres auquel aura aurait aussi autant autour autre "
    "autres aux auxquelles auxquels avaient avait avant avec avoir ayant bien ca car ce ceci cela celle celles celui "
    "cependant ces cet cette ceux chacun chacune chaque chez ci comme contre d dans de debut dehors deja depuis "
    "derriere des desormais devant devra devrait dit doit doivent donc dont du durant elle elles en encore enfin entre "
    "environ est et etaient etait etant ete etre eu eux faire fait fin font furent fut hier hors ici il ils j je jusqu "
    "jusque l la laquelle le lequel les lesquelles lesquels leur leurs lors lorsqu lorsque lui m ma mais malgre me "
    "meme memes mes mi moi mon n ne ni nos notre nous on ont or ou outre par parce parmi pas pendant peu "
    "peut peuvent plus "
    "plusieurs plutot pour pourra pourrait pourtant pres presque puis puisqu puisque qu quand quant que quel quelle "
    "quelles quels quelque quelques qui quoi s sa sans sauf se selon sera serait seront ses si sien sinon soi soient "
    "soit son sont sous souvent sur surtout t ta tandis tant te tel telle telles tels toi ton toujours tous tout toute "
    "toutes tres tu un une vers via voici voila vont vos votre vous y demain aujourd hui soir matin midi nuit jour "
    # English
    "about above across after again against all almost along already also although always am among an and another any "
    "anyone are around at away be became because been before being below between both but by came can could did do "
    "does done down during each either else every for from further get got had has have he her here hers him his how "
    "however i if in into is it its itself just last later least less like made make many may me meanwhile might more "
    "most much must my near nearly neither next no nor not now of off often on once one only onto or our out over own "
    "per rather roughly same she should since so some still such than that the their them then there these they this "
    "those though through throughout thus till to today together tomorrow too toward towards under until up upon us "
    "very via was we well were what when where whether which while who whom whose why will with within without would "
    "yesterday yet you your".split()
)
"""Words that say nothing by themselves; as the first word of a sentence they are never a name."""

TELLING = frozenset(
    "affirme affirmer affirmait ajoute ajouter annonce annoncer annonces annoncee assure assurer assurait avance "
    "confie confirme declare declarer declarait dire disait disent dit dite explique expliquer fait indique indiquer "
    "indiquait lance note observe plaide precise preciser promis raconte rapporte rappelle reconnait "
    "remarque repond souligne "
    "souligner soutient temoigne estime estimer selon apres propos source sources quelque environ pres "
    "urgent flash brief breaking exclusif exclusive video photos "
    "according add added adds announced announces confirmed explained explains noted notes recalled report reported "
    "reports said say saying says stated told tells spoke wrote about some around roughly nearly approximately".split()
)
"""Words of saying and approximation, which editors exchange freely."""

COMPASS = frozenset("north south east west northern southern eastern western nord sud est ouest".split())
"""Parts of the world: of a name only beside the rest of it, South Korea."""

ACRONYMS = frozenset("us it who un eu ai".split())
"""Words of grammar that name somebody where they stand in capitals in a text that does not."""

RANKS = frozenset(
    "m mm mme mmes mlle monsieur madame mademoiselle maitre docteur dr me mgr pr president presidente ministre premier "
    "premiere etat depute deputee senateur senatrice maire prefet procureur procureure directeur directrice general "
    "colonel capitaine commandant lieutenant professeur roi reine prince princesse pape imam conseil conseiller "
    "gouvernement parlement assemblee chambre cour tribunal ministere mairie region departement prefecture parquet "
    "justice police gendarmerie eglise ville commune bourse dieu internet web "
    "mr mrs ms miss sir lady lord madam chairman chairwoman chief commissioner coach council councillor coun court "
    "dame deputy detective director doctor first former general government governor gov inspector judge "
    "justice king mayor "
    "minister ministry officer parliament pc pope police president prime prince princess prof professor prosecutor "
    "queen rep representative secretary sen senate senator sergeant sgt sheriff superintendent state vice church city "
    "county district department office street road avenue rue place".split()
)
RANKS |= COMPASS
"""Titles, offices and common nouns that are capitalised although they name nobody."""

PARTICLES = frozenset("de du des d la le les l von van der den di da dos el al bin ibn ben of the en sur".split())
"""Small words inside names: Ville-d'Avray, Bank of England, Abd al-Rahman."""

WEEKDAYS = {
    word: day
    for words in (
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "monday tuesday wednesday thursday friday saturday sunday",
    )
    for day, word in enumerate(words.split(), 1)
}
MONTHS = {
    word: month
    for words in (
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "janv fevr mars avr mai juin juil aout sept oct nov dec",
    )
    for month, word in enumerate(words.split(), 1)
}
BEFORE_MONTHS = frozenset(
    "en de d debut mi fin depuis des avant apres in from since until by last next early late mid".split()
)
"""Words after which a month stands alone: in May, fin mars."""

DENIALS = frozenset(
    "pas jamais aucun aucune aucunement rien nul nulle personne ni non sans nullement guere "
    "no not never nor none nobody nothing neither cannot without t unable "
    "dement dementi dementie dementent nie nient niait nie nier exclut exclu exclue exclure ecarte ecarter rejette "
    "rejete refuse refuser "
    "prive privee prives privees faux fausse rumeur rumeurs hoax false rumour rumours rumor rumors "
    "deny denied denies denying refuse refused refuses reject rejected rejects fail failed fails ruled unhurt "
    "unharmed indemne indemnes echoue echouer".split()
)
"""What turns a French or English clause into its contrary; "ne" is not counted: with "que" it denies nothing."""

OPPOSITES = (
    ("hausse augmente augmentation monte progresse grimpe bondit up rise rises rose rising higher increase increased "
     "gains jumped climbed soared plus more over above",
     "baisse diminue diminution chute recule repli perd down fall falls fell falling lower decrease decreased drop "
     "dropped slumped declined moins less under below"),
    ("ouvert ouverte ouvre rouvre rouvert reouvre open opens opened reopens reopened autorise autorisee allowed legal",
     "ferme fermee ferment fermeture closed close closes shut shuts interdit interdite banned illegal"),
    ("gagne remporte victoire bat battu won win wins beat beats victory",
     "perd perdu defaite battue lost lose loses defeat defeated"),
    ("acquitte acquittee relaxe relaxee innocent innocente acquitted cleared freed libere liberee",
     "condamne condamnee coupable convicted guilty jailed incarcere incarceree ecroue ecrouee"),
    ("accepte acceptee adopte adoptee approuve vote signe accepted adopted approved backed passed",
     "refuse refusee rejette rejete rejetee repousse reporte annule annulee rejected refused blocked cancelled"),
    ("mort morte morts mortes tue tuee tues dead died killed dies", "survecu survit vivant vivante alive survived"),
    ("mort morte morts mortes tue tuee tues dead died killed", "blesse blessee blesses blessees hurt injured wounded"),
    ("vivant vivante retrouve retrouvee alive found", "disparu disparue missing"),
    ("nord north northern", "sud south southern"),
    ("east eastern", "west western ouest"),
    ("matin morning", "soir evening"),
    ("homme garcon man boy fils", "femme fille woman girl"),
    ("victime victimes victim", "suspect suspecte auteur suspects"),
    ("pour favorable for", "contre oppose opposee defavorable against"),
    ("maximum maximale maximum highest", "minimum minimale minimum lowest"),
)  # fmt: skip
"""Pairs of classes of words that exclude each other: where one takes the place of the other, the sentence changed."""
