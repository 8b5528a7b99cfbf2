"""Rules of a few words that are forms and slips of one another, asked for and excluded at once, and texts of them."""

from __future__ import annotations

from hypothesis import strategies as st

from monitor.match import inflection

WORDS = (
    "garantie garanties garantié travail travaux blessé blesse blessées Lavrov Lavrof lavrov Lavrovs policy policies "
    "OTAN Otan otan national nationale nationaux Von von der Leyen Leyan Sergueï"
).split()
word = st.sampled_from(WORDS)
text = st.lists(word, min_size=1, max_size=3).map(" ".join)
modifiers = st.sampled_from(
    [{}, {}, {}, {}, {"inflect": False}, {"case": True}, {"fuzzy": 1}, {"fuzzy": 2}, {"fuzzy": 3}, {"in": "title"},
     {"in": ["title", "body"]}, {"slop": 1}, {"slop": 3}, {"fuzzy": 1, "slop": 2}]
)  # fmt: skip
term = st.one_of(text, st.builds(lambda text, more: {"text": text, **more}, text, modifiers))
name = st.sampled_from(["lavrov", "lavrov", "sergei", "leyen", "ursula", "al", "russian"])
phrase = st.builds(lambda terms, more: {"phrase": terms, **more}, st.lists(term, min_size=1, max_size=2), modifiers)
actor = st.builds(lambda name, more: {"actor": name, **more}, name, modifiers)
near = st.builds(
    lambda terms, within, ordered, more: {"near": {"terms": terms, "within": within, "ordered": ordered}, **more},
    st.lists(st.one_of(term, name.map(lambda name: {"actor": name})), min_size=2, max_size=3),
    st.one_of(st.integers(1, 5), st.sampled_from(["sentence", "paragraph"])),
    st.booleans(),
    modifiers,
)
fact = st.sampled_from(
    [{"language": "fr"}, {"language": ["fr", "en"]}, {"language": "de"}, {"source": {"name": "Belga"}},
     {"source": {"name": ["AFP", "Belga"]}}, {"source": {"tag": "x"}}, {"regex": "garanti.", "in": "title"},
     {"regex": "garanti."}]
)  # fmt: skip
leaf = st.one_of(phrase, phrase, actor, near, fact)


def several(inner):
    return st.lists(inner, min_size=1, max_size=3)


part = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds(lambda of: {"all": of}, several(inner)),
        st.builds(lambda of: {"any": of}, several(inner)),
        st.builds(lambda of: {"not": of}, inner),
        st.builds(lambda of: {"at_least": {"count": len(of) - 1, "of": of}}, st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=4,
)
rivals = st.builds(
    lambda asked, excluded: {"all": [*asked, *({"not": one} for one in excluded)]},
    st.lists(part, min_size=1, max_size=2),
    st.lists(part, min_size=1, max_size=2),
)
ACTORS = {
    "lavrov": {"name": "Lavrov", "kind": "person", "fuzzy": 1},
    "sergei": {"name": "Sergueï Lavrov", "kind": "person", "aliases": ["Сергей Лавров"], "fuzzy": 1},
    "leyen": {"name": "von der Leyen", "aliases": ["Ursula von der Leyen"], "kind": "person", "fuzzy": 1},
    "ursula": {"name": "Von der Leyen", "fuzzy": 2},
    "al": {"name": "Lavrov", "aliases": ["Ch. al-Lavrov"], "kind": "person", "inflect": True},
    "russian": {"name": "Лавров", "aliases": ["Сергей Лавров"], "kind": "person"},
}


def _found(written: str) -> list[str]:
    """A word as an article may have it: in its other forms, with a slip, in other letters."""
    acute = inflection.ends_in_acute(written)
    forms = [written, *sorted(inflection.forms(written.lower().replace("é", "e"), acute))]
    slips = [written[:-1], f"{written}x", f"{written[:2]}x{written[3:]}", f"{written[:2]}{written[3:]}"]
    return [*forms, *slips, written.lower(), written.upper(), written.capitalize()]


TOKENS = sorted({token for one in WORDS for token in _found(one)} | {"S.", "V.", "Ch.", "al", "el", "Лавров", "Сергея"})
gap = st.sampled_from([" ", " ", " ", " ", " x ", " x y ", " V. ", "-", ". ", "\n", ""])
passage = st.lists(st.tuples(st.one_of(word, st.sampled_from(TOKENS)), gap), min_size=1, max_size=8).map(
    lambda pairs: "".join(map("".join, pairs))
)
