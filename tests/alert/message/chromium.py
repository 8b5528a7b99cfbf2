"""Pages -> what headless Chromium makes of them: what they ask a server for, and how they look."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

Look = dict[str, Any]

PATIENCE = 60  # seconds

# Looks at pages in frames of a given width: what is wider than its frame, and the text that is hardest to read.
_LOOK = """<!DOCTYPE html><body style="margin:0">
%(frames)s
<script>
const numbers = (color) => color.match(/[0-9.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
  .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
const look = (frame) => {
  const page = frame.contentDocument, view = frame.contentWindow;
  const behind = (one) => {
    for (let e = one; e; e = e.parentElement) {
      const color = numbers(view.getComputedStyle(e).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  let worst = {ratio: 99}, count = 0;
  for (const one of page.querySelectorAll('body *')) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !one.checkVisibility()) continue;
    count += 1;
    const found = ratio(numbers(view.getComputedStyle(one).color), behind(one));
    if (found < worst.ratio) worst = {ratio: found, text: one.textContent.slice(0, 40), tag: one.tagName};
  }
  return {
    wide: page.documentElement.scrollWidth, inner: view.innerWidth, worst, count,
    paper: light(behind(page.querySelector('h1') || page.body)), ran: page.documentElement.dataset.ran || '',
  };
};
onload = () => { document.body.dataset.look = JSON.stringify([...document.querySelectorAll('iframe')].map(look)); };
</script>"""


@dataclass
class Site:
    """A server on this machine: its pages, and every other path that was asked for."""

    address: str
    pages: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@contextmanager
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = served.pages.get(self.path)
            if page is None and self.path != "/favicon.ico":
                served.asked.append(self.path)
            self.send_response(200 if page is not None else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((page or "").encode("utf-8", "replace"))

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def opened(url: str, folder: Path, *, dark: bool = False) -> str:
    """The DOM of a page once its scripts, if it has any, have run."""
    assert PROGRAM is not None
    quiet = "gpu background-networking component-update sync extensions".split()
    options = [
        "--headless",
        "--no-first-run",
        *(f"--disable-{one}" for one in quiet),
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        "--virtual-time-budget=4000",
        f"--user-data-dir={folder}",
        f"--blink-settings=preferredColorScheme={int(not dark)}",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]
    # In a session of its own: it starts a dozen processes, and a dialog keeps them waiting for ever.
    command = [PROGRAM, *options, "--dump-dom", url]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            return process.communicate(timeout=PATIENCE)[0].decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def looked_at(served: Site, pages: Sequence[str], width: int, folder: Path, *, dark: bool = False) -> list[Look]:
    """Pages in frames: `wide` and `inner` pixels, the `worst` contrast of `count` texts, whether a script `ran`.

    `paper` is how light the ground is, from 0 to 1.
    """
    served.pages |= {f"/page-{number}": page for number, page in enumerate(pages)}
    frame = '<iframe src="/page-%d" width="%d" height="900" frameborder="0"></iframe>'
    frames = "".join(frame % (number, width) for number in range(len(pages)))
    served.pages["/look"] = _LOOK % {"frames": frames}
    dom = opened(f"{served.address}/look", folder, dark=dark)
    found = re.search(r'data-look="([^"]*)"', dom)
    assert found, dom[:500]
    looks: list[Look] = json.loads(html.unescape(found[1]))
    assert len(looks) == len(pages)
    return looks
