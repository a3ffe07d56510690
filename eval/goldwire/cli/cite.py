"""Expand a signature into a sentence, a BibTeX entry and the command that reproduces the number."""

import argparse
import json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `goldwire cite`."""
    parser.add_argument("signature", help="a signature as goldwire prints it, in quotes")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Print what stands behind a signature; exit 2 for text that is none."""
    from goldwire.report.citation import bibtex, command, sentence
    from goldwire.signature import Signature

    signature = Signature.parse(args.signature)
    parts = {
        "sentence": sentence(signature),
        "bibtex": bibtex(signature),
        "command": command(signature),
    }
    if args.json:
        print(json.dumps(parts, indent=1, ensure_ascii=False))
    else:
        print("\n\n".join(parts.values()))
    return 0
