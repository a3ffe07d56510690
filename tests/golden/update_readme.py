"""Put the real output of `goldwire demo` into the README (by hand, when it is meant to change)."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> None:
    out = subprocess.run(
        [sys.executable, "-m", "goldwire", "demo"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    shown = re.sub(r" at /.*", " at …", out).split("\nmissed")[0].rstrip()
    path = ROOT / "README.md"
    text = re.sub(
        r"```text\n.*?```",
        lambda _: f"```text\n{shown}\n```",
        path.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
