"""The whole house on recorded council sites: ``python -m benchmarks.replays FOLDER [--out DIR]``.

Every ``<council>.warc.gz`` of FOLDER goes through ``tcm crawl --replay`` from the start addresses of its
``<council>.expected.json``; what it wrote is held against that file by ``benchmarks.councils``.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import councils


def main(argv: list[str] | None = None) -> int:
    """Replay every recording and print what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="folder of recordings")
    parser.add_argument("--out", type=Path, help="keep what the command writes here")
    arguments = parser.parse_args(argv)
    expectations = sorted(arguments.folder.glob("*.expected.json")) if arguments.folder.is_dir() else []
    if not expectations:
        print(f"{arguments.folder}: no recordings here; the project holds none, name a folder that does")
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        out = arguments.out or Path(scratch)
        failed = [path.name for path in expectations if not _replay(path, out)]
        if failed:
            print("failed:", ", ".join(failed))
            return 1
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"largest process {peak} MiB\n")
        return councils.main([str(arguments.folder), "--facts", str(out)])


def _replay(expectation: Path, out: Path) -> bool:
    """One recording through the command; its line of figures."""
    expected = json.loads(expectation.read_text(encoding="utf-8"))
    name = expectation.name.removesuffix(".expected.json")
    starts = [word for url in expected["start_urls"] for word in ("--start", url)]
    began = time.monotonic()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "console", "crawl"),
            *("--replay", str(expectation.parent / f"{name}.warc.gz")),
            *starts,
            *("--methodology", "council-papers", "--out", str(out / name)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"{name}: {done.stderr.strip()}")
        return False
    told = json.loads(done.stdout)
    kinds = ", ".join(f"{number} {kind}" for kind, number in told["kinds"].items())
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in told["verdicts"].items())
    print(f"{name:<14} {time.monotonic() - began:5.1f} s  {told['pages']:>3} pages  {kinds}  |  {verdicts}")
    return True


if __name__ == "__main__":
    raise SystemExit(main())
