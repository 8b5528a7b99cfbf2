"""A newspaper on a local server: feeds that a test rewrites between two polls."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

Answer = tuple[int, str, str]
"""Status, type and body of an answer."""


@dataclass(frozen=True)
class Story:
    """An item of a feed; without `guid` or `published` it has none."""

    title: str
    text: str
    link: str
    guid: str | None = None
    published: datetime | None = None


def rss(stories: Sequence[Story]) -> Answer:
    """A feed with these stories."""
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>{escape(one.link)}</link>"
        f"<description>{escape(one.text)}</description>"
        + (f"<guid>{escape(one.guid)}</guid>" if one.guid else "")
        + (f"<pubDate>{format_datetime(one.published)}</pubDate>" if one.published else "")
        + "</item>"
        for one in stories
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Journal</title>{items}</channel></rss>'
    return 200, "application/rss+xml", body


@dataclass
class Newspaper:
    """What is served at each path; what is not served is 404. `asked` are the paths asked for so far."""

    served: dict[str, Answer | Callable[[], Answer]]
    port: int = 0
    asked: list[str] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@contextmanager
def newspaper() -> Iterator[Newspaper]:
    """A running server, on every address of this machine's loopback network."""
    paper = Newspaper({})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paper.asked.append(self.path)
            found = paper.served.get(self.path, (404, "text/plain", "not here"))
            status, kind, body = found() if callable(found) else found
            self.send_response(status)
            self.send_header("content-type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 100

    server = Server(("0.0.0.0", 0), Handler)
    paper.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield paper
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
