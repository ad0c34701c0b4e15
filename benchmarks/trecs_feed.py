"""T-RECS's content filtering, lived step by step on request; runs in an environment of its own, with Python 3.9.

Takes the number of users as its argument. Says that it is ready, then answers each line of standard input, a JSON
object with `steps` and `train`, by one with the seconds those steps took. A step shows every user 30 of 1,000 items by
predicted score (16 attributes), and each user takes one. With `train` every user's profile is then fitted anew, which
is the library's default.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import numpy
from trecs.models import ContentFiltering

ITEMS, ATTRIBUTES, SHOWN = 1_000, 16, 30


def main() -> None:
    """Make the model, live a step that is not measured, then do as asked until there is no more input."""
    warnings.simplefilter("ignore")
    users = int(sys.argv[1])
    numpy.random.seed(1)  # noqa: NPY002  T-RECS draws from it where its own seed does not reach
    model = ContentFiltering(
        num_users=users, num_items=ITEMS, num_attributes=ATTRIBUTES, num_items_per_iter=SHOWN, seed=1
    )
    model.run(timesteps=1, disable_tqdm=True)
    say({"ready": True, "python": sys.version.split()[0], "numpy": numpy.__version__})
    for line in sys.stdin:
        asked = json.loads(line)
        before = time.perf_counter()
        model.run(timesteps=asked["steps"], train_between_steps=asked["train"], disable_tqdm=True)
        seconds = time.perf_counter() - before
        say(
            {"seconds": seconds, "users": users * asked["steps"], "shown": int(model.items_shown.size) * asked["steps"]}
        )


def say(answer: dict) -> None:
    """Answer with one line."""
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
