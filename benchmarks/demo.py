"""Time and memory of the whole demo: ``python benchmarks/demo.py [CITIES]``.

Memory is the sum of the proportional set sizes (PSS) of all its processes, sampled twice a second. The limits are
those of the project's first promise: 6 minutes and 2 GiB for fifty councils on 2 cores.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fixtures.children import family, proportional_memory
from models.environment import inherited

LIMIT_SECONDS, LIMIT_BYTES = 360, 2 * 2**30


def main(cities: str = "50") -> int:
    """Run the demo once in a folder of its own and say what it took."""
    with tempfile.TemporaryDirectory(prefix="tcm-bench-") as home:
        began = time.monotonic()
        demo = subprocess.Popen(
            [sys.executable, "-m", "console", "demo", "--once", "--cities", cities],
            env={**inherited(), "TCM_HOME": home},
            start_new_session=True,
            cwd=Path(__file__).parents[1],
        )
        peak, peak_at = 0, 0.0
        while demo.poll() is None:
            used = sum(proportional_memory(pid) for pid in family(demo.pid))
            if used > peak:
                peak, peak_at = used, time.monotonic() - began
            time.sleep(0.5)
        seconds = time.monotonic() - began
    print(f"\n{cities} councils: {seconds:.0f} s (limit {LIMIT_SECONDS})")
    print(f"peak memory {peak / 2**20:.0f} MiB at {peak_at:.0f} s (limit {LIMIT_BYTES // 2**20})")
    return demo.returncode or int(seconds > LIMIT_SECONDS or peak > LIMIT_BYTES)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:2]))
