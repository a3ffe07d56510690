"""The commands of docs/extractors.md run as they stand there, and find the right places."""

import json
import re
import shlex
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from goldwire.cli import main
from goldwire.extractors import Extractor, ask
from goldwire.extractors.loading import load_extractor
from goldwire.model import Mention, Time

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extractors.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^goldwire eval (?!llm)(.*?)(?:\s+#.*)?$", PAGE, re.MULTILINE)
ARTICLE = ROOT / "corpus" / "ip-20220113-kz-withdrawal" / "text.txt"


def missing(spec: str) -> str:
    """Say what must be installed before an example can run; empty when nothing must."""
    needs = {"spacy_ruler": "spacy", "gazetteer": "ahocorasick"}
    for example, module in needs.items():
        if example in spec and find_spec(module) is None:
            return f"needs the Python package {module}"
    packages = {"compromise": ["compromise"], "wink": ["wink-nlp", "wink-eng-lite-web-model"]}
    for example, names in packages.items():
        if f"{example}.mjs" in spec and not has_node_packages(names):
            return f"needs Node and `npm install {' '.join(names)}` here, or $NODE_PATH to them"
    programs = {"jq": "jq", "sh ": "jq", "perl": "perl"}
    for word, program in programs.items():
        if spec.startswith(f"cmd:{word}") and shutil.which(program) is None:
            return f"needs the program {program}"
    return ""


def has_node_packages(names: list[str]) -> bool:
    if shutil.which("node") is None:
        return False
    code = f"for (const name of {json.dumps(names)}) require.resolve(name)"
    return (
        subprocess.run(["node", "-e", code], cwd=ROOT, capture_output=True, check=False).returncode
        == 0
    )


def load(spec: str, monkeypatch: pytest.MonkeyPatch) -> Extractor:
    if reason := missing(spec):
        pytest.skip(reason)
    monkeypatch.chdir(ROOT)
    return load_extractor(spec)


def test_every_example_has_a_command_in_the_docs() -> None:
    examples = {path.name for path in (ROOT / "docs" / "examples").iterdir() if path.is_file()}
    assert {name for name in examples if any(name in command for command in COMMANDS)} == examples
    assert len(COMMANDS) == 8


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.split("/")[-1][:30])
def test_a_command_of_the_docs_runs_on_the_article(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = shlex.split(command)
    if reason := missing(words[0]):
        pytest.skip(reason)
    if not ARTICLE.is_file():
        pytest.skip("the article's text is not here")
    monkeypatch.chdir(ROOT)
    metrics = "mentions/overlap,times/overlap"
    arguments = ["eval", *words, "--out", str(tmp_path / "run"), "--metrics", metrics, "--json"]
    assert main(arguments) == 0
    record = json.loads(capsys.readouterr().out)
    # Neither a span beyond the text nor words that do not stand where it says.
    assert [problem["code"] for problem in record["problems"]] == []
    assert record["oddities"].keys() <= {"mentions that are copies of another"}
    assert sum(row["p_num"] for row in record["scores"]) > 0


TEXT = "\U0001f600 “Kazakhstan, Russia”: Minister Ann Lee of the CSTO came on Monday."
"""The face is two UTF-16 units and four UTF-8 bytes, the quotation marks three bytes each."""


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            "py:docs/examples/spacy_ruler.py:extract",
            {
                ("Kazakhstan", "GPE"),
                ("Russia", "GPE"),
                ("Minister Ann Lee", "PERSON"),
                ("CSTO", "ORG"),
                ("Monday", "DATE"),
            },
        ),
        (
            "py:docs/examples/gazetteer.py:extract",
            {("Kazakhstan", "GPE"), ("Russia", "GPE"), ("CSTO", "ORG")},
        ),
        ("cmd:node docs/examples/compromise.mjs", {("Kazakhstan", "GPE"), ("Russia", "GPE")}),
        ("cmd:node docs/examples/wink.mjs", {("Monday", "DATE")}),
        (
            "cmd:perl docs/examples/tagger.pl",
            {
                ("Kazakhstan", "GPE"),
                ("Russia", "GPE"),
                ("Minister Ann Lee", "PER"),
                ("CSTO", "ORG"),
            },
        ),
        ("cmd:sh docs/examples/grep.sh", {("Kazakhstan", "GPE"), ("Russia", "GPE")}),
    ],
)
def test_an_example_s_offsets_are_right_behind_characters_that_others_count_twice(
    spec: str, expected: set[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    extractor = load(spec, monkeypatch)
    found = ask(extractor, TEXT, doc_id="d").annotation
    close = getattr(extractor, "close", None)
    if close is not None:
        close()
    items: list[Mention | Time] = [*(found.mentions or ()), *(found.times or ())]
    words = {(TEXT[item.spans[0].start : item.spans[0].end], item.type) for item in items}
    if "compromise" in spec:
        # What it takes for people and organisations changes from release to release.
        words = {(text, label) for text, label in words if label == "GPE"}
    assert words == expected
