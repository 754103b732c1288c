"""Counters of one application, in memory, for Prometheus: requests, refusals, and what moved points. No label names a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LATENCY_BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """A registry of its own for each application, so that two in one process do not count for each other."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry(auto_describe=True)
        self._requests = Counter("yui_requests", "Requests answered.", ("route", "method", "status"), registry=self._registry)
        self._seconds = Histogram(
            "yui_request_seconds",
            "Seconds from the request's head to the answer's end.",
            ("route", "method"),
            buckets=LATENCY_BUCKETS_SECONDS,
            registry=self._registry,
        )
        self._refusals = Counter("yui_refusals", "Requests refused, by problem code.", ("code",), registry=self._registry)
        self._postings = Counter(
            "yui_postings",
            "Requests that move points, by outcome: done, refused, replayed.",
            ("route", "outcome"),
            registry=self._registry,
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts a request. `route` is its template, never the path: paths can hold codes."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route, method).observe(seconds)

    def refused(self, code: str) -> None:
        """Counts a problem."""
        self._refusals.labels(code).inc()

    def posted(self, route: str, outcome: str) -> None:
        """Counts a request that moves points."""
        self._postings.labels(route, outcome).inc()

    def text(self) -> bytes:
        """All counters in Prometheus' text format."""
        return generate_latest(self._registry)
