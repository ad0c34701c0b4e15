"""What the user types, and how it ends: 0 when all went well, 2 for bad input, 130 after Ctrl-C.

Nothing heavy is imported here: help, lists and errors in the settings come back at once.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import NoReturn

from ecosim import __version__, interrupts
from ecosim.errors import EcosimError, InputError, nearest

OK, DEFECT, BAD_INPUT = 0, 1, 2

_EXAMPLES = """examples:
  ecosim run                                      the baseline: small, 120 + 180 days
  ecosim run scale=toy ranker=popularity seed=3   another ranker, in seconds
  ecosim run policy=exposure_floor policies.exposure_floor.strength=0.5
  ecosim run -m seed=1,2,3 ranker=random,popularity
  ecosim compare scenarios=[baseline,exposure_floor] seeds=5 days=90
  ecosim report runs/mine report.language=zh      its report anew, in Chinese
  ecosim story creator top scale=toy              one creator's life, in sentences
  ecosim sensitivity vary=[ranker.popularity,consumer.watch_quality] seeds=2
  ecosim list policy                              which policies there are
  ecosim show config scale=toy                    every setting of a run
"""

Action = Callable[[argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one message of ours."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}. See: {self.prog} --help")


def run(arguments: Sequence[str]) -> int:
    """Do what the words say and return the exit code."""
    words = list(arguments)
    debug = "--debug" in words
    try:
        return _dispatch(words)
    except EcosimError as error:
        return _fail(str(error), BAD_INPUT if isinstance(error, InputError) else DEFECT, debug)
    except KeyboardInterrupt as error:  # the runner says what became of the results
        return _fail(str(error) or "interrupted", interrupts.code(), debug)
    except BrokenPipeError:  # as in `ecosim list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:  # a full disk, a folder that may not be written, a file that cannot be read
        where = f"'{error.filename}'" if error.filename else "a file"
        advice = "Free space, or name a folder that you may read and write; what is finished is kept."
        return _fail(f"{where} cannot be read or written ({error.strerror or error}). {advice}", BAD_INPUT, debug)
    except MemoryError:
        return _fail("out of memory; choose a smaller scale, as in scale=small", DEFECT, debug)
    except Exception as error:
        hint = "This is a defect of ecosim or of a plug-in; --debug shows where."
        return _fail(f"{type(error).__name__}: {error}\n{hint}", DEFECT, debug)


def _fail(message: str, code: int, debug: bool) -> int:
    interrupts.working()  # one message is enough
    if debug:
        traceback.print_exc()
    # Messages are sentences, whatever raised them; what is indented further is quoted from elsewhere.
    ended = re.sub(r"^( {0,2}\S.*[^\s.:;,!?^])$", r"\1.", message, flags=re.MULTILINE)
    sys.stderr.write(f"ecosim: {ended}\n")
    return code


def _dispatch(words: list[str]) -> int:
    parser = _build_parser()
    known, rest = parser.parse_known_args(words)
    unknown = [word for word in rest if word.startswith("-")]
    if unknown or (rest and not hasattr(known, "overrides")):
        raise InputError(f"unrecognized arguments: {' '.join(unknown or rest)}. See: ecosim --help")
    logging.basicConfig(
        level=logging.DEBUG if known.debug else logging.WARNING, format="ecosim: %(levelname)s: %(message)s"
    )
    for noisy in ("numba", "matplotlib", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    if known.command is None:
        parser.print_help()
        return OK
    if rest:  # overrides that stood after an option
        known.overrides = [*known.overrides, *rest]
    known.words = words
    action: Action = known.action
    return action(known)


def _build_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="ecosim",
        description="Simulate a short-video platform: creators, consumers and the feed between them.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"ecosim {__version__}")
    parser.set_defaults(command=None, debug=False)
    commands = parser.add_subparsers(
        dest="command", metavar="{run,resume,compare,sensitivity,report,story,list,show}", parser_class=_Parser
    )

    run = _command(commands, "run", "run a simulation, or many with -m", _run)
    run.add_argument("overrides", nargs="*", metavar="key=value", help="settings, as in scale=toy ranker=random seed=3")
    run.add_argument("-m", "--multirun", action="store_true", help="run every combination of the values listed")
    run.add_argument("-j", "--jobs", type=_jobs, metavar="N", help="with -m: processes at a time (all cores)")
    _add_config_dir(run)

    resume = _command(commands, "resume", "finish a run that was killed, from its last checkpoint", _resume)
    resume.add_argument("run", metavar="RUN", help="the run folder that was to be written, as in runs/mine")
    resume.add_argument(
        "overrides", nargs="*", metavar="engine=NAME", help="another engine, as in engine=default where Ray is gone"
    )

    _add_analyses(commands)

    listing = _command(commands, "list", "list plug-ins and options", _list)
    listing.add_argument("family", nargs="?", help="only one family, as in ranker or policy")
    _add_config_dir(listing)

    show = _command(commands, "show", "show the settings of a run, or the plan of a day", _show)
    show.add_argument("what", metavar="{config,plan}", help="config: every setting as YAML; plan: the stages of a day")
    show.add_argument("overrides", nargs="*", metavar="key=value", help="settings, as for run")
    _add_config_dir(show)
    return parser


def _add_analyses(commands: argparse._SubParsersAction[_Parser]) -> None:
    """Add the commands that run many simulations to answer one question."""
    compare = _command(commands, "compare", "compare scenarios over paired seeds", _compare)
    compare.add_argument(
        "overrides",
        nargs="*",
        metavar="key=value",
        help="scenarios=[baseline,exposure_floor] seeds=5, or experiment=NAME; out=DIR; settings common to all runs; "
        "or folders of finished runs, with baseline=NAME",
    )
    compare.add_argument("-j", "--jobs", type=_jobs, metavar="N", help="processes at a time (all cores)")
    _add_config_dir(compare)

    sensitivity = _command(
        commands, "sensitivity", "find which settings an outcome or an effect hinges on", _sensitivity
    )
    sensitivity.add_argument(
        "overrides",
        nargs="*",
        metavar="key=value",
        help="vary=[KEY,...] or vary.KEY=[low,high]; method=morris trajectories=10, or method=sobol samples=64; "
        "outcomes=[...]; scenarios=[baseline,NAME] for an effect; seeds=2; out=DIR; settings common to all runs",
    )
    sensitivity.add_argument("-j", "--jobs", type=_jobs, metavar="N", help="processes at a time (all cores)")
    _add_config_dir(sensitivity)

    report = _command(commands, "report", "write the report of a finished run or experiment anew", _report)
    report.add_argument("folder", metavar="FOLDER", help="the folder of a run or of an experiment")
    report.add_argument("overrides", nargs="*", metavar="report.language=zh", help="how it is told; en or zh")

    story = _command(commands, "story", "tell the life of one creator, consumer or brand", _story)
    story.add_argument("kind", help="creator, consumer or brand")
    story.add_argument("name", help="its number, or a rule that picks one, as top or newcomer")
    story.add_argument(
        "overrides",
        nargs="*",
        metavar="key=value",
        help="settings, as for run; scenario=a,b tells two worlds side by side; or run folders; out=FILE.md",
    )
    _add_config_dir(story)


def _command(
    commands: argparse._SubParsersAction[_Parser],
    name: str,
    help_text: str,
    action: Action,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text, description=help_text[0].upper() + help_text[1:] + ".")
    parser.add_argument("--debug", action="store_true", help="show tracebacks and what happens inside")
    parser.set_defaults(action=action)
    return parser


def _jobs(text: str) -> int:
    if not text.isdecimal():
        raise InputError(f"--jobs: found '{text}', must be a whole number of at least 1, as in -j 2.")
    return int(text)


def _add_config_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config-dir",
        action="append",
        default=[],
        metavar="DIR",
        help="folder with options of your own, as in DIR/ranker/mine.yaml; may be given several times",
    )


def _run(arguments: argparse.Namespace) -> int:
    from ecosim.cli import run

    if arguments.multirun:
        return run.many(arguments.overrides, arguments.config_dir, arguments.jobs, arguments.words)
    if arguments.jobs is not None:
        raise InputError("--jobs is for many runs: add -m, or leave it out (threads=N sets the threads of one run).")
    return run.one(arguments.overrides, arguments.config_dir, arguments.words)


def _resume(arguments: argparse.Namespace) -> int:
    from ecosim.cli import run

    return run.resume(arguments.run, arguments.overrides)


def _compare(arguments: argparse.Namespace) -> int:
    from ecosim.cli import compare

    return compare.compare(arguments.overrides, arguments.config_dir, arguments.jobs, arguments.words)


def _story(arguments: argparse.Namespace) -> int:
    from ecosim.cli import story

    return story.story(arguments.kind, arguments.name, arguments.overrides, arguments.config_dir)


def _report(arguments: argparse.Namespace) -> int:
    from ecosim.cli import report

    return report.report(arguments.folder, arguments.overrides)


def _sensitivity(arguments: argparse.Namespace) -> int:
    from ecosim.cli import sensitivity

    return sensitivity.sensitivity(arguments.overrides, arguments.config_dir, arguments.jobs, arguments.words)


def _list(arguments: argparse.Namespace) -> int:
    from ecosim.cli import listing

    return listing.show(arguments.family, arguments.config_dir)


def _show(arguments: argparse.Namespace) -> int:
    if arguments.what == "config":
        from ecosim.config.compose import compose, to_yaml
        from ecosim.networks import populated

        sys.stdout.write(to_yaml(populated(compose(arguments.overrides, arguments.config_dir))))
        return OK
    if arguments.what == "plan":
        from ecosim import pipeline

        sys.stdout.write(pipeline.describe().rstrip("\n") + "\n")
        return OK
    hint = nearest(arguments.what, ("config", "plan"))
    raise InputError(f"there is nothing to show called '{arguments.what}'.{hint} Known: config, plan.")
