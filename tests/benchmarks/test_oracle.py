"""What no order of a crawl can be better than."""

from __future__ import annotations

from benchmarks.oracle import Graph, fewest, least


def _site() -> Graph:
    """A front page that leads to a list of three papers and, by a page that shows nothing, to a list of four."""
    site = Graph()
    site.add("/", leads=["/near", "/way"], shows=[])
    site.add("/near", leads=[], shows="abc")
    site.add("/way", leads=["/far"], shows=[])
    site.add("/far", leads=[], shows="cdef")
    return site


def test_the_best_order_counts_the_pages_on_the_way() -> None:
    """Three papers need the front page and the near list; six need all four pages."""
    assert fewest(_site(), ["/"], 3) == 2
    assert fewest(_site(), ["/"], 6) == 4


def test_no_order_is_under_the_floor() -> None:
    """The floor is never above what the best order needs, and is none where nothing is wanted."""
    for wanted in range(1, 7):
        best = fewest(_site(), ["/"], wanted)
        assert best is not None
        assert 1 <= least(_site(), wanted) <= best
    assert least(_site(), 0) == 0
    assert least(_site(), 5) == 2
