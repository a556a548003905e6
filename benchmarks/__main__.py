"""`python -m benchmarks [name ...]`: print every benchmark, or those named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from benchmarks import (
    crowd,
    exporting,
    feed,
    hotpath,
    listing,
    live_page,
    loads,
    million,
    pages,
    startup,
    tables,
    weather,
    workers,
)

BENCHMARKS: Mapping[str, tuple[str, Callable[[], None]]] = {
    "crowd": ("A feed of 100,000 people", crowd.report),
    "exporting": ("Exports and imports of 100 runs and of 1,000", exporting.report),
    "feed": ("Feeds", feed.report),
    "hotpath": ("The hot path", hotpath.report),
    "listing": ("Lists of a large database", listing.report),
    "live_page": ("An open live page beside a run", live_page.report),
    "loads": ("Models that do not fit together", loads.report),
    "million": ("A million conditions", million.report),
    "pages": ("Pages of a large sweep and a large feed", pages.report),
    "startup": ("Start of the program", startup.report),
    "tables": ("Tables and the report of a large sweep", tables.report),
    "weather": ("Servers that turn calls away, and hosts of different speeds", weather.report),
    "workers": ("Several processes on one sweep", workers.report),
}


def main(names: list[str]) -> int:
    """Run the benchmarks named, or all."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"there is no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        title, report = BENCHMARKS[name]
        print(title)
        report()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
