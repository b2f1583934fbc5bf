"""The command: ``python -m models.cifar10 --help``. Each command is a few lines that call
the module which does the work.

Modules are imported by the command that needs them, for TensorFlow takes seconds to load.
"""

from __future__ import annotations

import io
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

# Said before TensorFlow loads: its notes about the processor are not for whoever wants a model.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import typer

from lepton_infra.errors import LeptonError
from models.cifar10.score_files import Format

if TYPE_CHECKING:
    from models.cifar10.config import Config
    from models.cifar10.strategy import Place

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        envvar="CIFAR10",
        help="Archive or folder of CIFAR-10, original or as pictures; without it, the original is downloaded.",
        show_default=False,
    ),
]
WorkdirOption = Annotated[Path | None, typer.Option(help="Folder of the run.", show_default=".lepton/models/NAME")]


class Spread(StrEnum):
    """Over what a run is spread."""

    no = "no"
    mirrored = "mirrored"
    workers = "workers"


SpreadOption = Annotated[
    Spread,
    typer.Option(help="Over nothing, all GPUs of this machine, or the workers that TF_CONFIG names."),
]
WeightsOption = Annotated[
    Path | None,
    typer.Option(help="File of weights that a transfer experiment begins from.", show_default=False),
]
PartOption = Annotated[bool, typer.Option("--part", help="A part of CIFAR-10 will do, of every class something.")]


@app.callback()
def _cifar10() -> None:
    """An image classifier on CIFAR-10."""


@app.command()
def train(
    name: Annotated[str, typer.Argument(help="The experiment: a module of configs/.")],
    data: DataOption = None,
    workdir: WorkdirOption = None,
    part: PartOption = False,
    spread: SpreadOption = Spread.no,
    weights: WeightsOption = None,
) -> None:
    """Train, or go on with what was interrupted, and print the accuracy."""
    from models.cifar10.data import load
    from models.cifar10.train import train_and_evaluate

    config = _experiment(name, weights)
    place = _place(spread)
    result = train_and_evaluate(config, workdir or default_workdir(name), load(data, whole=not part), place=place)
    of = "held-out" if result.held_out else "test"
    typer.echo(
        f"{name}: {result.accuracy:.2%} of {result.images:,} {of} images ({result.accuracy_plain:.2%} without their "
        f"mirror images), {result.epochs} epochs in {result.seconds:,.0f} s, {result.parameters:,} parameters"
    )


@app.command()
def evaluate(
    name: Annotated[str, typer.Argument(help="The experiment that was trained.")],
    data: DataOption = None,
    workdir: WorkdirOption = None,
    part: PartOption = False,
    weights: WeightsOption = None,
) -> None:
    """Say how good a finished run is: evaluation.json, and evaluation.html to look at."""
    from models.cifar10 import evaluation
    from models.cifar10.data import load

    folder = workdir or default_workdir(name)
    found = evaluation.evaluate(_experiment(name, weights), folder, load(data, whole=not part))
    first = found.latencies[0]
    typer.echo(
        f"{name}: {found.accuracy.value:.2%} of {found.images:,} test images (95 % interval {found.accuracy.low:.2%} "
        f"to {found.accuracy.high:.2%}), calibration error {found.calibration.expected_error:.4f}, an image in "
        f"{first.median_ms:.2f} ms; {folder / evaluation.PAGE}"
    )


@app.command()
def search(
    name: Annotated[str, typer.Argument(help="The experiment to begin from.")],
    data: DataOption = None,
    workdir: WorkdirOption = None,
    part: PartOption = False,
    trials: Annotated[int, typer.Option(min=1, help="How many variants to try.")] = 20,
    weights: WeightsOption = None,
) -> None:
    """Try variants of an experiment, or go on trying, and print them, the best first."""
    from models.cifar10.data import load
    from models.cifar10.search import search as try_variants

    folder = workdir or default_workdir(f"{name}-search")
    for tried in try_variants(_experiment(name, weights), folder, load(data, whole=not part), trials):
        typer.echo(
            ", ".join(
                f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}" for key, value in tried.items()
            )
        )


@app.command()
def pictures(
    name: Annotated[str, typer.Argument(help="The experiment whose augmentation is shown.")],
    data: DataOption = None,
    workdir: WorkdirOption = None,
    part: PartOption = False,
) -> None:
    """Show images of each class, and how training changes them: samples.png, augmentations.png.

    A test image of each class, to be classified, is in examples/.
    """
    from models.cifar10 import config as configs
    from models.cifar10 import pictures as show
    from models.cifar10.checkpoint import make_folder
    from models.cifar10.data import load

    config, loaded, folder = configs.load(name), load(data, whole=not part), workdir or default_workdir(name)
    make_folder(folder)
    show.samples(folder / "samples.png", loaded.train)
    show.augmentations(folder / "augmentations.png", loaded.train, config)
    show.examples(folder / "examples", loaded.test)
    typer.echo(f"{folder / 'samples.png'}, {folder / 'augmentations.png'}, {folder / 'examples'}")


EXPORTED = Path(".lepton") / "models" / "exported" / "cifar10"
"""Where exported versions are kept unless it is said, each in a folder of its number."""


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="The experiment whose finished run is exported.")],
    version: Annotated[int, typer.Option(min=1, help="Number of the version, which never changes once exported.")] = 1,
    workdir: WorkdirOption = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            envvar="CIFAR10",
            help="Archive or folder of CIFAR-10 to compare on; without it, on pixels by chance.",
            show_default=False,
        ),
    ] = None,
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of the versions.")] = EXPORTED,
) -> None:
    """Write a finished run as a version that a server takes, compare it with the network, and print its digest."""
    from models.cifar10 import export as exporting
    from models.cifar10.data import load

    images = load(data, whole=False).test.images if data is not None else None
    done = exporting.export(workdir or default_workdir(name), name, version, to, images=images)
    what = "test images" if data is not None else "images by chance"
    typer.echo(
        f"{done.folder}: {'written' if done.written else 'there already, the same in every byte'}, "
        f"{done.size / 1e6:.1f} MB; its probabilities differ from the network's by at most {done.difference:.1g} on "
        f"{done.images} {what}\n{done.digest}\nnext: lepton pin-model {done.folder} STACK…"
    )


@app.command()
def classify(
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE…", help="JPEG or PNG files of 32x32 pixels.")],
    folder: Annotated[
        Path | None,
        typer.Option(
            "--export", metavar="FOLDER", help="Folder of the version.", show_default="the newest in .lepton/models"
        ),
    ] = None,
    digest: Annotated[str | None, typer.Option(help="Digest that the version must have, as a stack pins it.")] = None,
) -> None:
    """Ask an exported version what pictures show, with the very request that a server takes."""
    from models.cifar10 import classify as classifying

    for judged in classifying.classify(pictures, folder or classifying.newest(EXPORTED), digest):
        typer.echo(f"{judged.picture}: {judged.name} {judged.probability:.1%}")


@app.command()
def score(
    images: Annotated[str, typer.Argument(metavar="IMAGES_URL", help="Folder or URL below which the pictures are.")],
    to: Annotated[str, typer.Option(metavar="URL", help="Where the parts go; keep it in the pictures' region.")],
    export: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of the exported version.")],
    digest: Annotated[str | None, typer.Option(help="Digest that the version must have, as a stack pins it.")] = None,
    batch: Annotated[int, typer.Option(min=1, help="Pictures given to the model at once.")] = 256,
    format: Annotated[Format, typer.Option(help="JSON lines, or CSV.")] = Format.jsonl,
) -> None:
    """Score every JPEG and PNG of a bucket in parts, or go on with a run that was broken off."""
    from models.cifar10 import scorer

    done = scorer.score(
        images,
        to,
        export,
        digest=digest,
        batch=batch,
        format=format,
        say=lambda line: typer.echo(line, err=True),
    )
    typer.echo(
        f"{to}: {done.objects:,} pictures in {done.parts} parts, {done.errors:,} of them not scored, by {done.model}"
    )


@app.command()
def experiments() -> None:
    """List the experiments, each with the command that runs it and what that gave."""
    from importlib import import_module

    from models.cifar10 import config as configs

    for name in configs.names():
        typer.echo(f"{name}: {(import_module(f'models.cifar10.configs.{name}').__doc__ or '').strip()}\n")


def _experiment(name: str, weights: Path | None) -> Config:
    from models.cifar10 import config as configs

    return configs.with_weights(configs.load(name), weights)


def _place(spread: Spread) -> Place | None:
    if spread is Spread.no:
        return None
    from models.cifar10 import distributed

    return distributed.mirrored() if spread is Spread.mirrored else distributed.workers()


def default_workdir(name: str) -> Path:
    """Default folder of a run."""
    return Path(".lepton") / "models" / name


def main() -> None:
    """Run a command; what it refuses is one sentence, not a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A path may hold bytes that are no text.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except LeptonError as refused:
        print(f"error: {refused}", file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
