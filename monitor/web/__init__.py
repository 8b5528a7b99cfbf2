"""Questions over HTTP -> how the daemon does: `/healthz`, `/readyz`, `/metrics`."""

from monitor.web.server import ListenError
from monitor.web.site import Site

__all__ = ["ListenError", "Site"]
