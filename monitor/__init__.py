"""A streaming news-monitoring daemon with alerts."""
