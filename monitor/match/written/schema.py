"""Nothing -> the JSON Schema of rule files, by which an editor completes, explains and checks them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from monitor.match.conditions import Unit
from monitor.match.regex import MAX_PATTERN
from monitor.match.ruleset import Novelty
from monitor.match.written.rules import ID, OF_ACTORS
from monitor.match.written.terms import MODIFIERS, MOST_EDITS, MOST_SLOP, PERSON
from monitor.match.written.triggers import MOST_ACTORS
from monitor.match.written.when import FEWEST_TERMS, LANGUAGE, LEAVES, MOST_TERMS, MOST_WORDS_APART
from monitor.model import FIELDS, Level

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# A sign that may be a letter or a digit: not all editors know classes of letters, so this asks for one that is neither
# white space nor a sign of ASCII. What else is no word (such as an ellipsis) is told by `news-monitor check`.
_WORD = r"[^\s!-/:-@\[-`{-~]"
_NOT_BLANK = r"\S"
_SOME_TEXT: Schema = {"type": "string", "pattern": _NOT_BLANK}


def rules_schema() -> Schema:
    """The schema of a rule file, in JSON Schema 2020-12; a new dict each time.

    It accepts each file that `load_rules` takes, and refuses what can be seen without knowing other files, RE2 or the
    grammar of query strings. `errorMessage` is what some editors show in place
    of their own words.
    """
    return {
        "$schema": DIALECT,
        "description": "Watch rules of news-monitor: who is watched for (actors), and what raises an alert (rules).",
        **_mapping(
            {
                "version": _told({"const": 1}, "The version of the language: 1."),
                "actors": _told(
                    {"type": "object", "propertyNames": _id(), "additionalProperties": _ref("actor")},
                    "People, organisations and places by id, known in all rule files: actor: lavrov.",
                    {"lavrov": {"name": "Sergueï Lavrov", "kind": PERSON, "aliases": ["Lavrov"], "fuzzy": 1}},
                ),
                "rules": _told(
                    {"type": "array", "items": _ref("rule")}, "What raises an alert. Each rule begins with - id: ..."
                ),
            },
        ),
        "$defs": _definitions(),
    }


def _definitions() -> dict[str, Schema]:
    modifiers = _modifiers()
    actor = _told(
        _one_or_more(_id()), "The id of an actor, found by any of its spellings. A list: any of them.", "lavrov"
    )
    return {
        "actor": _actor(modifiers),
        "rule": _rule(),
        "test": _test(),
        "condition": _choice("string", _query(), _ref("conditions")),
        "conditions": _conditions(actor, modifiers),
        "list": {"type": "array", "minItems": 1, "items": _ref("condition")},
        "text": _choice("object", _ref("spelling"), _words()),
        "spelling": _told(
            _mapping({"text": _told(_words(), "The words to look for."), **modifiers}, ["text"], _no_contradiction()),
            "A text with modifiers of its own, which count more than those beside the node.",
            {"text": "UE", "case": True},
        ),
        "named": _told(
            _mapping({"actor": actor, **modifiers}, ["actor"], _no_contradiction()),
            "An actor among the terms of a near: by any of its spellings.",
            {"actor": "lavrov"},
        ),
        "near": _near(),
    }


# Actors, rules and their tests


def _actor(modifiers: Mapping[str, Schema]) -> Schema:
    keys = {
        "name": _told(_ref("text"), "The full name. It is looked for, too.", "Sergueï Lavrov"),
        "kind": _told(
            {"type": ["string", "null"]},
            f"What it is, in your words. Only {PERSON} changes something: given names may be initials (S. Lavrov).",
            PERSON, "organisation", "place",
        ),
        "aliases": _told(
            {"type": "array", "items": _ref("text")},
            "Other names. A Cyrillic one finds its cases and its usual spellings in Latin letters.",
            ["Lavrov", "Сергей Лавров"],
        ),
        **{key: modifiers[key] for key in OF_ACTORS},
    }  # fmt: skip
    return _mapping(keys, ["name"], _no_contradiction())


def _rule() -> Schema:
    keys = {
        "id": _told(_id(), "Its name for ever, unique over all files: a-z, 0-9 and -.", "security-guarantees"),
        "title": _told({"type": ["string", "null"]}, "What people read in the alert; else the id."),
        "level": _told({"enum": [str(one) for one in Level]}, f"How much it matters; {Level.MEDIUM} by default."),
        "tags": _told(
            {"type": "array", "items": {"type": "string"}}, "Words to route alerts by.", ["russie", "diplomatie"]
        ),
        "when": _told(
            _ref("condition"),
            "What an article must hold: conditions, of which all must hold, or a query string.",
            {"phrase": "garanties de sécurité"},
            '(actor:lavrov OR actor:blinken) AND "garanties de sécurité" NOT title:football',
        ),
        "languages": _told(
            {"type": "array", "items": _language()},
            "Only articles in these languages; those of unknown language pass. All by default.",
            ["fr"],
        ),
        "novelty": _told(
            {"enum": list(get_args(Novelty))},
            "Which articles of one story alert: the first, those with new facts (the default), or every one.",
        ),
        "alert": _told(
            {"oneOf": _triggers()},
            "What must happen over time before it alerts: so many sources, a first mention, a spike, or silence.",
            {"sources": 3, "within": "1h"},
            {"quiet": "24h"},
        ),
        "tests": _told(
            {"type": "array", "items": _ref("test")},
            "Texts that must and must not match. The rule does not go live while one fails.",
            [{"match": True, "text": "Une garantie de sécurité."}, {"match": False, "text": "Une garantie."}],
        ),
    }
    return _mapping(keys, ["id", "when"])


def _triggers() -> list[Schema]:
    span: Schema = {"type": "string", "pattern": "^[0-9]+[wdhms]([0-9]+[dhms])*$"}
    within = _told(span, "The time in which it must happen.", "1h")
    ids: Schema = {"type": "array", "minItems": 1, "maxItems": MOST_ACTORS, "items": _id()}
    actors = _told(ids, "All of these actors, in one article.", ["lavrov", "blinken"])
    factor = _told({"type": "number", "exclusiveMinimum": 1, "maximum": 1000}, "How many times the usual volume.", 5)
    against = _told(span, "The time before, which says what is usual; 2w by default.", "2w")
    count = _told({"type": "integer", "minimum": 2, "maximum": 100}, "At least so many independent sources.", 3)
    first = _mapping({"actors": actors, "within": within}, ["actors"])
    spike = _mapping({"factor": factor, "against": against, "within": within}, ["factor"])
    return [
        _mapping({"sources": count, "within": within}, ["sources"]),
        _mapping({"first_mention": _told(first, "Actors that appear together for the first time.")}, ["first_mention"]),
        _mapping({"spike": _told(spike, "Many more matches than usual.")}, ["spike"]),
        _mapping({"quiet": _told(span, "Nothing matched for so long.", "24h")}, ["quiet"]),
    ]


def _test() -> Schema:
    passage: Schema = {"type": "string", "pattern": _WORD}
    keys = {
        "match": _told({"type": "boolean"}, "true: the rule must match. false: it must not."),
        "text": _told({"type": ["string", "null"]}, "The body of an article; each line is a paragraph."),
        "title": _told({"type": "string"}, "The title of the article."),
        "source": _told({"type": "string"}, "The name of its source or agency, for source: conditions.", "Belga"),
        "language": _told(
            {"anyOf": [_language(), {"type": "null"}]}, "Its language; else the first of languages:.", "fr"
        ),
        "article": _told(
            {"type": ["integer", "null"], "minimum": 1}, "In place of text: the id of an archived article.", 4
        ),
        "because": _told(
            {"anyOf": [{"type": "string"}, {"type": "array", "items": passage}]},
            "Words that must be among the passages that match, one text or several.",
            "garanties de sécurité",
        ),
    }
    given: dict[str, Schema] = {"text": {"type": "string"}, "article": {"type": "integer"}}
    only_one = {"oneOf": [{"required": [key], "properties": {key: kind}} for key, kind in given.items()]}
    stored = {"required": ["article"], "properties": {"article": given["article"]}}
    pinned = {"required": ["because"], "properties": {"because": {"minLength": 1, "minItems": 1}}}
    also: list[Schema] = [
        only_one,
        {
            "if": stored,
            "then": {
                "properties": dict.fromkeys(("title", "source", "language"), False),
                "errorMessage": "cannot stand beside 'article', which is taken as it was stored",
            },
        },
        {"if": pinned, "then": {"properties": {"match": {"const": True}, "because": {"pattern": _WORD}}}},
    ]
    return _mapping(keys, ["match"], also)


# Conditions


def _query() -> Schema:
    return _told(
        _SOME_TEXT,
        "A query string: AND OR NOT ( ) \"a phrase\" \"a b\"~5 /regex/ title: lede: body: actor: source: tag: lang:",
        'actor:lavrov AND "garanties de sécurité" NOT title:football',
    )  # fmt: skip


def _conditions(actor: Schema, modifiers: Mapping[str, Schema]) -> Schema:
    keys = {**_word_nodes(actor), **_boolean_nodes(), **_fact_nodes(), **modifiers}
    alone = {
        "if": {"not": _any_key(LEAVES)},
        "then": {
            "properties": {key: False for key in MODIFIERS if key != "in"},
            "errorMessage": "must stand beside phrase, actor or near",
        },
    }
    alone_in = {
        "if": {"not": _any_key((*LEAVES, "regex"))},
        "then": {"properties": {"in": False}, "errorMessage": "'in' must stand beside phrase, actor, near or regex"},
    }
    return {**_mapping(keys, [], [*_no_contradiction(), alone, alone_in]), "minProperties": 1}


def _word_nodes(actor: Schema) -> dict[str, Schema]:
    return {
        "phrase": _told(
            _one_or_more(_ref("text")),
            "Words side by side and in order, in any number and gender. A list: any of them.",
            "garanties de sécurité",
            ["pourparlers de paix", {"text": "UE", "case": True}],
        ),
        "actor": actor,
        "near": _told(
            _ref("near"), "Terms that stand close together.", {"terms": ["garantie", "sécurité"], "within": 4}
        ),
        "regex": _told(
            {"type": "string", "minLength": 1, "maxLength": MAX_PATTERN},
            "A regular expression of RE2, best in single quotes. Letter case counts unless it begins with (?i).",
            r"\b(AF|BA) ?[0-9]{3,4}\b",
        ),
    }


def _boolean_nodes() -> dict[str, Schema]:
    of = {
        "count": _told({"type": "integer", "minimum": 1}, "So many of them must hold, at most all.", 2),
        "of": _told(_ref("list"), "The conditions to choose from."),
    }
    return {
        "all": _told(_ref("list"), "Every one of these must hold.", [{"actor": "poutine"}, {"actor": "biden"}]),
        "any": _told(_ref("list"), "One of these must hold.", [{"phrase": "gaz"}, {"actor": "gazprom"}]),
        "not": _told(
            _ref("condition"),
            "This must not hold; for none of several, not: {any: [..]}.",
            {"phrase": "coupe du monde"},
        ),
        "at_least": _told(
            _mapping(of, ["count", "of"]),
            "As many of these as count says must hold.",
            {"count": 2, "of": [{"phrase": "troupes"}, {"phrase": "frontière"}, {"phrase": "exercice militaire"}]},
        ),
    }


def _fact_nodes() -> dict[str, Schema]:
    facts = {
        "name": _told(
            _one_or_more(_SOME_TEXT),
            "The source as named in monitor.yaml, or the agency that wrote it.",
            ["AFP", "Belga"],
        ),
        "tag": _told(_one_or_more(_SOME_TEXT), "A tag of the source in monitor.yaml.", "press"),
    }
    return {
        "source": _told(
            {**_mapping(facts), "minProperties": 1}, "Where the article comes from.", {"name": ["AFP", "Belga"]}
        ),
        "language": _told(
            _one_or_more(_language()), "The language of the article, which must be known. A list: any of them.", "fr"
        ),
    }


def _near() -> Schema:
    mapping = {"if": {"required": ["actor"]}, "then": _ref("named"), "else": _ref("spelling")}
    one = _choice("object", mapping, _words())
    term = _choice("array", {"minItems": 1, "items": one}, one)
    wrong = {"errorMessage": f"must be a number of words from 1 to {MOST_WORDS_APART}, sentence or paragraph"}
    number = {"type": "integer", "minimum": 1, "maximum": MOST_WORDS_APART}
    within = [number | wrong, {"enum": [str(unit) for unit in Unit]} | wrong]
    keys = {
        "terms": _told(
            {"type": "array", "minItems": FEWEST_TERMS, "maxItems": MOST_TERMS, "items": term},
            "Texts, lists of texts (any of them), or actors.",
            [["élargissement", "extension"], {"actor": "otan"}],
        ),
        "within": _told(
            {"anyOf": within},
            "How many words apart at most (1: side by side), or sentence, or paragraph.",
            5,
            "sentence",
        ),
        "ordered": _told({"type": "boolean"}, "true: only in the order written."),
    }
    return _mapping(keys, ["terms", "within"])


def _modifiers() -> dict[str, Schema]:
    field = {"enum": list(FIELDS)}
    return {
        # Both forms at once, since editors offer no values from behind a condition.
        "in": _told(
            {"anyOf": [field, {"type": "array", "minItems": 1, "items": field}]},
            "Only there. The lede is the first paragraph or the teaser.",
            "title",
        ),
        "inflect": _told(
            {"type": "boolean"},
            "Also in other numbers and genders: garantie, garanties. Texts do by default, actors not.",
        ),
        "case": _told(
            {"type": "boolean"}, "true: these very capitals and small letters, for names that are words: UE, WHO."
        ),
        "fuzzy": _told(
            {"type": "integer", "minimum": 0, "maximum": MOST_EDITS},
            "So many wrong, missing or extra letters; words of up to 4 letters must be right.",
            1,
        ),
        "slop": _told(
            {"type": "integer", "minimum": 0, "maximum": MOST_SLOP},
            "So many other words, in all, may stand between the words of a phrase.",
            2,
        ),
    }


def _no_contradiction() -> list[Schema]:
    """Modifiers that cannot be combined, unless one of the two is switched off."""
    on: dict[str, Schema] = {"inflect": {"const": True}, "case": {"const": True}, "fuzzy": {"minimum": 1}}
    off: dict[str, Schema] = {"inflect": {"const": False}, "fuzzy": {"const": 0}}
    found: list[Schema] = []
    for one, others in (("case", ("fuzzy", "inflect")), ("fuzzy", ("inflect",))):
        wrong = {"errorMessage": f"cannot be combined with '{one}'"}
        switched_off = {"properties": {other: off[other] | wrong for other in others}}
        found.append({"if": {"required": [one], "properties": {one: on[one]}}, "then": switched_off})
    return found


# Shapes


def _mapping(keys: Mapping[str, Schema], required: list[str] | None = None, also: list[Schema] | None = None) -> Schema:
    """A mapping of these keys and no other."""
    found: Schema = {"type": "object", "additionalProperties": False, "properties": dict(keys)}
    return found | ({"required": required} if required else {}) | ({"allOf": also} if also else {})


def _told(schema: Schema, description: str, *examples: Any) -> Schema:
    """A schema with what an editor shows of it."""
    return schema | {"description": description} | ({"examples": [*examples]} if examples else {})


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _choice(kind: str, then: Schema, otherwise: Schema) -> Schema:
    """One schema for what is of a kind, another for what is not: editors then tell what is wrong with the one meant."""
    return {"if": {"type": kind}, "then": then, "else": otherwise}


def _one_or_more(one: Schema) -> Schema:
    return _choice("array", {"minItems": 1, "items": one}, one)


def _any_key(keys: Iterable[str]) -> Schema:
    return {"anyOf": [{"required": [key]} for key in keys]}


def _words() -> Schema:
    return {"type": "string", "pattern": _WORD, "errorMessage": "must be a text that holds a word"}


def _id() -> Schema:
    wrong = "is no id: only a-z, 0-9 and - (such as security-guarantees)"
    return {"type": "string", "pattern": f"^{ID.pattern}$", "errorMessage": wrong}


def _language() -> Schema:
    wrong = "is no language (write fr, en, .. or other)"
    return {"type": "string", "pattern": f"^({LANGUAGE.pattern})$", "errorMessage": wrong}
