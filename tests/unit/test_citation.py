import shlex

import pytest

from goldwire.cli import main
from goldwire.cli.options import add_selection, options_of, selection_of
from goldwire.report.citation import command, sentence
from goldwire.signature import Signature

SIGNATURE = (
    "goldwire|mentions/strict.f1[ORG]|avg:label|dup:merge|zero:undefined|beta:0.5|"
    "map:mentions:DATE=times:DATE,mentions:MISC=|only:level=NAM|match:optimal|"
    "gold:kz@1.0.0#3f9a1c2b|split:test|schema:1.0.0|v:0.1.0"
)


def test_the_sentence_names_measure_metric_label_gold_and_version() -> None:
    said = sentence(Signature.parse(SIGNATURE))
    assert said.startswith("We report F1 of mentions/strict (")
    assert "for the label ORG against kz@1.0.0#3f9a1c2b, split test, with goldwire 0.1.0" in said


def test_the_command_gives_back_the_options_of_the_signature() -> None:
    import argparse

    line = command(Signature.parse(SIGNATURE)).partition("   #")[0]
    words = shlex.split(line)
    assert words[:2] == ["goldwire", "score"]
    parser = argparse.ArgumentParser()
    add_selection(parser)
    args, _ = parser.parse_known_args(words[3:])
    assert (options_of(args).duplicates, options_of(args).beta) == ("merge", 0.5)
    assert selection_of(args).fields() == {
        "map": "mentions:DATE=times:DATE,mentions:MISC=",
        "only": "level=NAM",
    }
    assert "--metrics 'mentions/strict.f1[ORG]'" in line
    assert "--split test" in line


def test_cite_prints_sentence_bibtex_and_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cite", SIGNATURE]) == 0
    out = capsys.readouterr().out
    assert out.index("We report") < out.index("@software{") < out.index("goldwire score")


def test_text_that_is_no_signature_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cite", "BLEU = 27"]) == 2
    assert "no goldwire signature" in capsys.readouterr().err
