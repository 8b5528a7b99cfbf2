"""Every kind of message, in French and English, as deliveries: for golden files, screens and the guide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from monitor.alert import Life, Slot, heartbeat_alert, operator_alert, test_document
from monitor.model import Delivery, DeliveryKind, Document

CREATED = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)

# Per language: title, source, agency, quoted sentence with its matched words between bars.
_TEXTS: dict[str, dict[str, Any]] = {
    "fr": {
        "rule": "Exportations de blé",
        "second_rule": "Ports de la mer Noire",
        "third_rule": "Mouvements sociaux",
        "story_quotes": [
            None,
            "Le |terminal céréalier| de Port-Ansel restera fermé au moins dix jours.",
            "Les dockers de trois ports appellent à la |grève| à partir de jeudi.",
            "La délégation des minotiers redoute une |grève| des transporteurs.",
            "Le conseil fixe le |prix du pain|.",
        ],
        "stories": [
            ("La récolte retardée, les exportations de blé suspendues jusqu'en mai", "Courrier du Port", "Agence Azur"),
            ("Un terminal céréalier fermé après une avarie", "Le Quotidien des Quais", None),
            ("Grève annoncée chez les dockers", "Radio Littoral", None),
            ("Le ministre de l'Agriculture reçoit les minotiers", "Courrier du Port", None),
            ("Le pain de l'île à 1,30 euro", "Radio Littoral", None),
        ],
        "bread": ("Le conseil fixe le prix du pain à ", "1,20", "1,30", " euro."),
        "bread_rule": "Prix du pain",
        "fish_rule": "Pêche au large",
        "quotes": [
            "Le ministère suspend les |exportations de blé| jusqu'au 15 mai, a déclaré sa porte-parole, Claire Astruc.",
            "« Les stocks suffisent pour trois mois », assure-t-elle, mais les |minotiers| en doutent.",
        ],
        "new": [
            "La suspension est prolongée jusqu'au 30 juin.",
            "Deux navires chargés de 48 000 tonnes attendent au large de Port-Ansel.",
        ],
        "long": [
            "Les boulangers demandent un prix plafond",
            "Blé : les cours montent de 8 %",
            "Le port d'Ansel compte ses navires",
            "Blé : trois pays voisins annoncent des livraisons",
            "Claire Astruc attendue devant la commission",
            "La farine rationnée dans deux préfectures",
            "Blé : la suspension ira jusqu'au 30 juin",
        ],
        "later": "Blé : la suspension prolongée, deux navires bloqués",
        "other": "Les minotiers craignent une pénurie de farine",
        "changed": ("Le ministère suspend les exportations de blé jusqu'au ", "15 mai", "30 juin", "."),
        "withdrawn": "Claire Astruc a confirmé que douze navires sont bloqués.",
        "failing": ("Courrier du Port", "Courrier du Port, économie", "Radio Littoral"),
    },
    "en": {
        "rule": "Wheat exports",
        "second_rule": "Black Sea ports",
        "third_rule": "Strikes",
        "story_quotes": [
            None,
            "The |grain terminal| of Port Ansel will stay closed for ten days at least.",
            "The dockers of three ports call for a |strike| from Thursday on.",
            "The delegation of millers fears a |strike| of the hauliers.",
            "The council sets the |price of bread|.",
        ],
        "stories": [
            ("Late harvest: wheat exports halted until May", "Harbour Courier", "Azure Agency"),
            ("Grain terminal closed after a breakdown", "The Quay Daily", None),
            ("Dockers call a strike", "Coast Radio", None),
            ("Agriculture minister meets the millers", "Harbour Courier", None),
            ("Island bread at 1.30 euros", "Coast Radio", None),
        ],
        "bread": ("The council sets the price of bread at ", "1.20", "1.30", " euros."),
        "bread_rule": "Price of bread",
        "fish_rule": "Offshore fishing",
        "quotes": [
            "The ministry halts |wheat exports| until 15 May, its spokeswoman, Claire Astruc, said on Monday.",
            '"Stocks will last three months," she says, but the |millers| doubt it.',
        ],
        "new": [
            "The halt is extended to 30 June.",
            "Two ships with 48,000 tonnes on board are waiting off Port Ansel.",
        ],
        "long": [
            "Bakers ask for a price cap",
            "Wheat prices up by 8%",
            "Port Ansel counts its ships",
            "Wheat: three neighbours promise deliveries",
            "Claire Astruc to face the committee",
            "Flour rationed in two districts",
            "Wheat: the halt will last until 30 June",
        ],
        "later": "Wheat: halt extended, two ships stuck",
        "other": "Millers fear a shortage of flour",
        "changed": ("The ministry halts wheat exports until ", "15 May", "30 June", "."),
        "withdrawn": "Claire Astruc confirmed that twelve ships are stuck.",
        "failing": ("Harbour Courier", "Harbour Courier, business", "Coast Radio"),
    },
}


def passage(marked: str, field: str = "body") -> dict[str, Any]:
    """A quoted sentence; its matched words stand between bars."""
    before, term, after = marked.split("|")
    return {
        "in": field,
        "quote": f"{before}{term}{after}",
        "marks": [[len(before), len(before) + len(term)]],
        "term": term,
    }


_RULE = {"id": "wheat-exports", "title": "", "level": "high", "tags": ["blé"], "version": "v1"}


class Kinds:
    """The documents of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts = _TEXTS[language]

    def alert(self, story: int = 0, **changes: Any) -> Document:
        """A first alert on one of the stories; `changes` are keys of the document, `rule__level` those of its parts."""
        title, source, agency = self.texts["stories"][story]
        made: Document = {
            "id": 100 + story,
            "key": f"wheat-exports/s{story}/1",
            "reason": "first",
            "rule": dict(_RULE, title=self.texts["rule"]),
            "story": {
                "id": f"s{story}",
                "title": title,
                "first_seen": "2026-03-01T06:10:00+00:00",
                "articles": 1,
                "sources": 1,
            },
            "article": {
                "id": 10 + story,
                "title": title,
                "url": f"https://courier.example/2026/03/{story + 1}?from=feed&utm=none",
                "source": source,
                "agency": agency,
                "published": {"value": f"2026-03-02T0{6 - story}:41:00+00:00", "precision": "second"},
                "language": self.language,
                "text_sha256": "0" * 64,
            },
            "evidence": [
                passage(one) for one in ([self.texts["story_quotes"][story]] if story else self.texts["quotes"])
            ],
            "new": [],
            "also": [],
        }
        for name, value in changes.items():
            part, _, key = name.partition("__")
            made[part] = {**made[part], key: value} if key else value
        return made

    def others(self) -> list[dict[str, Any]]:
        url, other = (
            "https://quay.example/a-long-address/that-goes-on/and-on/until/the-line/is-full/1234567890",
            "same-story",
        )
        copies = [
            {"source": name, "title": "", "url": None, "relation": "duplicate"} for name in ("Azur", "Radio Littoral")
        ]
        paper = {"source": "Le Quotidien", "title": self.texts["other"], "url": url, "relation": other}
        reprint = {**paper, "source": "Radio Quai", "url": None, "id": 12, "duplicate_of": 11, "copies": 0}
        return [{**paper, "id": 11, "duplicate_of": None, "copies": 1}, reprint, *copies]

    def follow_up(self, reason: str = "new-facts") -> Document:
        return self.alert(
            id=120,
            key="wheat-exports/s0/2",
            reason=reason,
            article__id=20,
            article__title=self.texts["later"],
            story__articles=5,
            story__sources=4,
            new=list(self.texts["new"]),
            also=self.others(),
        )

    def correction(self, *, withdrawn: bool, story: int = 0, changed: str = "changed", **changes: Any) -> Document:
        before, old, new, after = self.texts[changed]
        diff = [["same", before], ["removed", old], ["added", new], ["same", after]]
        change = {"in": "body", "before": before + old + after, "after": before + new + after, "diff": diff}
        gone = self.texts["withdrawn"]
        lost = {"in": "body", "before": gone, "after": None, "diff": [["removed", gone]]}
        told = {"kind": "withdrawn", "passages": [lost]} if withdrawn else {"kind": "changed", "passages": [change]}
        key = f"wheat-exports/s{story}/3"
        return self.alert(story, reason="correction", key=key, correction=told, evidence=[], **changes)

    def over_time(self, reason: str, **facts: Any) -> Document:
        return self.alert(reason=reason, condition={"kind": reason, **facts})

    def gathered(self) -> tuple[Document, ...]:
        """What a night brings: three stories, one with three articles, a failing source."""
        low = {"rule__id": "strikes", "rule__title": self.texts["third_rule"], "rule__level": "low"}
        failing = events(self.language)["source-failing"]
        return (
            self.alert(2, **low),
            self.alert(),
            self.alert(1, rule__level="critical", rule__id="ports", rule__title=self.texts["second_rule"]),
            self.follow_up(),
            failing,
            self.alert(3, reason="late", **low),
        )

    def long_story(self) -> tuple[Document, ...]:
        """More of one story than a digest shows whole beside another, the source's correction among it."""
        titles, told = self.texts["long"], []
        bread = {"rule__id": "bread", "rule__title": self.texts["bread_rule"], "rule__level": "low"}
        for number, title in enumerate(titles, 2):
            article = {"article__id": 50 + number, "article__title": title, "rule__level": "medium"}
            address = f"https://quay.example/2026/03/{number}"
            made = self.alert(
                reason="new-facts", evidence=[], new=[self.texts["new"][number % 2]], article__url=address, **article
            )
            told.append(made)
        fixed = self.correction(withdrawn=False, rule__level="medium", article__id=11)
        return (self.alert(rule__level="medium"), *told[:3], fixed, *told[3:], self.alert(4, **bread))

    def told_otherwise(self) -> tuple[Document, ...]:
        """A correction, and a rule that fell silent."""
        bread = {"rule__id": "bread", "rule__title": self.texts["bread_rule"], "rule__level": "medium"}
        fish = {"rule__id": "fish", "rule__title": self.texts["fish_rule"], "rule__level": "low"}
        return (
            self.correction(withdrawn=False, story=4, changed="bread", **bread),
            {**self.quiet(), **{"rule": self.alert(**fish)["rule"]}},
        )

    def quiet(self) -> Document:
        facts = {"since": "2026-03-01T06:10:00+00:00", "after": "24h"}
        empty: Document = {"story": None, "article": None, "evidence": [], "key": "wheat-exports/quiet/1"}
        return {**self.over_time("quiet", **facts), **empty}


def delivery(*alerts: Document, kind: DeliveryKind = DeliveryKind.GROUP, **counted: int) -> Delivery:
    told = {why.replace("_", "-"): number for why, number in counted.items()}
    return Delivery(1, "msg-1", "desk", "desk@example.org", 1, CREATED, alerts, kind, told)


def deliveries(language: str) -> dict[str, Delivery]:
    """Every kind of message by its name."""
    kinds = Kinds(language)
    ports = {"rule__id": "ports", "rule__title": kinds.texts["second_rule"], "rule__level": "medium"}
    within = {"within": "1h"}
    return {
        "first": delivery(kinds.alert(also=kinds.others(), story__articles=4, story__sources=4)),
        "new-facts": delivery(kinds.follow_up()),
        "update": delivery(kinds.follow_up("update")),
        "every": delivery(kinds.follow_up("every")),
        "repeat": delivery(kinds.alert(reason="repeat", story__articles=9, story__sources=5, also=kinds.others())),
        "late": delivery(kinds.alert(reason="late")),
        "correction-changed": delivery(kinds.correction(withdrawn=False)),
        "correction-withdrawn": delivery(kinds.correction(withdrawn=True)),
        "sources": delivery(kinds.over_time("sources", sources=["Azur", "Littoral", "Quai"], **within)),
        "first-mention": delivery(
            kinds.over_time(
                "first-mention", actors=["astruc", "port-ansel"], names=["Claire Astruc", "Port-Ansel"], within="90d"
            )
        ),
        "spike": delivery(kinds.over_time("spike", articles=1234, usual=2.5, within="1d", against="14d")),
        "quiet": delivery(kinds.quiet()),
        "two-rules": delivery(kinds.alert(), kinds.alert(**ports, evidence=[passage(kinds.texts["quotes"][1])])),
        "group": delivery(kinds.alert(), kinds.follow_up()),
        "digest": delivery(
            *kinds.gathered(),
            *kinds.told_otherwise(),
            kind=DeliveryKind.DIGEST,
            nothing_new=1312,
            silence=3,
            inhibition=1,
        ),
        "digest-long": delivery(*kinds.long_story(), kind=DeliveryKind.DIGEST),
        "summary": delivery(*kinds.gathered(), kind=DeliveryKind.SUMMARY),
        "spill": delivery(*kinds.gathered()[:4], kind=DeliveryKind.SPILL, duplicate=1),
        **{name: delivery(document) for name, document in events(language).items()},
        "heartbeat": delivery(beat()),
        "test": delivery(test_document("desk", CREATED)),
    }


def events(language: str) -> dict[str, Document]:
    """What the monitor tells of itself, as the daemon does: the facts, and English lines for programs."""
    courier, business, radio = _TEXTS[language]["failing"]
    first = {"name": courier, "kind": "failed", "answer": "no complete answer within 30s", "times": 3}
    failing = [
        first,
        {"name": business, "kind": "quiet", "since": "2026-02-14T06:10:00+00:00"},
        {"name": radio, "kind": "changed", "changes": [["language", "fr", "en"], ["encoding", "utf-8", "cp1252"]]},
    ]
    well = [{"name": courier, "kind": "well"}]
    problems = ["config/rules/wheat.yaml:12:7: unknown key 'phrases' (did you mean 'phrase'?)"]
    told: dict[str, tuple[str, dict[str, Any]]] = {
        "source-failing": ("courier.example", {"sources": failing, "more": 0}),
        "source-recovered": ("courier.example", {"sources": well, "more": 0}),
        "reload-refused": (
            "config/monitor.yaml",
            {"problems": problems, "more": 30, "stored": "2026-02-27T08:00:00+00:00"},
        ),
        "reload-recovered": ("config/monitor.yaml", {}),
        "receiver-missing": ("hook", {"waiting": 12_345}),
        "receiver-recovered": ("hook", {}),
        "receiver-disabled": ("hook", {"answer": "410 Gone"}),
        "receiver-enabled": ("hook", {}),
        "delivery-dead": (
            "mail",
            {"delivery": 4711, "address": "chief@example.org", "answer": "550 5.1.1 no such user"},
        ),
        "template-failed": ("mail", {"error": "mail.txt:3: 'headline' is undefined"}),
        "message-cut": ("hook", {"size": 1_482_113, "limit": 262_144}),
        "disk-full": ("/var/lib/news-monitor", {"free": 0.0432}),
        "disk-recovered": ("/var/lib/news-monitor", {}),
        "queue-growing": ("mail", {"waiting": 1204, "oldest": "2026-03-02T05:12:00+00:00"}),
        "queue-recovered": ("mail", {}),
    }
    return {
        event: operator_alert(event, about, ["in English"] if facts else [], CREATED, facts).document
        for event, (about, facts) in told.items()
    }


def beat() -> Document:
    life = Life(sources=43, failing=1, articles=1204, alerts=17, pending=0, dead=0, late=0)
    return heartbeat_alert(life, Slot(CREATED, "2026-03-02T08:30 Europe/Paris")).document
