"""The README's commands do what it says, and its output is the real one."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_ci_runs_the_readme_s_test_command() -> None:
    commands = [line for block in blocks("sh") for line in block.splitlines()]
    assert "uv run pytest" in commands
    assert "uv run pytest" in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_output_shown_is_what_demo_prints() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "goldwire", "demo"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    [shown] = [block for block in blocks("text") if block.startswith("gold ")]
    # The first line ends with the place of the corpus, which differs from machine to machine.
    real = re.sub(r" at /.*", " at …", done.stdout)
    assert real.startswith(shown.rstrip().removesuffix("…").rstrip())
