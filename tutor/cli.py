"""The ``dl-tutor`` command: parses its arguments and runs the subcommand. Heavy imports wait until they are needed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tutor import __version__
from tutor.argument_types import existing_folder, language, number, seed_or_file, whole_number
from tutor.commands.console.examples import epilog
from tutor.commands.inputs.class_arguments import add_class, add_collect, add_homework, add_report, add_serve
from tutor.commands.inputs.pack_arguments import add_authoring, add_packs
from tutor.commands.inputs.practice_arguments import add_practice
from tutor.commands.inputs.screen_size import screen_size
from tutor.commands.inputs.web_arguments import add_web
from tutor.course.words.plain_characters import write_ascii
from tutor.course.words.printable_text import printable
from tutor.crash_report import CRASHED, crash_sentence, known_cause, logging_stray_exceptions, write_crash_report
from tutor.language.chosen import NoLanguage, choose, language_for
from tutor.standard_streams import (
    CannotPrint,
    discard_output,
    flush_output,
    open_closed_streams,
    print_error,
    write_output,
)

DONE, DID_NOT_HOLD, WRONG_INPUT = 0, 1, 2
STANDARD_STREAM = Path("-")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 done, 1 a check failed, 2 wrong input, 70 a crash."""
    open_closed_streams()
    try:
        try:
            return _main(arguments)
        finally:
            flush_output()
    except BrokenPipeError:
        # The reader of our output is gone, so there is nobody to report to.
        discard_output()
        return DONE
    except CannotPrint as error:
        discard_output()
        print_error(f"dl-tutor: {error}")
        return DID_NOT_HOLD


def _main(arguments: Sequence[str] | None) -> int:
    parser = command_parser()
    given = parser.parse_args(arguments)
    if given.restricted and _module(given) != "learn":
        parser.error(f"--restricted allows lessons only, not {given.command}")
    if given.ascii:
        write_ascii(sys.stdout, sys.stderr)
    try:
        choose(language_for(given.language))
    except NoLanguage as error:
        parser.error(str(error))
    folder = _state_folder(given)
    try:
        with logging_stray_exceptions(folder):
            return _run(given)
    except KeyboardInterrupt:
        print_error("stopped")
        return 130
    except (BrokenPipeError, CannotPrint):
        raise
    except Exception as error:
        number, written = write_crash_report(folder, error)
        print_error(known_cause(error) or crash_sentence(number, written))
        return CRASHED


def _run(given: argparse.Namespace) -> int:
    """Run the command's module, with ``-`` for the standard streams; suggest similar names for a wrong file name."""
    run = _runner(_module(given))
    if any(STANDARD_STREAM in (value if isinstance(value, list) else [value]) for value in vars(given).values()):
        from tutor.commands.console.standard_streams import run_with_standard_streams

        status = run_with_standard_streams(run, given)
    else:
        status = run(given)
    if status == WRONG_INPUT:
        from tutor.commands.console.printing import tell
        from tutor.commands.inputs.similar_files import similar_files

        for sentence in similar_files(given):
            tell(sentence)
    return status


def _state_folder(given: argparse.Namespace) -> Path | None:
    """The folder for logs, beside the learner's progress; None if the installation is too broken to tell."""
    try:
        from tutor.course.record.progress import state_folder

        return state_folder(given.state)
    except Exception:
        return None


def _module(given: argparse.Namespace) -> str:
    """The module of ``tutor.commands`` for the given command."""
    if given.command == "list" and given.models:
        return "list_models"
    if given.command == "practice" and given.action in (None, "list"):
        return "practice_list"
    if given.command == "packs":
        return {"add": "packs.add", "remove": "packs.remove"}.get(given.action, "packs.listing")
    return _MODULES.get(given.command, given.command or "learn")


def _runner(module: str) -> Callable[[argparse.Namespace], int]:
    # One thread for BLAS: the engine divides the work itself, and BLAS's threads and its own would wait for each
    # other. NumPy reads this when it is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    run: Callable[[argparse.Namespace], int] = import_module(f"tutor.commands.{module}").run
    return run


class _Parser(argparse.ArgumentParser):
    """A parser whose errors strip terminal control characters from the input and suggest similar names."""

    def _print_message(self, message: str, file: Any = None) -> None:
        # argparse itself would ignore a failed write to standard output.
        if file is sys.stdout:
            write_output(printable(message))
        else:
            super()._print_message(printable(message), file)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            from tutor.course.words.similar_names import did_you_mean

            known = [str(choice) for choice in action.choices]
            close = did_you_mean(str(value), known) or f"; there are {', '.join(known)}"
            raise argparse.ArgumentError(action, f"there is no {value!r}{close}")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse, but reports an unknown option first: argparse would take its value for another argument."""
        words = sys.argv[1:] if args is None else list(args)
        commands = next((a.choices for a in self._actions if isinstance(a, argparse._SubParsersAction)), {})
        for word in words:
            if word == "--" or word in commands:
                break
            name = word.partition("=")[0]
            if name.startswith("--") and not any(option.startswith(name) for option in self._option_string_actions):
                from tutor.course.words.similar_names import did_you_mean

                self.error(f"there is no option {name!r}{did_you_mean(name, self._option_string_actions)}")
        return super().parse_known_args(words, namespace)


_MODULES = {
    "list": "list_lessons", "check-lessons": "check_lessons", "check-exercises": "check_exercises",
    "import": "import_keras", "new": "authoring.new", "preview": "authoring.preview",
    "class": "class_machine.live_view", "report": "grading.report", "homework": "grading.homework",
    "collect": "class_machine.collect", "serve": "class_machine.serve", "web": "browser.web",
}  # fmt: skip


@cache
def command_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line: a subparser for each command, with examples under its help."""
    parser = _Parser(
        prog="dl-tutor",
        description="A deep-learning tutor in the terminal. Without a command: resume where you were.",
        epilog=epilog(""),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"dl-tutor {__version__}")
    _add_state(parser)
    _add_restricted(parser)
    _add_ascii(parser)
    _add_still(parser)
    _add_language(parser)
    _add_lessons(parser)
    parser.set_defaults(lesson=None, plain=False, net=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    learn = commands.add_parser("learn", help="open a lesson")
    learn.add_argument(
        "lesson", nargs="?", metavar="LESSON[/STEP]",
        help="its id or number, such as neuron or 9/3; or the folder of a lesson of your own, such as mine/sums",
    )  # fmt: skip
    learn.add_argument(
        "--net", type=Path, metavar="FILE",
        help="a trained network (.net, .keras) that its lab goes on from: shapes, shapes-cnn, digits or letters; "
        "without LESSON the one that has it",
    )  # fmt: skip
    learn.add_argument("--plain", action="store_true", help="as printed text and prompts, line by line")
    _add_restricted(learn)
    _add_ascii(learn)
    _add_still(learn)
    _add_language(learn)
    _add_lessons(learn)

    listed = commands.add_parser("list", help="the lessons and your progress; with --models the networks")
    listed.add_argument("--models", action="store_true", help="the networks that train knows")
    _add_json(listed)
    _add_language(listed)
    _add_lessons(listed)

    review = commands.add_parser("review", help="what is due, how many questions a day, and the day of an exam")
    review.add_argument("--a-day", type=int, choices=(3, 6, 10), help="questions a day in the warm-up")
    review.add_argument("--exam", metavar="DATE", help="prepare for an exam on that day, such as 2026-12-20; or none")
    _add_json(review)
    _add_lessons(review)

    search = commands.add_parser("search", help="look for words in lessons, steps and terms")
    search.add_argument(
        "words", nargs="+", metavar="WORD", help="text must contain all of them, or words that begin so"
    )
    _add_json(search)
    _add_language(search)
    _add_lessons(search)

    train = commands.add_parser("train", help="train a network without a screen")
    _add_train(train)

    evaluate = commands.add_parser("evaluate", help="how good a trained network is on test data")
    _add_saved(evaluate)
    _add_data(evaluate)
    _add_json(evaluate)

    predict = commands.add_parser("predict", help="ask a trained network")
    _add_saved(predict)
    predict.add_argument(
        "input", nargs="+", type=Path, metavar="INPUT", help="drawings (.dat), pictures (.png, …), arrays (.npy)"
    )
    predict.add_argument(
        "--as-is", action="store_true", help="leave pictures as they are: nothing cropped or turned over"
    )
    predict.add_argument("--show", action="store_true", help="print what the network was given")
    _add_json(predict)

    write = commands.add_parser("write", help="what a network on names or texts writes")
    _add_saved(write)
    write.add_argument("--begin", default="", metavar="TEXT", help="what it goes on from")
    write.add_argument("--count", type=whole_number(1), default=10, help="how many names (10)")
    write.add_argument("--length", type=whole_number(1), default=200, help="characters of a running text (200)")
    write.add_argument("--temperature", type=number(0.0), default=1.0, metavar="T", help="0: always the likeliest (1)")
    write.add_argument("--top-k", type=whole_number(0), default=0, metavar="K", help="of the K likeliest only (0: all)")
    write.add_argument("--top-p", type=number(0.0), default=1.0, metavar="P", help="of the likeliest up to P (1)")
    write.add_argument("--seed", type=whole_number(0), default=0, help="of the draws (0)")
    _add_json(write)

    export = commands.add_parser("export", help="write a trained network for Keras or as a stand-alone program")
    _add_saved(export)
    export.add_argument(
        "--to", required=True, choices=("keras", "python", "numpy"),
        help="a .keras file; a Python program in Keras; one in NumPy only",
    )  # fmt: skip
    export.add_argument(
        "--out", type=Path, metavar="FILE", help="where to write it (beside the network); - is standard output"
    )

    imported = commands.add_parser("import", help="convert a .keras file")
    imported.add_argument("file", type=Path, metavar="FILE.keras", help="with layers that dl-tutor has; runs no code")
    imported.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="where to save it; - is standard output"
    )

    compare = commands.add_parser("compare", help="train both engines side by side and show how far they differ")
    _add_model(compare, "?")
    _add_spec(compare)
    compare.add_argument("--seed", type=whole_number(0), help="for weights, order and dropout (0, or FILE's)")
    _add_data(compare)
    compare.add_argument("--steps", type=whole_number(1), default=100, help="how many steps (100)")
    compare.add_argument("--dtype", choices=("float32", "float64"), default="float64", help="(float64)")
    _add_json(compare)

    mapped = commands.add_parser("map", help="ask a network of 5×5 pixels about every drawing there is")
    mapped.add_argument(
        "model", nargs="?", type=Path, metavar="FILE", help="a saved network (shapes-mlp, trained at once); - is "
        "standard input",
    )  # fmt: skip
    mapped.add_argument("--seed", type=whole_number(0), help="train shapes-mlp at this seed (0)")
    mapped.add_argument(
        "--against", type=seed_or_file, metavar="SEED|FILE", help="compare with shapes-mlp at another seed, or a file"
    )
    _add_json(mapped)

    data = commands.add_parser("data", help="show where the digits and letters come from, or download MNIST")
    data.add_argument("name", nargs="?", choices=("digits", "letters"), metavar="digits|letters", help="(both)")
    data.add_argument(
        "path",
        nargs="?",
        type=Path,
        metavar="FILE|FOLDER",
        help="your own data: .npz, IDX or .csv files of 28×28, their folder, or a folder of pictures "
        "(LABEL_name.png, or a folder for each label); docs/network-format.md has all formats",
    )
    data.add_argument("--download", action="store_true", help="download MNIST (11 MB) to where Keras keeps it")
    _add_json(data)

    table = commands.add_parser("table", help="show what a table of your own has, and how to train on it")
    table.add_argument(
        "file", type=Path, metavar="FILE", help="CSV or TSV, or arrays x and y (.npz); - is standard input"
    )
    table.add_argument("--target", metavar="COLUMN", help="what a network is to tell (the likeliest column)")
    table.add_argument("--inputs", nargs="+", metavar="COLUMN", help="what it is given (all other columns of use)")
    table.add_argument("--as", dest="kind", choices=("class", "number"), help="what the target is (what it looks like)")
    table.add_argument("--seed", type=whole_number(0), default=0, help="draws the test rows (0)")
    _add_json(table)

    walk = commands.add_parser("walk", help="run walk-through scripts")
    walk.add_argument(
        "targets", nargs="*", metavar="LESSON|FILE|FOLDER", help="lessons, .walk files or folders; all lessons if none"
    )
    _add_lessons(walk)

    check = commands.add_parser("check-lessons", help="validate a folder of lessons")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="default: the shipped lessons and yours")
    check.add_argument(
        "--teaching",
        action="store_true",
        help="check too that answers vary, wrong choices have reasons and hints do not tell (docs/teaching.md)",
    )
    _add_lessons(check)

    studio = commands.add_parser("studio", help="any network on any data, at any moment of its run")
    studio.add_argument(
        "token",
        nargs="?",
        metavar="TOKEN|FILE",
        help="a line of text that the studio gave, dlt1:…; or a network, .net or .keras",
    )
    studio.add_argument("--net", type=Path, metavar="FILE", help="the saved network that a TOKEN begins with")
    studio.add_argument(
        "--data", type=Path, metavar="PATH",
        help="rows of your own: a table (.csv, .tsv, .npz), pictures (a folder, .npz of x and y), or a text (.txt)",
    )  # fmt: skip
    studio.add_argument("--target", metavar="COLUMN", help="the column to answer (the likeliest)")
    studio.add_argument("--inputs", nargs="+", metavar="COLUMN", help="the columns to answer from (all others of use)")
    studio.add_argument(
        "--out", type=Path, metavar="FILE",
        help="open nothing and write the network at the token's moment (.net, .keras), its curves (.csv), the screen "
        "(.png, .svg), or the run until then as an asciinema cast (.cast)",
    )  # fmt: skip
    studio.add_argument("--size", type=screen_size, metavar="COLUMNSxROWS", help="of a picture or a cast (80x24)")
    studio.add_argument("--view", metavar="VIEW", help="of a picture or a cast: output, network, training, …")
    studio.add_argument("--plain", action="store_true", help="as printed text and prompts, line by line")
    _add_ascii(studio)
    _add_still(studio)
    _add_json(studio)

    practice = commands.add_parser("practice", help="exercises: write a function, and be told which bug it has")
    add_practice(practice, _add_json, _add_state)

    proof = commands.add_parser("check-exercises", help="prove a folder of exercises")
    proof.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="default: the shipped exercises")

    add_packs(commands)
    preview = add_authoring(commands)
    _add_ascii(preview)
    _add_still(preview)

    live, report = add_class(commands), add_report(commands)
    add_collect(commands)
    add_serve(commands, main)
    _add_ascii(live)
    for about_class in (live, report):
        _add_json(about_class)
        _add_lessons(about_class)
    homework = add_homework(commands)
    _add_ascii(homework)
    _add_language(homework)
    _add_lessons(homework)

    web = add_web(commands)
    _add_still(web)
    _add_language(web)
    _add_lessons(web)

    doctor = commands.add_parser("doctor", help="check this machine: terminal, TensorFlow, data, progress")
    doctor.add_argument(
        "--class", dest="class_machine", action="store_true", help="check whether it is ready for a class over SSH"
    )
    _add_json(doctor)

    completions = commands.add_parser("completions", help="print completions for a shell")
    completions.add_argument("shell", choices=SHELLS, metavar="|".join(SHELLS), help="the shell")

    for name, command in commands.choices.items():
        _add_state(command)
        command.epilog, command.formatter_class = epilog(name), argparse.RawDescriptionHelpFormatter
    return parser


SHELLS = ("bash", "zsh", "fish")
# Listed here so that the first paint does not have to wait for the imports that define them.
MODELS = (
    "shapes-mlp", "shapes-cnn", "shapes-autoencoder", "digits-softmax", "digits-dense", "digits-mlp", "digits-cnn",
    "letters-mlp", "letters-cnn", "rnn-names", "lstm-names", "gpt-names",
)  # fmt: skip


def _add_model(parser: argparse.ArgumentParser, nargs: str | None = None) -> None:
    parser.add_argument("name", nargs=nargs, choices=MODELS, metavar="MODEL", help="see dl-tutor list --models")


def _add_spec(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--spec", type=Path, metavar="FILE.toml", help="a network of your own instead of a MODEL; - is standard input"
    )


def _add_train(train: argparse.ArgumentParser) -> None:
    _add_model(train, "?")
    _add_spec(train)
    train.add_argument("--resume", type=Path, metavar="FILE", help="continue a saved run")
    train.add_argument("--backend", choices=("numpy", "tensorflow"), help="the engine (numpy)")
    train.add_argument("--epochs", type=whole_number(1), help="passes over the training data")
    train.add_argument("--batch-size", type=whole_number(1), metavar="ROWS", help="rows per step")
    train.add_argument("--optimizer", choices=("sgd", "rmsprop", "adam", "adamw"), help="with its Keras defaults")
    train.add_argument("--learning-rate", type=number(0.0), metavar="RATE", help="constant, for any optimizer")
    train.add_argument("--seed", type=whole_number(0), help="for weights, order and dropout (0)")
    _add_data(train)
    train.add_argument("--validation-split", type=number(0.0, 1.0), metavar="SHARE", help="share of rows to hold out")
    train.add_argument(
        "--patience", type=whole_number(1), metavar="EPOCHS", help="stop after this many without a new best"
    )
    train.add_argument("--out", type=Path, metavar="FILE", help="where to save the network; - is standard output")
    _add_json(train)


def _add_saved(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model", type=Path, metavar="FILE", help="a network that train --out or import saved; - is standard input"
    )


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, metavar="PATH", help="rows (.dat), digits (.npz, IDX, .csv), a folder of pictures"
    )


def _add_json(parser: argparse.ArgumentParser, within: bool = False) -> None:
    """``within``: the parser stands within one that has the option too, and must not undo it."""
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS if within else False,
        help="for programs: JSON on standard output",
    )  # fmt: skip


def _add_state(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--state", type=Path, default=argparse.SUPPRESS if parser.prog != "dl-tutor" else None,
        metavar="DIR", help="keep progress in this folder",
    )  # fmt: skip


def _add_restricted(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--restricted", action="store_true", default=argparse.SUPPRESS if parser.prog != "dl-tutor" else False,
        help="for a class machine: lessons only, and the kernel refuses everything else",
    )  # fmt: skip


def _add_ascii(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ascii", action=argparse.BooleanOptionalAction,
        default=argparse.SUPPRESS if parser.prog != "dl-tutor" else None,
        help="for terminals without box drawing and Greek (default: by locale and TERM)",
    )  # fmt: skip


def _add_still(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--still", action="store_true", default=argparse.SUPPRESS if parser.prog != "dl-tutor" else False,
        help="nothing moves by itself; every step of a motion by hand",
    )  # fmt: skip


def _add_language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--language", type=language, default=argparse.SUPPRESS if parser.prog != "dl-tutor" else None,
        metavar="CODE", help="of lessons, where they are translated, such as de (DL_TUTOR_LANGUAGE)",
    )  # fmt: skip


def _add_lessons(parser: argparse.ArgumentParser) -> None:
    # argparse would let the value after the command replace the one before it.
    parser.add_argument(
        "--lessons", type=existing_folder, action="append", metavar="DIR",
        dest="lessons" if parser.prog == "dl-tutor" else "lessons_after",
        help="your own lesson or lessons, in addition to the shipped ones; may be repeated",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
