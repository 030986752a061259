"""Examples for the ``--help`` of every command: what to type, and what it does."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "": (
        ("dl-tutor", "the lessons, and on where you were"),
        ("dl-tutor learn neuron", "one lesson"),
        ("dl-tutor train --help", "examples of a command"),
    ),
    "learn": (
        ("dl-tutor learn 9/3", "the third step of lesson 9"),
        ("dl-tutor learn neuron --plain", "in lines of text, for pipes and screen readers"),
        ("dl-tutor learn mine/sums", "a lesson of your own, by its folder"),
        ("dl-tutor learn digits --net cnn.net", "its lab goes on from the network that you trained"),
    ),
    "review": (
        ("dl-tutor review", "what is due now, and how many questions a day"),
        ("dl-tutor review --a-day 6 --exam 2026-12-20", "six a day, for an exam"),
    ),
    "class": (
        ("dl-tutor class", "as root on a class machine: the class, live"),
        ("dl-tutor class states/ --plain", "printed once, from a folder with a folder of progress for each learner"),
        ("dl-tutor class --learner ada", "what ada did, step by step"),
        ("dl-tutor class --json", "for programs"),
    ),
    "report": (
        ("dl-tutor report", "as root on a class machine: a row for each learner and lesson or exercise"),
        ("dl-tutor report states/ --since 2026-12-01 --csv", "of a folder of states, from a day on, for a spreadsheet"),
        ("dl-tutor report states/ --homework week-3.toml", "the points of a homework, judged anew"),
        ("dl-tutor report postgresql://db.example/class", "of the machines that dl-tutor collect brought together"),
        ("dl-tutor report --csv moodle > grades.csv", "to import into the grade book of Moodle; canvas: of Canvas"),
    ),
    "web": (
        ("dl-tutor web", "opens the browser; the address has a key, so only you come in"),
        ("dl-tutor web --no-browser --port 8000", "at a port of your choice; open the address yourself"),
    ),
    "serve": (("dl-tutor serve", "as root on a class machine, until Ctrl-C; docs/class-machine.md has the service"),),
    "homework": (
        ("dl-tutor homework week-3.toml", "what is due, and its lessons with your numbers, in lines of text"),
        ("dl-tutor homework check week-3.toml", "for who sets it: numbers can be drawn, and answers differ"),
    ),
    "collect": (
        ("dl-tutor collect --to postgresql://db.example/class", "as root on each class machine: what is new there"),
        ("dl-tutor collect --to postgresql://db.example/class --every 10", "again and again"),
        ("dl-tutor collect --forget ada --to postgresql://db.example/class", "remove ada of this machine from there"),
    ),
    "list": (
        ("dl-tutor list", "the lessons, and how far you are"),
        ("dl-tutor list --models --json", "the networks, for programs"),
    ),
    "studio": (
        ("dl-tutor studio", "a network to build, train and look into, as you left it"),
        ("dl-tutor studio --data pictures/", "on pictures of your own, LABEL_name.png or a folder for each class"),
        ("dl-tutor studio dlt1:spiral/d8tanh-d8tanh/adam0.01,b10/s0/@500~1b52", "what a token says, at its moment"),
        ("dl-tutor studio dlt1:circle/d4tanh-d2tanh/sgd0.03,b10/s0/@300~5f25 --json", "replayed, to the last bit"),
        ("dl-tutor studio dlt1:xor/d4tanh/sgd0.1,b10/s0/@300 --out run.cast", "a film of the run, for asciinema play"),
    ),
    "practice": (
        ("dl-tutor practice", "the exercises on the screen; without a terminal, a printed list"),
        ("dl-tutor practice start softmax --out softmax.py", "the task, and a file to write in"),
        ("dl-tutor practice watch softmax.py", "checked at every save"),
        ("dl-tutor practice start softmax --form find --out bug.py", "the same with a bug in it, to be found"),
        ("dl-tutor practice check softmax softmax.py --json", "the verdict, for programs"),
    ),
    "check-exercises": (
        ("dl-tutor check-exercises mine/exercises", "whether every bug is told from every other"),
    ),
    "search": (
        ("dl-tutor search chain rule", "where both words, or their beginnings, stand"),
    ),
    "train": (
        ("dl-tutor train digits-cnn --out cnn.net", "train and save; Ctrl-C keeps the best so far"),
        ("dl-tutor train --resume cnn.net --epochs 20", "on from there, bit for bit"),
        ("dl-tutor train --spec mine.toml --data letters/", "a network of your own on pictures of your own"),
        ("dl-tutor train shapes-mlp --out - > shapes.net", "the network on standard output"),
    ),
    "evaluate": (
        ("dl-tutor evaluate cnn.net", "accuracy on test data, and what is taken for what"),
        ("dl-tutor evaluate cnn.net --json", "the same for programs"),
    ),
    "predict": (
        ("dl-tutor predict cnn.net digit.png", "what the network reads in a picture"),
        ("dl-tutor predict shapes.net - < drawing.dat", "drawings on standard input"),
    ),
    "write": (
        ("dl-tutor write names.net --temperature 0.7", "ten names, from dl-tutor train gpt-names --out names.net"),
        ("dl-tutor write story.net --begin 'Once ' --length 500", "a text, from one trained with --data story.txt"),
    ),
    "export": (
        ("dl-tutor export cnn.net --to keras", "cnn.keras, for Keras"),
        ("dl-tutor export shapes.net --to numpy --out - | python3 -", "a program in NumPy alone, run at once"),
    ),
    "import": (
        ("dl-tutor import theirs.keras --out ours.net", "a network from Keras; nothing in it is run"),
    ),
    "compare": (
        ("dl-tutor compare shapes-mlp --steps 20", "both engines, step by step"),
        ("dl-tutor compare --spec mine.toml --dtype float32", "a network of your own, in float32"),
    ),
    "map": (
        ("dl-tutor map --seed 1", "all 33,554,432 drawings, and the fewest flips that change an answer"),
        ("dl-tutor map shapes.net --against 0 --json", "how often two networks agree, for programs"),
    ),
    "data": (
        ("dl-tutor data", "where digits and letters come from"),
        ("dl-tutor data digits --download", "get MNIST, 11 MB"),
        ("dl-tutor data letters pictures/", "look at pictures of your own"),
    ),
    "table": (
        ("dl-tutor table flowers.csv", "its columns, the likeliest target, and a network for it"),
        ("dl-tutor table houses.tsv --target price --as number", "another target"),
    ),
    "walk": (
        ("dl-tutor walk neuron", "the script of a lesson"),
        ("dl-tutor walk mine/", "those of a folder of lessons"),
    ),
    "check-lessons": (
        ("dl-tutor check-lessons mine/", "prove a folder of lessons"),
    ),
    "new": (
        ("dl-tutor new lesson my-lesson --in mine", "mine/01_my_lesson, with three steps that hold"),
        ("dl-tutor new exercise my-function --in mine/exercises", "a function to write, its solutions and bugs"),
    ),
    "preview": (
        ("dl-tutor preview mine/01_my_lesson", "beside your editor; at each save the same step again"),
        ("dl-tutor preview mine/01_my_lesson --plain", "in lines of text"),
    ),
    "packs": (
        ("dl-tutor packs add mathematics", "a pack that ships; then dl-tutor learn mathematics/vectors"),
        ("dl-tutor packs add theirs.zip", "one from elsewhere, checked before it is taken in"),
        ("dl-tutor packs", "which there are"),
    ),
    "doctor": (
        ("dl-tutor doctor", "terminal, TensorFlow, data, progress"),
        ("dl-tutor doctor --class", "whether this machine is fit for a class"),
    ),
    "completions": (
        ("dl-tutor completions bash > ~/.local/share/bash-completion/completions/dl-tutor", "bash"),
        ("dl-tutor completions zsh > ~/.zfunc/_dl-tutor", "zsh, with ~/.zfunc in fpath"),
        ("dl-tutor completions fish > ~/.config/fish/completions/dl-tutor.fish", "fish"),
    ),
}  # fmt: skip
"""Examples by command; those of ``dl-tutor`` itself have an empty name."""


def epilog(command: str) -> str:
    """The examples as lines, for argparse."""
    lines = ["examples:"]
    for typed, does in EXAMPLES[command]:
        lines += [f"  {typed}", f"      {does}"]
    return "\n".join(lines)
