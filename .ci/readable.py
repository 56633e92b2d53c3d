"""Say whether every tracked YAML and TOML file can be read, and name the first place where one cannot."""

import subprocess
import sys
import tomllib
from pathlib import Path

import yaml


def complaint(path: Path) -> str | None:
    """What is wrong with one file, or nothing."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".toml":
            tomllib.loads(text)
        else:
            list(yaml.parse(text, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return f"{path}: {error}"
    return None


def main() -> int:
    """Read every file; print each complaint; fail when there is one."""
    listed = subprocess.run(
        ["git", "ls-files", "*.yaml", "*.yml", "*.toml"],  # noqa: S607  # git is on the PATH
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    paths = [Path(line) for line in listed.stdout.splitlines()]
    complaints = [found for path in paths if path.exists() and (found := complaint(path))]
    for found in complaints:
        print(found, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    raise SystemExit(main())
