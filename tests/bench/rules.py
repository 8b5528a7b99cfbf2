"""Rules by the thousand -> articles a CPU second, against a bare scan of the same texts for the same phrases.

Articles of 400 words, rules of four phrases of two or three words, one rule in ten with an actor that may be misspelt,
one article in ten with a phrase that some rule looks for. We fold, match and give the evidence; the peer folds the text
with our own `fold` and looks for all phrases with `ahocorasick_rs` (PyPI), as written: it knows no inflection, no
names, no evidence. hyperscan's bare scan of the folded text, which stands beside it, is the limit. Each round has new
articles; medians count. Loading of the rules from YAML has its bars in seconds and in memory, in a process of its own.
`PYTHONPATH=tests .venv/bin/python -m bench.rules` takes some minutes; exits with 1 when a bar is missed.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ahocorasick_rs
import hyperscan
from bench.corpus import lexicon
from bench.measure import measured

from monitor.daemon import COLLECT
from monitor.match import RuleSet, load_rules
from monitor.model import Article, Published
from monitor.text import fold, unaccented

SIZES = (100, 1_000, 10_000, 100_000)
ARTICLES = 400
WARM = 3_000  # articles before, as a daemon has had: what is worked out once a word is mostly known
ROUNDS = 5
PLANTED = 10  # one article in so many holds a phrase

LEAST = dict.fromkeys(SIZES, 1 / 2) | {100_000: 1 / 3}
LOADING = {10_000: 5.0, 100_000: 60.0}  # seconds
MEMORY = {100_000: 1024}  # MiB
MIB = 1024**2

Phrases = list[list[str]]


def phrases(count: int) -> Phrases:
    """Four phrases for each of so many rules."""
    draw, words = random.Random(3), lexicon()
    return [[" ".join(draw.choices(words, k=draw.choice((2, 2, 3)))) for _ in range(4)] for _ in range(count)]


def write(path: Path, count: int) -> None:
    """A rule file of so many rules."""
    draw, words = random.Random(5), lexicon()
    actors, rules = ["version: 1", "actors:"], ["rules:"]
    for number, written in enumerate(phrases(count)):
        named = ""
        if number % 10 == 0:
            first, last = draw.choice(words).title(), "".join(draw.choices(words, k=2)).title()
            actors.append(f'  a{number}: {{name: "{first} {last}", aliases: ["{last}"], fuzzy: 1}}')
            named = f", {{actor: a{number}}}"
        listed = ", ".join(f'"{one}"' for one in written)
        rules.append(f"  - {{id: r{number}, when: {{any: [{{phrase: [{listed}]}}{named}]}}}}")
    path.write_text("\n".join([*actors, *rules, ""]), "utf-8")


def texts(count: int, seed: int, planted: Phrases) -> list[str]:
    """Articles of 400 words in five paragraphs; words are as frequent as in `bench.corpus`."""
    draw, words, found = random.Random(seed), lexicon(), []
    for number in range(count):
        drawn = [words[int(len(words) ** draw.random()) - 1] for _ in range(400)]
        if number % PLANTED == 0:
            phrase = draw.choice(draw.choice(planted)).split(" ")
            drawn[201 : 201 + len(phrase)] = phrase
        for start in range(0, 400, 20):
            drawn[start] = drawn[start].title()
            drawn[start + 19] += "." if start % 80 < 60 else ".\n\n"
        found.append(" ".join(drawn).replace("\n ", "\n"))
    return found


def article(text: str) -> Article:
    """An article with this body."""
    return Article(
        source="Gazette", guid="", url=None, title="", title_derived=False, lede="", body=text, agency=None,
        published=Published(), language="fr",
    )  # fmt: skip


def speed(work: Callable[[Any], Any], things: Sequence[Any]) -> float:
    """Things a CPU second."""
    gc.collect()
    began = time.process_time()
    for one in things:
        work(one)
    return len(things) / (time.process_time() - began)


def scanner(written: Phrases) -> Callable[[str], Any]:
    """Fold and scan, as the peer does."""
    automaton = ahocorasick_rs.AhoCorasick([fold(one) for rule in written for one in rule])
    return lambda text: automaton.find_matches_as_indexes(unaccented.__wrapped__(text).casefold(), overlapping=True)


def limit(written: Phrases) -> Callable[[str], Any] | None:
    """A bare scan by hyperscan, of texts that are folded already; None where it cannot hold so many."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    folded = [fold(one).encode() for rule in written for one in rule]
    flags = [hyperscan.HS_FLAG_SINGLEMATCH] * len(folded)
    try:
        database.compile(expressions=folded, ids=list(range(len(folded))), elements=len(folded), flags=flags)
    except hyperscan.error:
        return None
    return lambda text: database.scan(text, match_event_handler=lambda *_: None)


def loaded(path: Path) -> float:
    """CPU seconds of loading a rule file, its index included."""
    gc.set_threshold(*COLLECT)
    began = time.process_time()
    load_rules([path], ("fr", "en"))
    return time.process_time() - began


def bench(path: Path, count: int) -> bool:
    """The bars of so many rules."""
    write(path, count)
    seconds, cost = measured(loaded, path)
    written = phrases(count)
    rules: RuleSet = load_rules([path], ("fr", "en"))
    told = texts(ARTICLES, 2, written)
    scan, bare = scanner(written), limit(written)
    for text in texts(WARM, 1, written):
        rules.match(article(text))
    rounds = []
    matched = sum(bool(rules.match(article(text))) for text in told)
    assert matched >= ARTICLES / PLANTED, "what was planted is found"
    for turn in range(ROUNDS):
        told = texts(ARTICLES, 3 + turn, written)
        folded = [unaccented.__wrapped__(text).casefold().encode() for text in told]
        ours = speed(lambda text: rules.match(article(text)), told)
        theirs = speed(scan, told)
        rounds.append((ours, theirs, speed(bare, folded) if bare else 0.0))
    ours, theirs, least = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(one / other for one, other, _ in rounds)
    held = ratio >= LEAST[count]
    print(f"{count} rules: {ours:.0f} articles/s, fold and ahocorasick_rs {theirs:.0f}, hyperscan alone {least:.0f}")
    verdict = "ok" if held else "MISSED"
    print(f"  ratio {ratio:.2f} (at least {LEAST[count]:.2f}) {verdict}; {matched} of {ARTICLES} articles match")
    return held and _loads(count, seconds, cost.resident / MIB)


def _loads(count: int, seconds: float, memory: float) -> bool:
    quick, small = seconds <= LOADING.get(count, 60.0), memory <= MEMORY.get(count, 1024)
    verdict = "ok" if quick and small else "MISSED"
    print(f"  loaded in {seconds:.1f} CPU s, {memory:.0f} MiB in all {verdict}", flush=True)
    return quick and small


def main() -> int:
    """0 when every bar holds."""
    gc.set_threshold(*COLLECT)
    sizes = [int(one) for one in sys.argv[1:]] or SIZES
    with tempfile.TemporaryDirectory() as folder:
        held = [bench(Path(folder) / f"{size}.yaml", size) for size in sizes]
        return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
