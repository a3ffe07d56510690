"""What every command prints on a toy corpus: the cases, and how their output is made comparable.

`python tests/golden/update_outputs.py` writes what they print now into tests/golden/outputs/, to be
read before it is committed.
"""

import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import toy_corpus
from goldwire.cli import main
from goldwire.version import version

FOLDER = Path(__file__).parent / "golden" / "outputs"
GATE = "gate CANDIDATE --baseline base.jsonl --metrics mentions/strict"
COMPARE = "compare good.jsonl no-rome.jsonl"
BOARD = "compare good.jsonl no-rome.jsonl one-1.jsonl one-2.jsonl --group-by seed --slice zone"
AGREE = "agree good.jsonl no-rome.jsonl wrong.jsonl --corpus ."
SCORE = "score wrong.jsonl --metrics mentions/strict,mentions/exact"
SIGNATURE = (
    "goldwire|mentions/strict.f1[GPE]|match:optimal|dup:count|gold:toy@1.0.0#0123abcd|"
    "split:test|schema:1.0.0|v:0.1.0"
)

CASES: dict[str, str] = {
    "gate-pass": GATE.replace("CANDIDATE", "good.jsonl"),
    "gate-fail": GATE.replace("CANDIDATE", "wrong.jsonl") + " --min mentions/strict=0.9",
    "gate-allowed": GATE.replace("CANDIDATE", "no-rome.jsonl")
    + " --allow allow.toml --today 2026-01-01",
    "gate-expired": GATE.replace("CANDIDATE", "no-rome.jsonl")
    + " --allow allow.toml --today 2027-01-01",
    "gate-unstable": GATE.replace("CANDIDATE", "good.jsonl no-rome.jsonl"),
    "gate-margin": GATE.replace("CANDIDATE", "no-rome.jsonl") + " --margin 0.02",
    "gate-no-baseline": "gate good.jsonl --baseline none.jsonl",
    "gate-other-options": GATE.replace("CANDIDATE", "good.jsonl") + " --duplicates merge",
    "gate-json": GATE.replace("CANDIDATE", "wrong.jsonl") + " --json",
    "gate-junit": GATE.replace("CANDIDATE", "wrong.jsonl")
    + " --min mentions/strict=0.9 --junit OUTPUT",
    "gate-junit-margin": GATE.replace("CANDIDATE", "no-rome.jsonl")
    + " --margin 0.02 --junit OUTPUT",
    "gate-comment": GATE.replace("CANDIDATE", "wrong.jsonl") + " --comment OUTPUT",
    "gate-github": GATE.replace("CANDIDATE", "wrong.jsonl") + " --github",
    "compare": COMPARE,
    "compare-markdown": COMPARE + " --markdown",
    "compare-latex": COMPARE + " --latex",
    "compare-csv": COMPARE + " --csv",
    "compare-json": COMPARE + " --json",
    "compare-board": BOARD,
    "compare-board-markdown": BOARD + " --markdown",
    "compare-board-latex": BOARD + " --latex",
    "agree": AGREE,
    "agree-markdown": AGREE + " --markdown",
    "agree-json": AGREE + " --json",
    "agree-disagreements": AGREE + " --disagreements",
    "agree-disagreements-markdown": AGREE + " --disagreements --markdown",
    "agree-disagreements-json": AGREE + " --disagreements --json",
    "score": SCORE + " --per-type --intervals --explain",
    "score-json": SCORE + " --json",
    "eval": "eval py:golden_extractor:extract --metrics mentions/strict",
    "show": "show d3",
    "show-json": "show d3 --json",
    "validate": "validate . ",
    "stats": "stats",
    "stats-json": "stats --json",
    "doctor": "doctor wrong.jsonl",
    "doctor-json": "doctor wrong.jsonl --json",
    "convert": "convert wrong.jsonl --to spans --output OUTPUT",
    "cite": f"cite {SIGNATURE}",
    "cite-json": f"cite {SIGNATURE} --json",
    "init": "init --tests --extractor py:golden_extractor:extract --gold .",
}
"""Names and command lines; OUTPUT is a file whose content is then shown instead of stdout."""

ALLOW = '[[allow]]\nitem = "d3 mentions 9:13 GPE"\nreason = "see issue 7"\nexpires = 2026-06-30\n'


def prepare(folder: Path) -> None:
    """Make the toy corpus, the systems and a baseline in a folder called `toy`."""
    # Another case's extractor of the same name, from a folder that may be gone.
    sys.modules.pop("golden_extractor", None)
    toy_corpus.write_corpus(folder)
    systems = {
        "good": toy_corpus.predictions(),
        "no-rome": toy_corpus.predictions(without=("Rome",)),
        "wrong": toy_corpus.predictions(without=("Rome",), wrong={"Oslo": "PER"}),
        "one-1": toy_corpus.predictions(without=("Bob",)),
        "one-2": toy_corpus.predictions(without=("Oslo",)),
    }
    for name, text in systems.items():
        (folder / f"{name}.jsonl").write_text(text)
    (folder / "allow.toml").write_text(ALLOW)
    (folder / "golden_extractor.py").write_text(toy_corpus.extractor_source())
    with chdir(folder), redirect_stderr(io.StringIO()):
        main([*GATE.replace("CANDIDATE", "good.jsonl").split(), "--update-baseline"])


def printed(name: str, folder: Path) -> str:
    """Run a case in a prepared folder: exit code, stdout and stderr, or the file that it writes."""
    out, err = io.StringIO(), io.StringIO()
    written = folder / "OUTPUT"
    os.environ["GITHUB_STEP_SUMMARY"] = os.environ["GITHUB_OUTPUT"] = str(written)
    os.environ["GITHUB_WORKSPACE"] = str(folder)
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        code = main(CASES[name].split())
    parts = [f"$ goldwire {CASES[name].strip()}", f"exit code {code}", ""]
    if written.exists():
        is_all = "OUTPUT" not in CASES[name]
        parts += [out.getvalue()] if is_all else []
        parts += ["--- written ---", written.read_text(encoding="utf-8")]
        written.unlink()
    else:
        parts.append(out.getvalue())
    if err.getvalue():
        parts += ["--- stderr ---", err.getvalue()]
    return comparable("\n".join(parts), folder)


def comparable(text: str, folder: Path) -> str:
    """Take out what differs between machines and versions: places, code version, last digits."""
    text = text.replace(str(folder.resolve()), "/…").replace(str(folder), "/…")
    text = text.replace(f"|v:{version()}", "|v:VERSION")
    text = re.sub(r"\b[0-9.e-]+ m?s\b", "TIME", text)
    return "".join(_rounded(text))


def _rounded(text: str) -> Iterator[str]:
    """Round long fractions to nine digits: the last ones may differ between processors."""
    for part in re.split(r"(\d+\.\d{10,}(?:e-?\d+)?)", text):
        is_number = re.fullmatch(r"\d+\.\d{10,}(?:e-?\d+)?", part)
        yield json.dumps(float(f"{float(part):.9g}")) if is_number else part
