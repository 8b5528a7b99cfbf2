"""Folded word -> whether it is ordinary in French, English, German or Russian, and so no slip of somebody's name."""

from __future__ import annotations

import pkgutil
from functools import cache

from rapidfuzz.distance import Levenshtein

# Names that many bear: Anderson is no slip of Andersson, Marion none of Marin. And words that films do not say.
_OWN = frozenset(
    """
adams alain albert alice allen alvarez andersen anderson antoine baker barbier bauer becker benoit bernard bertrand
bianchi blanc boucher bouvier boyer brown brun brunet camille carole caroline carpentier carter celine chloe
christelle claire clara clark clarke clement collins colombo cooper corinne costa david davies davis denise dubois
dufour dumas dumont dupont dupuis durand duval edwards emilie emily emma esposito evans fabre faure fernandez ferrari
fischer florian fontaine fournier franck gabin gaillard garcia garnier gauthier gautier girard giraud gomez gonzalez
green guerin guillaume hall hansen harris harrison henry hernandez hoffmann huber hughes ines ivanov ivanova jackson
jacob james jensen joelle johansson johnson jones joseph julie karine karlsson kelly klein koch kovac kowalski
kuznetsov lambert larsen laura laure laurent lefebvre legrand lemaire lemoine leroux leroy lewis lopez louise lucie
lucien macro macros madeleine maier manon marcel marchand marino marion martin martinez martini masson mathieu mayer
melanie mercier meunier meyer micro micron microns miller mitchell monique moore moreau morel moreno morgan morin
morris muller muriel murphy murray nelson nguyen nicolas nielsen nina nora novak odile olsen oscar parker pascale
patricia paula pauline pereira perez perrin peters petersen petit petrov phillips pinto popov ramirez ramos raphael
renard renaud ricci richter rivera robert roberts robin robinson rodriguez roger rolland romero rossi roussel roux
russell russo sanchez sandra sandrine santos sarah schmidt schmitt schneider schroder schulz schulze schwarz scott
selfie selfies silva simon simone smirnov smith sofia stewart svensson sylvie taylor thomas thompson torres tourneur
turner valentin vasseur vegan vegans vidal vincent virginie wagner walker walter ward watson weber white wilson wolff
wood wright young yvonne zimmermann
""".split()
)


def is_ordinary(word: str) -> bool:
    """Whether a folded word is one that people write without meaning a certain person: routine, marron, Anderson.

    Known are the words in `ordinary.txt`, which tells where they are from, and some common names.
    """
    return word in _words()


@cache
def _words() -> frozenset[str]:
    held = (pkgutil.get_data(__name__, "ordinary.txt") or b"").decode()
    return _OWN.union(word for line in held.splitlines() if not line.startswith("#") for word in line.split())


def neighbours(word: str, edits: int) -> list[str]:
    """The ordinary words within so many edits of a folded word, the nearest first, and those with its first letter."""
    near = ((Levenshtein.distance(word, one, score_cutoff=edits), one[:1] != word[:1], one) for one in _words())
    return [other for distance, _, other in sorted(near) if 0 < distance <= edits]
