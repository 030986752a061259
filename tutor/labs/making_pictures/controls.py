"""What a learner can change: the shapes and the code, the noise and its steps, the two networks' game."""

from __future__ import annotations

from tutor.datasets.shapes import NAMES, SIDE
from tutor.labs.kit.contract import Group
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, GridControl, NumberControl, VectorControl
from tutor.labs.making_pictures.denoising import DATA, LAST_TIME, SAMPLES, STEPS
from tutor.labs.making_pictures.game import RATE, REAL, ROUNDS_AT_ONCE
from tutor.training.models import AUTOENCODER_EPOCHS

CODE, PLANE = ("c1", "c2"), ("x1", "x2")
FARTHEST = 200.0
RATES = (0.002, 0.005, 0.01, 0.02, 0.05)
EPOCHS_AT_ONCE = 50
TRAINING = ("train", "finish", "epoch", "reset")


def making_pictures_controls(drawing: tuple[tuple[float, ...], ...]) -> tuple[Control, ...]:
    """The autoencoder's, those of the noise, those of the game; ``drawing`` is what the canvas shows first."""
    return (
        ChoiceControl("shape", "shape", NAMES, "plus", "one of the five"),
        ChoiceControl("second", "and", NAMES, "cross", "the shape at the other end of the way"),
        GridControl("drawing", "drawing", SIDE, SIDE, drawing, help="what the autoencoder is given"),
        VectorControl("spot", "two numbers", CODE, -FARTHEST, FARTHEST, 1, (0.0, 0.0), "for the decoder"),
        NumberControl("seed", "seed", 0, 999, 1, 1, integer=True, help="of first weights and of noise"),
        ActionControl("load", "load", "l", "put the chosen shape on the canvas"),
        ActionControl("train", f"{EPOCHS_AT_ONCE} epochs", "p", f"train {EPOCHS_AT_ONCE} epochs"),
        ActionControl("finish", "finish", "", f"train until {AUTOENCODER_EPOCHS} epochs are done"),
        ActionControl("epoch", "epoch", "e", "train one epoch: one step with all five shapes"),
        ActionControl("reset", "reset", "r", "back to the first weights"),
        ChoiceControl("data", "points", DATA, "ring", "what the noise is put on"),
        VectorControl("x0", "point x", PLANE, -2, 2, 0.25, (1.0, 1.0), "a point without noise"),
        VectorControl("eps", "noise ε", PLANE, -3, 3, 0.25, (0.5, -1.0), "drawn with mean 0 and spread 1"),
        NumberControl("sigma", "noise level σ", 0.05, 2, 0.05, 0.5, help="how much noise is added"),
        VectorControl("point", "noisy point", PLANE, -3, 3, 0.25, (1.0, 0.5), "where the noise is guessed"),
        NumberControl("steps", "steps", 1, LAST_TIME, 1, LAST_TIME, integer=True, choices=STEPS, help="of denoising"),
        NumberControl("time", "time", 0, LAST_TIME, 1, 0, integer=True, help=f"0: all noise, {LAST_TIME}: none"),
        NumberControl("width", "width of a point", 0, 1, 0.05, 0, help="each point a blot as wide as this"),
        NumberControl("sample", "sample no.", 0, SAMPLES - 1, 1, 0, integer=True, help="the one that is followed"),
        ChoiceControl("real", "real points", REAL, "ring", "what the generator should learn to make"),
        NumberControl("rate", "generator's rate", 0.001, 0.05, 0.001, RATE, choices=RATES, help="of its Adam"),
        ActionControl("judge", "discriminator", "j", "one step of the discriminator"),
        ActionControl("make", "generator", "m", "one step of the generator"),
        ActionControl("rounds", f"{ROUNDS_AT_ONCE} rounds", "o", "each: a step of the discriminator, one of the other"),
        ActionControl("anew", "new game", "z", "back to the first weights of both"),
    )  # fmt: skip


GROUPS = (
    Group("Autoencoder", ("drawing", "load", "back", "pairs", "comes_back", "mended", "network")),
    Group("Its training", (*TRAINING, "seed", "status", "right", "code_loss", "loss_curve", "of_decoder")),
    Group("The code", ("codes", "code", "code_plane", "spot_plane", "spot", "decoded", "sort", "greys", "atlas")),
    Group("Shapes", ("shape", "second", "way_plane", "walk", "stop", "halfway")),
    Group("Noise", ("data", "sigma", "x0", "eps", "noised", "noisy")),
    Group("Guess", ("point", "arrows", "weights", "mean", "guess", "guess_size")),
    Group("Denoising", ("steps", "time", "width", "sample", "cloud", "done", "sigma_now", "sigma_next")),
    Group("Where they end", ("followed", "its_guess", "followed_next", "old", "landed", "from_middle")),
    Group("Game", ("real", "rate", "judge", "make", "rounds", "anew", "verdicts", "pushes", "losses")),
    Group("Its numbers", ("judge_loss", "maker_loss", "spread", "coverage", "played")),
    Group("Its verdicts", ("says_real", "says_fake", "one_says", "one_loss")),
    Group("Keras", ("keras",)),
)

_LEFT_OUT = {"finish", "network", "keras", "code", "weights", "code_plane", "way_plane", "of_decoder", "mended"}
OVERVIEW = tuple(name for group in GROUPS for name in group.names if name not in _LEFT_OUT)
