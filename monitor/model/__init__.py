"""What flows down the river: Item -> Article -> Placement -> Match -> Alert -> Delivery, all immutable."""

from monitor.model.alerts import (
    Alert,
    Delivery,
    DeliveryState,
    Document,
    Evidence,
    Level,
    Match,
    Message,
    Reason,
    Suppression,
)
from monitor.model.articles import FIELDS, Article, Held, LanguageScore, Placement, Sketch, StoryFacts, Verdict
from monitor.model.dates import UNDATED, DateFound, Precision, Published
from monitor.model.items import Habits, Item, Markup, SourceState
from monitor.model.stories import CANDIDATES, HOLDERS, Candidate, Holding, Standing, StoryHeld

__all__ = [
    "CANDIDATES",
    "FIELDS",
    "HOLDERS",
    "UNDATED",
    "Alert",
    "Article",
    "Candidate",
    "DateFound",
    "Delivery",
    "DeliveryState",
    "Document",
    "Evidence",
    "Habits",
    "Held",
    "Holding",
    "Item",
    "LanguageScore",
    "Level",
    "Markup",
    "Match",
    "Message",
    "Placement",
    "Precision",
    "Published",
    "Reason",
    "Sketch",
    "SourceState",
    "Standing",
    "StoryFacts",
    "StoryHeld",
    "Suppression",
    "Verdict",
]
