"""The way of the scanned URL, and what came of the request."""
