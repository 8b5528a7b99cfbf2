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

__all__ = [
    "FIELDS",
    "UNDATED",
    "Alert",
    "Article",
    "DateFound",
    "Delivery",
    "DeliveryState",
    "Document",
    "Evidence",
    "Habits",
    "Held",
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
    "StoryFacts",
    "Suppression",
    "Verdict",
]
