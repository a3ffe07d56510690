"""`goldwire score --check`: a saved result scored again, with its own options."""

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldwire.rechecking import SavedResult
    from goldwire.request import Request

SAME, DIFFERENT, INCONCLUSIVE = 0, 1, 3


def check(args: argparse.Namespace) -> int:
    """Print what became of every saved number.

    Exit 0 when all are the same, 1 when one differs under the same definition, 3 when the others
    are the same and only definitions have changed.
    """
    from goldwire.cli.options import reader_of
    from goldwire.compat import preset
    from goldwire.errors import UsageError
    from goldwire.inputs import open_gold, open_run
    from goldwire.rechecking import changed_context, read_result, recheck
    from goldwire.report.terminal import notes, printable
    from goldwire.scores import options_from
    from goldwire.scoring import score_run
    from goldwire.selection import Selection
    from goldwire.signature import Signature

    path = Path(args.check)
    if not path.is_file():
        raise UsageError(f"there is no file {path}: --check takes what `score --json` printed")
    saved = read_result(path.read_bytes(), name=str(path))
    fields = Signature.parse(saved.signature).options
    compat = fields.get("compat")
    decode = preset(compat).decode if compat else "conlleval"
    reader = replace(reader_of(args), decode=decode)
    gold = open_gold(args.gold, split=args.split or fields.get("split"), reader=reader)
    request = _request(saved)
    scores = score_run(
        gold,
        open_run(args.predictions, reader=reader),
        metrics=request.metrics,
        options=options_from(fields),
        selection=Selection.parse(fields),
        slices=request.slices,
        per_document="ci" in fields,
        on_error=args.on_error,
        compat=compat,
    )
    if "ci" in fields:
        # Intervals are not checked, so how they were made is no difference.
        scores = scores.signed(ci=fields["ci"])
    found = recheck(saved, scores)
    changed = changed_context(saved, scores)
    outcomes = [one.outcome for one in found]
    if args.json:
        record = {
            "gold": gold.tag,
            "changed": {key: {"saved": old, "now": new} for key, (old, new) in changed.items()},
            "scores": [{**asdict(one), "address": str(one.address)} for one in found],
        }
        print(json.dumps(record, indent=1, ensure_ascii=False))
    else:
        print(f"gold    {gold.tag} at {gold.place}")
        print(f"result  {path}: {outcomes.count('same')} of {len(outcomes)} numbers are the same")
        for one in found:
            if one.outcome != "same":
                print(f"{one.outcome}: {one.address}: {one.reason}")
        for key, (old, new) in changed.items():
            print(f"{key} was {old or 'not given'} and is {new or 'not given'}")
    for note in notes(scores):
        print(printable(note), file=sys.stderr)
    if "different" in outcomes:
        return DIFFERENT
    return SAME if set(outcomes) == {"same"} else INCONCLUSIVE


def _request(saved: "SavedResult") -> "Request":
    from goldwire.errors import UsageError
    from goldwire.rechecking import is_known
    from goldwire.request import Request
    from goldwire.slicing import slicing_of

    known = [one for one in saved.scores if is_known(one)]
    if not known:
        raise UsageError("none of the saved numbers is of a metric that this goldwire has")
    return Request(
        metrics=tuple(dict.fromkeys(one.metric for one in known)),
        slices=tuple(dict.fromkeys(slicing_of(one.slice) for one in known if one.slice)),
    )
