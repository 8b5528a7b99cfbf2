"""Addresses of feeds on stdin -> how many entries feedparser finds in all of them, and the CPU seconds it takes."""

from __future__ import annotations

import asyncio
import sys
import time

import aiohttp
import feedparser

AT_ONCE = 50


async def entries(urls: list[str]) -> int:
    """Fetch and parse every feed, some at the same time; returns how many entries they have."""
    found = 0
    async with aiohttp.ClientSession() as session:

        async def visit(url: str) -> int:
            async with session.get(url) as response:
                return len(feedparser.parse(await response.read()).entries)

        for start in range(0, len(urls), AT_ONCE):
            found += sum(await asyncio.gather(*map(visit, urls[start : start + AT_ONCE])))
    return found


if __name__ == "__main__":
    began = time.process_time()
    count = asyncio.run(entries(sys.stdin.read().split()))
    print(count, f"{time.process_time() - began:.2f}")
