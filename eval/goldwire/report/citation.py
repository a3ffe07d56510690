"""Citations: a signature in words, as BibTeX, and as the command that gives the number again."""

import shlex
from collections.abc import Mapping

from goldwire.metrics import describe
from goldwire.scores import AVERAGES
from goldwire.signature import Signature

MEASURES = {"p": "precision", "r": "recall", "f1": "F1", None: "precision, recall and F1"}
FLAGS: Mapping[str, tuple[str, str]] = {
    "dup": ("--duplicates", "count"),
    "sing": ("--singletons", "keep"),
    "zero": ("--zero-division", "undefined"),
    "beta": ("--beta", "1"),
    "split": ("--split", ""),
    "labels": ("--labels", ""),
    "compat": ("--compat", ""),
    "ground": ("--grounding", "folded"),
}
"""The command-line options behind signature fields, and the values that need not be given."""


def sentence(signature: Signature) -> str:
    """Say what the number is, in one sentence for a paper."""
    address, options = signature.address, signature.options
    what = MEASURES[address.measure]
    if address.metric != "*":
        what += f" of {address.metric} ({describe(address.metric).summary})"
    if address.label is not None:
        what += f" for the label {address.label}"
    if address.slice is not None:
        what += f" on the slice {address.slice}"
    gold = options.get("gold", "an unnamed gold standard")
    split = f", split {options['split']}," if "split" in options else ""
    rest = "; ".join(
        f"{key} {value}" for key, value in options.items() if key not in {"gold", "split", "v"}
    )
    version = options.get("v", "of unknown version")
    return f"We report {what} against {gold}{split} with goldwire {version} ({rest})."


def bibtex(signature: Signature) -> str:
    """Give a BibTeX entry for the program in the version of the signature."""
    version = signature.options.get("v", "unknown")
    return "\n".join(
        [
            "@software{goldwire,",
            "  title   = {goldwire: a gold corpus of news, and a scorer of extractors},",
            "  author  = {{The goldwire authors}},",
            f"  version = {{{version}}},",
            f"  note    = {{{signature}}},",
            "}",
        ]
    )


def command(signature: Signature) -> str:
    """Give the command that computes the number from the same predictions and gold.

    A shell runs it as it stands, once PREDICTIONS and PATH are the ones that are meant.
    """
    options = dict(signature.options)
    if "ground" in options:
        # What follows the point is the version of the method, which no option chooses.
        options["ground"] = options["ground"].partition(".")[0]
    words = ["goldwire", "score", "PREDICTIONS", "--gold", "PATH"]
    if signature.address.metric != "*":
        words += ["--metrics", str(signature.address)]
    average = options.get("of", options.get("avg", ""))
    if average in AVERAGES:
        words += ["--average", average]
    for key, (flag, default) in FLAGS.items():
        if options.get(key, default) != default:
            words += [flag, options[key]]
    for flag, key in (("--map", "map"), ("--only", "only")):
        for rule in filter(None, options.get(key, "").split(",")):
            words += [flag, rule]
    if "ci" in options:
        words.append("--intervals")
    name = options.get("gold", "the same gold")
    return f"{shlex.join(words)}   # PATH holds {name}"
