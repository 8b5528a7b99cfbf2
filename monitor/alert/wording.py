"""Language -> the fixed words of messages."""

MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
}

WORDS = {
    "en": {
        "info": "INFO",
        "low": "LOW",
        "medium": "MEDIUM",
        "high": "HIGH",
        "critical": "CRITICAL",
        "reason-first": "first alert on this story",
        "reason-update": "a later version brings new facts",
        "reason-every": "another article on this story",
        "reason-test": "this is a test",
        "new": "New",
        "also": "Also",
        "duplicate": "copy",
        "update": "later version",
        "same-story": "same story",
        "rule": "rule",
        "alert": "alert",
        "undated": "no date given",
        "untitled": "untitled",
    },
    "fr": {
        "info": "INFO",
        "low": "FAIBLE",
        "medium": "MOYEN",
        "high": "ÉLEVÉ",
        "critical": "CRITIQUE",
        "reason-first": "première alerte sur ce sujet",
        "reason-update": "une version ultérieure apporte du nouveau",
        "reason-every": "un autre article sur ce sujet",
        "reason-test": "ceci est un essai",
        "new": "Nouveau",
        "also": "Aussi",
        "duplicate": "copie",
        "update": "version ultérieure",
        "same-story": "même sujet",
        "rule": "règle",
        "alert": "alerte",
        "undated": "sans date",
        "untitled": "sans titre",
    },
}
