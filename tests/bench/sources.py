"""Ten thousand feeds -> what watching them costs against feedparser, and whether slow hosts delay the others.

1. A pass over feeds of which nine in ten answer 304 and one in ten has one new item among thirty: our CPU (of all
   processes, from start to end) against that of a plain aiohttp and feedparser program that fetches and parses all of
   them. The latter is measured on a sample and scaled; its start is not counted.
2. The same daemon over a hundred feeds that are due every five seconds, in turn with and without a hundred hosts that
   send one byte a second all the time: the delay from being due to being taken in.

Exits with 1 when a bar is missed. `make bench` runs it; it takes some ten minutes on two idle cores.
"""

from __future__ import annotations

import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.measure import Cost, measured
from bench.server import LIVELY, address, serve
from bench.watching import delays, one_pass

SOURCES = 10_000
SAMPLE = range(0, SOURCES, 21)  # those that feedparser parses, as many with whole articles as with teasers
HEALTHY = DRIPPING = 100
SETTLING = 25  # seconds until all were polled once: what is overdue at the start is spread
PHASE = 40  # seconds of each of the four phases that count
MIB = 1024**2

CPU_RATIO = 1 / 5
DAEMON = 300 * MIB
WORKER = 1024 * MIB
DELAY = 1.10

CONFIGURATION = """
version: 1
rules: [rules.yaml]
languages: [fr, en]
http: {{allow_networks: [127.0.0.0/8], timeout: {timeout}}}
sources: [{{type: opml, path: feeds.opml, alert_max_age: off, poll: {poll}, poll_min: {poll}, poll_max: {poll}}}]
receivers: [{{name: terminal, type: console}}]
route: {{receiver: terminal}}
"""
# A hundred people nobody writes of, and one thing that some articles do.
RULES = "version: 1\nrules:\n  - {id: usine, when: {phrase: usine numéro 77}}\n" + "".join(
    f"  - {{id: rule-{number}, when: {{phrase: [Dr {name} Kovalet, {name} Dumarin]}}}}\n"
    for number, name in enumerate(
        f"{one}{two}"
        for one in "Bar Cel Dom Fal Gor Hel Jas Kir Lom Mar".split()
        for two in "ane bel coz dir eno fax gul him isk jor".split()
    )
)


def configure(folder: Path, urls: list[str], poll: str, timeout: str) -> None:
    """Write a configuration for these feeds, as an operator who has them in an OPML file would."""
    outlines = "".join(f'<outline text="{n:05}" type="rss" xmlUrl="{url}"/>\n' for n, url in enumerate(urls))
    (folder / "feeds.opml").write_text(f'<opml version="2.0"><body>\n{outlines}</body></opml>\n')
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    (folder / "monitor.yaml").write_text(CONFIGURATION.format(poll=poll, timeout=timeout), "utf-8")


class Press:
    """The server of all feeds, in a process of its own."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        context.Process(target=serve, args=(theirs,), daemon=True).start()
        self.port: int = ours.recv()

    def url(self, number: int, name: str = "feed") -> str:
        """The address of a feed."""
        return f"http://{address(number)}:{self.port}/{name}"

    def tell(self, command: str) -> None:
        """Change what is served."""
        urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{command}", timeout=30).close()


def held(name: str, value: float, bar: float, unit: str) -> bool:
    """Print one measure beside its bar."""
    verdict = "ok" if value <= bar else "MISSED"
    print(f"  {name}: {value:.3g} {unit} (at most {bar:.3g}) {verdict}", flush=True)
    return value <= bar


def tell_cost(name: str, cost: Cost, wall: float) -> None:
    """Print what a pass cost."""
    print(
        f"  {name}: {cost.cpu:.1f} CPU s, {wall:.0f} s; daemon {cost.resident / MIB:.0f} MiB, largest worker "
        f"{cost.worker / MIB:.0f} MiB ({cost.space / MIB:.0f} MiB of address space)",
        flush=True,
    )


def feedparser_seconds(urls: list[str]) -> float:
    """The CPU seconds that fetching and parsing them with feedparser takes, in a process of its own."""
    command = [sys.executable, "-m", "bench.rival"]
    done = subprocess.run(command, input="\n".join(urls), capture_output=True, text=True, check=True)
    entries, seconds = done.stdout.split()
    print(f"  feedparser: {seconds} CPU s for {len(urls)} of the feeds ({entries} entries), scaled to {SOURCES}")
    return float(seconds)


def bench_pass(press: Press, folder: Path) -> bool:
    """The bars of a pass over all sources."""
    print(f"{SOURCES} sources in one pass, {100 - 100 // LIVELY} % unchanged", flush=True)
    configure(folder, [press.url(number) for number in range(SOURCES)], "15m", "30s")
    costs = []
    for edition in (1, 2):
        press.tell(f"edition/{edition}")
        began = time.monotonic()
        report, cost = measured(one_pass, folder)
        tell_cost(f"pass {edition} ({report['new']} new, {report['known']} known)", cost, time.monotonic() - began)
        costs.append(cost)
        assert not report["errors"], report["errors"][:3]
    assert report["new"] == SOURCES // LIVELY, report
    theirs = feedparser_seconds([press.url(number, "all") for number in SAMPLE]) * SOURCES / len(SAMPLE)
    return all(
        [
            held("our CPU to feedparser's", costs[1].cpu / theirs, CPU_RATIO, ""),
            held("daemon", max(cost.resident for cost in costs) / MIB, DAEMON / MIB, "MiB"),
            held("address space of a worker", max(cost.space for cost in costs) / MIB, WORKER / MIB, "MiB"),
        ]
    )


def bench_drip(press: Press, folder: Path) -> bool:
    """The bar of the delay while hosts drip."""
    print(f"{HEALTHY} healthy feeds while {DRIPPING} hosts drip one byte a second", flush=True)
    healthy = [press.url(number) for number in range(HEALTHY)]
    configure(folder, healthy + [press.url(HEALTHY + n, "drip") for n in range(DRIPPING)], "5s", "10m")
    measured(one_pass, folder)
    found: dict[int, list[float]] = {0: [], 1: []}
    for dripping in (0, 1, 1, 0):
        press.tell(f"dripping/{dripping}")
        times, _ = measured(delays, folder, SETTLING, PHASE)
        assert len({name for name, _ in times}) == HEALTHY + DRIPPING * (1 - dripping), "who drips comes to no end"
        part = [seconds for name, seconds in times if int(name) < HEALTHY]
        found[dripping] += part
        print(f"  {'with' if dripping else 'without'}: {_spread(part)}", flush=True)
    without, with_ = (_p95(found[dripping]) for dripping in (0, 1))
    return held("p95 with to p95 without", with_ / without, DELAY, "")


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _spread(times: list[float]) -> str:
    return f"{len(times)} polls, median {statistics.median(times):.2f} s, p95 {_p95(times):.2f} s"


def main() -> None:
    """Measure, print, exit with 1 when a bar is missed."""
    press = Press()
    good = []
    for bench in (bench_pass, bench_drip):
        with tempfile.TemporaryDirectory() as folder:
            good.append(bench(press, Path(folder)))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
