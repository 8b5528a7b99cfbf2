"""Conditions drawn at random, of every kind and in both forms, for the properties of matching and printing."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = (
    "garantie garanties garantir sécurité securites national nationaux nationale blessé blessée blesse Lavrov Lavrof "
    "Lavroff Blinken Blinkin Poutine Potine Poutines eu EU Eu otan OTAN de la Les nouvelle nouveaux policy policies "
    "œuvre oeuvres Лавров Лаврова Sergei Serge Lavrow lawrow S SV Ch El al Assad Elassad Assat Bachar Bashar Poutine "
    "Routine routine Marron Macron Emmanuel"
).split()
word = st.sampled_from(WORDS)
text = st.lists(word, min_size=1, max_size=3).map(" ".join)
modifiers = st.sampled_from(
    [
        {},
        {},
        {},
        {"inflect": False},
        {"case": True},
        {"fuzzy": 1},
        {"fuzzy": 2},
        {"fuzzy": 3},
        {"in": "title"},
        {"slop": 1},
        {"slop": 4},
        {"fuzzy": 1, "slop": 2},
    ]
)
term = st.one_of(text, st.builds(lambda text, more: {"text": text, **more}, text, modifiers))
phrase = st.builds(lambda terms, more: {"phrase": terms, **more}, st.lists(term, min_size=1, max_size=3), modifiers)
actor = st.builds(lambda name, more: {"actor": name, **more}, st.sampled_from(["a", "b", "c", "c"]), modifiers)
near = st.builds(
    lambda terms, within, ordered, more: {"near": {"terms": terms, "within": within, "ordered": ordered}, **more},
    st.lists(st.one_of(term, st.sampled_from([{"actor": "b"}, {"actor": "c"}])), min_size=2, max_size=3),
    st.one_of(st.integers(1, 6), st.sampled_from(["sentence", "paragraph"])),
    st.booleans(),
    modifiers,
)
regex = st.builds(
    lambda text, where: {"regex": text, **where},
    st.sampled_from(["(?i)garantie", r"\bEU\b", "Lavro[vf]", r"[A-Z][a-z]+ [a-z]+", "otan[^a-z]", "/|a", "é$"]),
    st.sampled_from([{}, {"in": "title"}]),
)
query = st.sampled_from(
    ["garantie AND NOT otan", 'title:(Lavrov OR "de la") eu', '"Lavrov garantie"~4 OR actor:a', "/otan/ OR lang:en",
     'NOT "la nouvelle"~1', "(policy OR блесе) sécurité OR source:belga", "body:actor:(a OR b) title,body:garantie"]
)  # fmt: skip
fact = st.sampled_from([{"language": "fr"}, {"source": {"name": "Belga"}}, {"source": {"tag": "x"}}])


def several(inner):
    return st.lists(inner, min_size=1, max_size=3)


conditions = st.recursive(
    st.one_of(phrase, phrase, actor, near, regex, query, fact),
    lambda inner: st.one_of(
        st.builds(lambda of: {"all": of}, several(inner)),
        st.builds(lambda of: {"any": of}, several(inner)),
        st.builds(lambda of: {"not": of}, inner),
        several(inner).flatmap(
            lambda of: st.integers(1, len(of)).map(lambda count: {"at_least": {"count": count, "of": of}})
        ),
    ),
    max_leaves=6,
)
ACTORS = {
    "a": {"name": "Sergueï Lavrov", "aliases": ["Lavrov", {"text": "EU", "case": True}], "fuzzy": 1},
    "b": {"name": "nouvelle garantie", "aliases": ["Poutine"], "inflect": True},
    "c": {
        "name": "Сергей Лавров",
        "kind": "person",
        "aliases": [
            "Bachar al-Assad",
            "al-Assad",
            "Лавров",
            "Emmanuel Macron",
            "Poutine",
            {"text": "Macron", "fuzzy": 0},
        ],
        "fuzzy": 1,
    },
}
