"""Our detection of languages and langdetect alone over the same texts in one run -> articles a second, right and wrong.

Run it from the project: `python -m bench.languages` in tests/. Rounds of the two alternate and the median of the ratios
counts, so that what else the machine does falls on both. The texts are sentences written for this program in 24
languages, and the captured feeds and headlines beside the project where there are any.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.readers import BLANK, NOW
from langdetect import LangDetectException, detect_langs
from normalise.test_language import ENGLISH, FOREIGN, FRENCH

from monitor.ingest.feeds.entry import NotAFeedError
from monitor.ingest.feeds.reader import read_feed
from monitor.model import Item
from monitor.normalise import normalise
from monitor.normalise.language import detect

SHARED = Path(__file__).parents[2].parent / "shared"
LANGUAGES = ["fr", "en"]
ROUNDS = 3
# Ours has a vocabulary to build up, langdetect has not: what both read in a round is read for the first time.
MOST = 400

Text = tuple[tuple[str, ...], str | None]


def main() -> int:
    """Print a line for each set of texts; 1 when ours is not 20 times faster on articles, or wrong more often."""
    detect([FRENCH], LANGUAGES)
    detect_langs(FRENCH)
    sets = {"sentences": sentences(), "headlines": headlines(), "articles of feeds": articles()}
    results = {name: compare(name, texts) for name, texts in sets.items() if texts}
    fast = results.get("articles of feeds", results["sentences"])[0] >= 20
    return int(not fast or any(ours > alone for _, ours, alone in results.values()))


def sentences() -> list[Text]:
    """The sentences of the tests, as they are, in capitals and cut in two."""
    written = {"fr": FRENCH, "en": ENGLISH} | FOREIGN
    forms = [lambda text: text, str.upper, lambda text: text[: len(text) // 2], lambda text: text[len(text) // 2 :]]
    return [((form(text),), code if code in LANGUAGES else "other") for code, text in written.items() for form in forms]


def headlines() -> list[Text]:
    """French headlines without accents."""
    path = SHARED / "stories" / "headlines_fr.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [((json.loads(line)["headline"],), "fr") for line in lines]


def articles() -> list[Text]:
    """Articles with text of the captured feeds; their language is not known for certain, so only time is measured."""
    found: list[Text] = []
    for path in sorted((SHARED / "feeds").glob("*")):
        for item in entries(path)[:40]:
            article = normalise(item, LANGUAGES, NOW)
            fields = (article.title, article.lede, article.body)
            if sum(map(len, fields)) >= 200:
                found.append((fields, None))
    return found[:: max(1, len(found) // MOST)]


def entries(path: Path) -> tuple[Item, ...]:
    """The items of a captured feed, none of what is no feed."""
    try:
        return read_feed(path.read_bytes(), None, "https://site.example/feed", BLANK, NOW).items
    except NotAFeedError:
        return ()


def compare(name: str, texts: Sequence[Text]) -> tuple[float, int, int]:
    """The median ratio of the time that langdetect and ours need, and how often each names a wrong language."""
    rounds = [(seconds(alone, texts), seconds(ours, texts)) for _ in range(ROUNDS)]
    ratio = statistics.median(slow / fast for slow, fast in rounds)
    slow, fast = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(
        f"{name}: {len(texts)}; langdetect alone {len(texts) / slow:,.0f}/s, ours {len(texts) / fast:,.0f}/s"
        f" ({rounds[0][1] / len(texts) * 1e6:.0f} us the first time): {ratio:.0f} times; {score('ours', ours, texts)},"
        f" {score('langdetect', alone, texts)}"
    )
    return ratio, wrong(ours, texts), wrong(alone, texts)


def ours(fields: Sequence[str]) -> str | None:
    """Fields to a language, as an article is read."""
    return detect(fields, LANGUAGES).language


def alone(fields: Sequence[str]) -> str | None:
    """The likeliest language of langdetect in 600 characters, where it is sure: .9, as this program once took it."""
    try:
        best = detect_langs("\n".join(fields)[:600])[0]
    except LangDetectException:
        return None
    code = str(best.lang)
    return None if best.prob < 0.9 else code if code in LANGUAGES else "other"


def score(name: str, read: Callable[[Sequence[str]], str | None], texts: Sequence[Text]) -> str:
    """How many answers are right, wrong and unknown, in words."""
    known = [(fields, language) for fields, language in texts if language]
    if not known:
        return f"{name} not judged"
    right = sum(read(fields) == language for fields, language in known)
    bad = wrong(read, known)
    return f"{name} right {right / len(known):.1%}, wrong {bad}, unknown {len(known) - right - bad}"


def wrong(read: Callable[[Sequence[str]], str | None], texts: Sequence[Text]) -> int:
    """How many get a language they are not in."""
    return sum(read(fields) not in {language, None} for fields, language in texts if language)


def seconds(read: Callable[[Sequence[str]], object], texts: Sequence[Text]) -> float:
    """CPU seconds that reading all texts takes."""
    gc.collect()
    start = time.process_time()
    for fields, _ in texts:
        read(fields)
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())
