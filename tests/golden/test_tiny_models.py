"""`hf:` and `gliner:` with tiny models of random weights that are made here; nothing is downloaded.

Run where torch is installed (it is heavy, and in no group of this project):
`uv pip install torch transformers gliner`.
"""

from pathlib import Path
from typing import Any

import pytest

from goldwire.extractors import Answer, Setup, ask
from goldwire.extractors.loading import load_extractor

torch = pytest.importorskip("torch", reason="needs torch, which is too heavy for the usual tests")
transformers = pytest.importorskip("transformers", reason="needs transformers")

pytestmark = pytest.mark.filterwarnings("default")

TEXT = "Ann met \U0001f600 Bob.\n" * 40
"""Longer than the models bear, with a character that others count twice in every line."""


def backbone(folder: Path, *, positions: int) -> Path:
    """Make a BERT of one layer that has every letter in its vocabulary."""
    folder.mkdir()
    letters = "abcdefghijklmnopqrstuvwxyz"
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = [
        *special,
        *letters,
        *(f"##{letter}" for letter in letters),
        ".",
        "ann",
        "met",
        "bob",
    ]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    tokenizer = transformers.BertTokenizerFast(str(folder / "vocab.txt"))
    torch.manual_seed(0)
    labels = {0: "O", 1: "B-PER", 2: "I-PER"}
    config = transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=positions,
        id2label=labels,
        label2id={label: number for number, label in labels.items()},
    )
    model = transformers.BertForTokenClassification(config)
    with torch.no_grad():
        # It finds that every token begins a name, so that a token that is not read is missed.
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor([0.0, 5.0, 0.0]))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def found_words(answer: Answer) -> list[str]:
    mentions = answer.annotation.mentions or ()
    return [TEXT[mention.spans[0].start : mention.spans[0].end] for mention in mentions]


def test_a_token_classifier_reads_all_of_a_text_longer_than_it_bears(tmp_path: Path) -> None:
    extractor = load_extractor(f"hf:{backbone(tmp_path / 'tiny', positions=32)}")
    answer = ask(extractor, TEXT, doc_id="d")
    assert found_words(answer) == ["Ann", "met", "\U0001f600", "Bob", "."] * 40
    # Five to zero to zero, by softmax.
    expected = torch.softmax(torch.tensor([0.0, 5.0, 0.0]), 0)[1].item()
    scores = [mention.score for mention in answer.annotation.mentions or ()]
    assert scores == pytest.approx([expected] * 200)
    parameters = vars(extractor)["parameters"]
    assert {"model_sha256", "transformers", "torch"} <= set(parameters)
    assert (extractor.name, extractor.layers) == ("tiny", ("mentions",))


def test_a_gliner_model_reads_all_of_a_text_longer_than_it_bears(tmp_path: Path) -> None:
    gliner: Any = pytest.importorskip("gliner", reason="needs gliner")
    config = gliner.GLiNERConfig(
        model_name=str(backbone(tmp_path / "backbone", positions=512)),
        max_len=20,
        hidden_size=16,
        max_width=1,
    )
    torch.manual_seed(0)
    model = gliner.GLiNER.from_config(config, backbone_from_pretrained=False)
    model.save_pretrained(tmp_path / "tiny")
    # Whatever it finds likely at all is taken: every word, for want of anything that it learnt.
    parameters = {"threshold": "0", "labels": "person=PER"}
    extractor = load_extractor(f"gliner:{tmp_path / 'tiny'}", Setup(parameters=parameters))
    answer = ask(extractor, TEXT, doc_id="d")
    assert found_words(answer) == ["Ann", "met", "\U0001f600", "Bob", "."] * 40
    assert {mention.type for mention in answer.annotation.mentions or ()} == {"PER"}
